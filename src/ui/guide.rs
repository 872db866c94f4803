//! The guide: the step's text, its question, its checks, its hints, and what is said after the
//! step.

mod after;
mod state;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::shells::framed;
use super::state::Focus;
use super::text::{Page, clean, scrolled};
use super::view::LabView;
use super::{Command, Geometry, Theme};
use crate::session::{How, Phase, Record, Session};
use crate::word;
use crate::word::later::Later;

/// Draws the guide.
pub(super) fn draw(
    view: &LabView<'_>,
    theme: Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    geometry: &mut Geometry,
) {
    let focused = view.state.focus == Focus::Guide;
    let block = framed(title(view.session, focused, theme), focused, area, theme);
    let mut inner = block.inner(area);
    frame.render_widget(block, area);
    geometry.hits.push((area, Command::Focus(Focus::Guide)));
    inner.x += 1;
    inner.width = inner.width.saturating_sub(2);
    let width = usize::from(inner.width).min(96);
    let page = page(view, width, theme);
    let scroll = view.state.guide_scroll;
    geometry.guide_limit = scrolled(&page, scroll, frame, inner, &mut geometry.hits);
}

fn title(session: &Session, focused: bool, theme: Theme) -> Line<'static> {
    let mark = if focused { "▶ " } else { "" };
    let words = match session.phase() {
        Phase::Finished => format!(" {} ", word!("the-end")),
        _ => format!(" {mark}{} ", clean(&session.step().title)),
    };
    Line::styled(words, theme.strong())
}

/// All that the guide says now.
fn page(view: &LabView<'_>, width: usize, theme: Theme) -> Page {
    let mut page = Page::new(width, theme);
    let session = view.session;
    match session.phase() {
        Phase::Rewinding { .. } if view.state.asks_consent() => {
            page.say(&word!("waits-for-you"), theme.plain(), 0);
        }
        Phase::Rewinding { to } => building(&mut page, *to),
        Phase::Lost { reason } => lost(&mut page, reason),
        Phase::Finished => finished(&mut page, session),
        Phase::Judged => {
            after::add(&mut page, view);
            page.say(&"─".repeat(width.min(24)), theme.dim(), 0);
            text(&mut page, session);
            commands(&mut page, view);
        }
        _ => before(&mut page, view),
    }
    page
}

fn building(page: &mut Page, to: usize) {
    page.say(&word!("building"), page.theme.strong(), 0);
    page.gap();
    let words = if to == 0 {
        word!("throw-away")
    } else {
        word!("replaying", step = to + 1)
    };
    page.say(&words, page.theme.plain(), 0);
}

fn lost(page: &mut Page, reason: &Later) {
    page.say(&word!("host-gone"), page.theme.notice(), 0);
    page.gap();
    page.say(&reason.to_string(), page.theme.plain(), 0);
    page.gap();
    page.say(&word!("host-gone-help"), page.theme.plain(), 0);
}

fn finished(page: &mut Page, session: &Session) {
    page.say(&format!("✓ {}", word!("all-done")), page.theme.good(), 2);
    page.gap();
    for line in account(session) {
        page.say(&line, page.theme.plain(), 2);
    }
    page.gap();
    page.markdown(&session.lab().recap);
    page.say(&word!("leave-or-back"), page.theme.dim(), 0);
}

/// How many steps were passed in one of some ways.
fn passed(records: &[Record], hows: &[How]) -> usize {
    let passed = records.iter().filter_map(|record| record.passed);
    passed.filter(|how| hows.contains(how)).count()
}

/// How the steps were passed, how many guesses were right, how many hints were opened.
fn account(session: &Session) -> Vec<String> {
    let records = session.records();
    let mut lines = vec![word!(
        "account-steps",
        hand = passed(records, &[How::Typed]),
        shown = passed(records, &[How::Shown]),
        played = passed(records, &[How::Played, How::Read]),
        skipped = passed(records, &[How::Skipped])
    )];
    let judged = records.iter().filter_map(|record| record.right);
    if judged.clone().count() > 0 {
        let right = judged.clone().filter(|right| *right).count();
        lines.push(word!(
            "account-guesses",
            right = right,
            all = judged.count()
        ));
    }
    let hints: usize = records.iter().map(|record| record.hints).sum();
    if hints > 0 {
        lines.push(word!("account-hints", count = hints));
    }
    lines
}

/// What the guide says while there is no lab host.
pub(super) fn elsewhere(page: &mut Page, session: &Session) {
    match session.phase() {
        Phase::Rewinding { to } => building(page, *to),
        Phase::Lost { reason } => lost(page, reason),
        _ => {}
    }
}

/// What stands in the way.
pub(super) fn trouble(page: &mut Page, session: &Session) {
    state::hindrance(page, session);
}

/// What the guide says after a step, or after the last one; nothing before that.
pub(super) fn outcome(page: &mut Page, view: &LabView<'_>) {
    match view.session.phase() {
        Phase::Finished => finished(page, view.session),
        Phase::Lost { reason } => lost(page, reason),
        Phase::Judged => after::add(page, view),
        _ => {}
    }
}

/// How the step stands: what is in the way, the checks, the hints.
pub(super) fn standing(page: &mut Page, view: &LabView<'_>) {
    state::trouble(page, view.session);
    state::checks(page, view.session);
    state::hints(page, view.session, false);
}

/// What the guide says before the step is done.
pub(super) fn before(page: &mut Page, view: &LabView<'_>) {
    let session = view.session;
    state::trouble(page, session);
    text(page, session);
    question(page, session);
    commands(page, view);
    state::checks(page, session);
    state::hints(page, session, view.stuck);
}

fn text(page: &mut Page, session: &Session) {
    page.markdown(&session.step().text);
    if let Some(goal) = &session.step().goal {
        page.say(&word!("your-task"), page.theme.strong(), 0);
        page.markdown(goal);
    }
}

/// The question before the step; once answered, only the choice.
fn question(page: &mut Page, session: &Session) {
    let Some(ask) = &session.step().ask else {
        return;
    };
    let theme = page.theme;
    if let Some(choice) = session.chosen().and_then(|index| ask.choices.get(index)) {
        let words = format!("{}{}", word!("your-guess"), choice.say);
        page.item("• ", theme.strong(), &words);
        page.gap();
        return;
    }
    page.item("? ", theme.accent(), &ask.predict);
    for (index, choice) in ask.choices.iter().enumerate() {
        let first = page.lines.len();
        page.item(&format!("  {} ", index + 1), theme.key(), &choice.say);
        page.hit(first, &Command::Predict(index));
    }
    if session.wants_answer() {
        let words = format!("→ {}", word!("guess-first", count = ask.choices.len()));
        page.say(&words, theme.notice(), 2);
    }
    page.gap();
}

/// The lines that a person would type.
fn commands(page: &mut Page, view: &LabView<'_>) {
    for line in view.lines {
        let (actor, line) = line.split_once("$ ").unwrap_or(("", line));
        let spans = [
            Span::styled(format!("{}$ ", clean(actor)), page.theme.dim()),
            Span::styled(clean(line), page.theme.code()),
        ];
        page.spans(&spans, 4);
    }
    // A step of the person's own hides its lines, but not what this machine lacks for them.
    if let Some(words) = view.state.absent.words(view.session.step().script()) {
        page.say(&words, page.theme.notice(), 0);
    }
    page.gap();
}
