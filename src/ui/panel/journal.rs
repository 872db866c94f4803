//! Journal: the calls that were made, step by step.

use crate::session::{Entry, How, Session};
use crate::snapshot::Outcome;
use crate::snapshot::lens::Line;
use crate::ui::lens;
use crate::ui::text::{Page, clean};
use crate::word;

/// How deep a tree of processes is shown.
const DEEP: usize = 12;

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
    let typed = session
        .lines()
        .iter()
        .filter(|line| line.step == entry.step);
    for line in typed.filter(|line| !line.deeds.is_empty()) {
        typed_line(page, line);
    }
}

/// What a line did that a person typed: its processes as a tree, each with its calls.
fn typed_line(page: &mut Page, line: &Line) {
    let theme = page.theme;
    page.say(
        &format!("  {}", word!("lens-typed", actor = &line.actor)),
        theme.plain(),
        4,
    );
    for (pid, doer) in &line.doers {
        if !line.doers.contains_key(&doer.parent) {
            process(page, line, *pid, 2);
        }
    }
    let more = (line.more > 0).then(|| word!("lens-more", calls = line.more));
    for words in more.into_iter().chain(lens::others(line)) {
        page.say(&format!("    {words}"), theme.dim(), 6);
    }
}

/// A process that a line began, its calls, and below it the processes that it made.
fn process(page: &mut Page, line: &Line, pid: i64, depth: usize) {
    let Some(doer) = line.doers.get(&pid).filter(|_| depth < DEEP) else {
        return;
    };
    let (theme, indent) = (page.theme, "  ".repeat(depth));
    let words = clean(&lens::doer(pid, doer));
    page.say(&format!("{indent}{words}"), theme.dim(), 2 * depth + 2);
    let room = page.width.saturating_sub(indent.len());
    for deed in line.told().filter(|deed| deed.pid == pid) {
        let style = if deed.call.is_refused() {
            theme.notice()
        } else {
            theme.code()
        };
        for row in lens::call_rows(deed, room) {
            page.say(&format!("{indent}{row}"), style, 0);
        }
    }
    let children = line.doers.iter().filter(|(_, child)| child.parent == pid);
    for (child, _) in children {
        process(page, line, *child, depth + 1);
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
