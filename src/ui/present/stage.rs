//! The panel that a step shows, over most of the screen, and the shells that act in it.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::{Beat, Present, light, slide};
use crate::lab::{Action, PanelName};
use crate::session::Phase;
use crate::snapshot::diff::diff;
use crate::ui::layout::beside;
use crate::ui::shells::{self, framed};
use crate::ui::state::Focus;
use crate::ui::text::{Page, cut, scrolled};
use crate::ui::view::LabView;
use crate::ui::{Geometry, Theme, guide, panel};
use crate::word;

/// The fewest columns of a shell that stands beside another: it is read from far away.
pub(super) const SHELL: u16 = 56;
/// The fewest and the most rows of the shells, with their frame.
const SHELLS: (u16, u16) = (7, 16);
/// The most rows that tell what changed.
const CHANGES: usize = 3;
/// The most rows that tell what is reached.
const REACHED: usize = 3;

/// Draws them, below what is said of them.
pub(super) fn draw(
    view: &LabView<'_>,
    caption: &Page,
    theme: Theme,
    (frame, geometry): (&mut Frame<'_>, &mut Geometry),
    body: Rect,
) {
    let said = u16::try_from(caption.lines.len()).unwrap_or(u16::MAX);
    let shells = shells_height(body.height);
    let rows = [
        Constraint::Length(said.min(body.height.saturating_sub(shells + 3))),
        Constraint::Length(u16::from(said > 0)),
        Constraint::Fill(1),
        Constraint::Length(shells),
    ];
    let [top, _, middle, bottom] = Layout::vertical(rows).areas(body);
    scrolled(caption, 0, frame, super::column(top), &mut Vec::new());
    draw_panel(view, theme, (frame, geometry), middle);
    let hits = geometry.hits.len();
    shells::draw(view, theme, frame, &places(view, bottom), geometry);
    // A click goes on, wherever it is.
    geometry.hits.truncate(hits);
}

/// How many rows the shells have.
pub(super) fn shells_height(body: u16) -> u16 {
    (body * 38 / 100).clamp(SHELLS.0, SHELLS.1)
}

/// The shells that act in the step, as many as fit; the one that acts, or has the
/// keys, is always among them.
fn places(view: &LabView<'_>, area: Rect) -> Vec<(usize, Rect)> {
    let script = view.session.step().script().iter();
    let acting: BTreeSet<&str> = script.map(Action::actor).collect();
    let named = |name: &str| view.panes.iter().position(|pane| pane.actor == name);
    let present = view.state.present.as_ref();
    let now = present.and_then(|present| named(&present.stand.actor));
    let first = match view.state.focus {
        Focus::Shell(index) => Some(index),
        _ => now,
    };
    let mut shown: Vec<usize> = (0..view.panes.len())
        .filter(|index| acting.contains(view.panes[*index].actor) || Some(*index) == first)
        .collect();
    if shown.is_empty() {
        shown = vec![0];
    }
    let room = usize::from(area.width / SHELL).max(1);
    let at = shown.iter().position(|index| Some(*index) == first);
    let from = (at.unwrap_or(0) + 1).saturating_sub(room);
    let shown = shown.iter().skip(from).take(room).copied();
    beside(area, &shown.collect::<Vec<_>>())
}

fn draw_panel(
    view: &LabView<'_>,
    theme: Theme,
    (frame, geometry): (&mut Frame<'_>, &mut Geometry),
    area: Rect,
) {
    let front = view.state.panel;
    let title = Line::styled(format!(" {} ", panel::names(front).0), theme.strong());
    frame.render_widget(framed(title, false, area, theme), area);
    let inner = panel::within(area);
    let columns = usize::from(inner.width);
    let mut page = panel::page(view, front, columns, theme);
    let held = view.state.base().is_some();
    let lit = held.then(|| {
        let before = before(view, columns, theme);
        light::light(&mut page, before.as_ref(), theme)
    });
    let rows = usize::from(inner.height);
    // What is new is in sight, unless the person looks elsewhere.
    let lowest = lit
        .flatten()
        .map_or(0, |line| (line + 4).saturating_sub(rows));
    let scroll = view.state.panel_scroll.max(lowest);
    geometry.panel_rows = rows.saturating_sub(1);
    geometry.panel_limit = scrolled(&page, scroll, frame, inner, &mut Vec::new());
}

/// The panel as it was when the action began; none of one that tells more than the state.
fn before(view: &LabView<'_>, columns: usize, theme: Theme) -> Option<Page> {
    let front = view.state.panel;
    let base = view.state.base()?;
    let told = matches!(front, PanelName::Journal | PanelName::Container);
    (!told).then(|| panel::page_of(view, front, (base, base), columns, theme))
}

/// What is said of the action that is under way, and of what it came to.
pub(super) fn caption(view: &LabView<'_>, present: &Present, width: usize, theme: Theme) -> Page {
    let mut page = Page::new(width, theme);
    let (session, stand) = (view.session, &present.stand);
    guide::trouble(&mut page, session);
    if stand.beat == Beat::Still {
        return page;
    }
    let number = word!(
        "present-action",
        number = stand.index + 1,
        all = session.step().script().len(),
        actor = &stand.actor
    );
    if matches!(stand.beat, Beat::Typing) {
        page.say(&number, theme.dim(), 0);
        return page;
    }
    slide::line(&mut page, &stand.actor, &stand.line);
    if stand.beat == Beat::Running {
        return page;
    }
    changes(&mut page, view);
    if *session.phase() == Phase::Judged {
        reached(&mut page, view);
    } else if *session.phase() == Phase::Observing {
        page.say(&word!("present-observes"), theme.notice(), 2);
    }
    page
}

/// What the action changed, in words.
fn changes(page: &mut Page, view: &LabView<'_>) {
    let Some(base) = view.state.base() else {
        return;
    };
    let all = diff(base, view.session.now());
    let shown = if all.len() > CHANGES {
        CHANGES - 1
    } else {
        CHANGES
    };
    for change in all.iter().take(shown) {
        let words = word!("changed", what = &change.words);
        page.say(&cut(&words, page.width), page.theme.own(), 2);
    }
    if all.len() > shown {
        let words = word!("changed-more", count = all.len() - shown);
        page.say(&words, page.theme.own(), 2);
    }
}

/// The checks, beside each other.
fn reached(page: &mut Page, view: &LabView<'_>) {
    let verdicts = view.session.verdicts().iter();
    let checks = view.session.step().checks.iter().zip(verdicts);
    let words = checks.map(|(check, verdict)| {
        let (mark, style) = if verdict.holds {
            ("☑", page.theme.good())
        } else {
            ("☐", page.theme.plain())
        };
        Span::styled(format!("{mark} {}   ", check.expect), style)
    });
    let words: Vec<Span<'_>> = words.collect();
    let first = page.lines.len();
    if !words.is_empty() {
        page.spans(&words, 2);
    }
    if page.lines.len() > first + REACHED {
        page.lines.truncate(first);
        let holding = view.session.verdicts().iter().filter(|v| v.holds).count();
        let words = word!("present-reached", count = holding);
        page.say(&format!("☑ {words}"), page.theme.good(), 2);
    }
}
