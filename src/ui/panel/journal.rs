//! Journal: the calls that were made, step by step.

use crate::session::{Entry, How, Session};
use crate::snapshot::Outcome;
use crate::ui::text::Page;
use crate::word;

/// Adds the steps, the newest first; of the newest, only the first `limit` actions.
pub(super) fn add(page: &mut Page, session: &Session, limit: Option<usize>) -> String {
    let mut limit = limit.unwrap_or(usize::MAX);
    for entry in session.journal().iter().rev() {
        page.gap();
        step(page, session, entry, limit);
        limit = usize::MAX;
    }
    if session.journal().is_empty() {
        page.say(&word!("log-none"), page.theme.dim(), 0);
    }
    word!("log-source")
}

fn step(page: &mut Page, session: &Session, entry: &Entry, limit: usize) {
    let steps = &session.lab().steps;
    let title = steps.get(entry.step).map_or("", |step| step.title.as_str());
    let head = format!("{} {title}: {}", entry.step + 1, how(entry.how));
    page.say(&head, page.theme.strong(), 2);
    for (_, outcome) in entry.done.iter().take(limit) {
        outcome_lines(page, outcome, entry.step == session.index());
    }
}

/// How a step was passed, in words.
pub fn how(how: Option<How>) -> String {
    match how {
        None => word!("log-under-way"),
        Some(How::Played) => word!("log-played"),
        Some(How::Typed) => word!("log-typed"),
        Some(How::Shown) => word!("log-shown"),
        Some(How::Skipped) => word!("log-skipped"),
        Some(How::Read) => word!("log-read"),
    }
}

fn outcome_lines(page: &mut Page, outcome: &Outcome, is_present: bool) {
    let theme = page.theme;
    for call in &outcome.calls {
        page.say(&format!("  {call}"), theme.code(), 6);
    }
    if let Some(words) = refused(outcome) {
        let first = page.lines.len();
        page.say(&format!("  {words}"), theme.notice(), 6);
        if is_present {
            page.is_news(first);
        }
    }
    if let Some(exit) = outcome.exit.filter(|exit| *exit != 0) {
        page.say(
            &format!("  {}", word!("log-exit", status = exit)),
            theme.plain(),
            6,
        );
    }
}

/// The call that was refused, in words; `None` if none was.
pub fn refused(outcome: &Outcome) -> Option<String> {
    let no = outcome.refusal.as_ref()?;
    let call = format!("{}({})", no.call, no.args);
    let why = format!("{} ({})", no.errno, no.words);
    Some(word!("log-refused", call = call, why = why))
}
