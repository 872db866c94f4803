//! Journal: the calls that were made, step by step.

use crate::session::{Entry, How, Session};
use crate::snapshot::Outcome;
use crate::ui::text::Page;

/// The newest step first.
pub(super) fn add(page: &mut Page, session: &Session) -> &'static str {
    for entry in session.journal().iter().rev() {
        page.gap();
        step(page, session, entry);
    }
    if session.journal().is_empty() {
        page.say("Nothing was done yet.", page.theme.dim(), 0);
    }
    "the calls isolab made itself; what is typed in a shell is not seen as calls"
}

fn step(page: &mut Page, session: &Session, entry: &Entry) {
    let steps = &session.lab().steps;
    let title = steps.get(entry.step).map_or("", |step| step.title.as_str());
    let head = format!("{} {title}: {}", entry.step + 1, how(entry.how));
    page.say(&head, page.theme.strong(), 2);
    for (_, outcome) in &entry.done {
        outcome_lines(page, outcome);
    }
}

fn how(how: Option<How>) -> &'static str {
    match how {
        None => "under way",
        Some(How::Played) => "run",
        Some(How::Typed) => "by hand",
        Some(How::Shown) => "by hand, with the line shown",
        Some(How::Skipped) => "passed over",
        Some(How::Read) => "read",
    }
}

fn outcome_lines(page: &mut Page, outcome: &Outcome) {
    let theme = page.theme;
    for call in &outcome.calls {
        page.say(&format!("  {call}"), theme.code(), 6);
    }
    if let Some(no) = &outcome.refusal {
        let words = format!(
            "  refused: {}({}): {} ({})",
            no.call, no.args, no.errno, no.words
        );
        page.say(&words, theme.notice(), 6);
    }
    if let Some(exit) = outcome.exit.filter(|exit| *exit != 0) {
        page.say(&format!("  exit status {exit}"), theme.plain(), 6);
    }
}
