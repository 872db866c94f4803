//! The panel that a step shows, over most of the screen, and the shells that act in it.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::{light, slide};
use crate::lab::{Action, PanelName, Step};
use crate::session::{Phase, sentence};
use crate::snapshot::diff::diff;
use crate::ui::layout::beside;
use crate::ui::shells::{self, framed};
use crate::ui::state::{Beat, Focus, Present, Stand};
use crate::ui::text::{Page, cut, scrolled, width};
use crate::ui::view::LabView;
use crate::ui::{Geometry, Theme, guide, panel};
use crate::word;

/// The fewest columns of a shell that stands beside another: it is read from far away.
pub(super) const SHELL: u16 = 56;
/// The fewest rows of the shells, with their frame.
const FEWEST: u16 = 7;
/// The most rows of the shells, with their frame.
const MOST: u16 = 16;
/// The rows that are left for the rest, however long a line is.
const SPARED: u16 = 9;
/// The columns that a prompt may take.
const PROMPT: usize = 24;
/// The most rows of a line above the panel; its shell shows it whole.
const TOLD: usize = 2;
/// The most rows about changes, and the most about checks.
const SAID: usize = 3;
/// The rows of the body from which there is room for `SAID` rows; otherwise for one.
const ROOMY: u16 = 24;

/// What is drawn on, and where everything on it is.
pub(super) struct Canvas<'a, 'f> {
    pub(super) frame: &'a mut Frame<'f>,
    pub(super) geometry: &'a mut Geometry,
}

/// What is told of the action that is under way.
pub(super) struct Told<'a> {
    /// What stands above the panel.
    pub(super) caption: &'a Page,
    /// How far it is.
    pub(super) stand: &'a Stand,
}

/// Draws the caption, the panel and the shells.
pub(super) fn draw(
    view: &LabView<'_>,
    told: &Told<'_>,
    theme: Theme,
    canvas: &mut Canvas<'_, '_>,
    body: Rect,
) {
    let said = u16::try_from(told.caption.lines.len()).unwrap_or(u16::MAX);
    let shells = shells_height(body.height, needed(view, told.stand, body.width));
    let rows = [
        Constraint::Length(said.min(body.height.saturating_sub(shells + 3))),
        Constraint::Length(u16::from(said > 0)),
        Constraint::Fill(1),
        Constraint::Length(shells),
    ];
    let [top, _, middle, bottom] = Layout::vertical(rows).areas(body);
    let column = super::column(top);
    scrolled(told.caption, 0, canvas.frame, column, &mut Vec::new());
    draw_panel(view, theme, canvas, middle);
    let Canvas { frame, geometry } = canvas;
    let hits = geometry.hits.len();
    shells::draw(
        view,
        theme,
        frame,
        &places(view, told.stand, bottom),
        geometry,
    );
    // A click anywhere goes on, also on a shell.
    geometry.hits.truncate(hits);
}

/// The rows of the shells, if the longest line of the step takes `needed` rows.
pub(super) fn shells_height(body: u16, needed: usize) -> u16 {
    let usual = (body * 38 / 100).clamp(FEWEST, MOST);
    let needed = u16::try_from(needed + 1).unwrap_or(u16::MAX);
    usual
        .max(needed)
        .min(body.saturating_sub(SPARED))
        .max(FEWEST)
}

/// The rows of a line in one of `shells` shells side by side.
pub(super) fn line_rows(line: &str, columns: usize, shells: usize) -> usize {
    (PROMPT + width(line)).div_ceil((columns / shells).saturating_sub(1).max(1))
}

/// How many shells stand side by side when a step is played.
pub(super) fn beside_each_other(step: &Step, columns: usize) -> usize {
    let acting: BTreeSet<&str> = step.script().iter().map(Action::actor).collect();
    (columns / usize::from(SHELL)).clamp(1, acting.len().max(1))
}

/// The rows of the longest line of the step.
fn needed(view: &LabView<'_>, stand: &Stand, columns: u16) -> usize {
    let columns = usize::from(columns);
    let shells = beside_each_other(view.session.step(), columns);
    let lines = view.lines.iter().chain([&stand.line]);
    let rows = lines.map(|line| line_rows(line, columns, shells));
    rows.max().unwrap_or(0)
}

/// The shells that act in the step, as many as fit. The focused one, or else the one that acts, is
/// always among them.
fn places(view: &LabView<'_>, stand: &Stand, area: Rect) -> Vec<(usize, Rect)> {
    let script = view.session.step().script().iter();
    let acting: BTreeSet<&str> = script.map(Action::actor).collect();
    let first = match view.state.focus {
        Focus::Shell(index) => Some(index),
        _ => (view.panes.iter()).position(|pane| pane.actor == stand.actor),
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

fn draw_panel(view: &LabView<'_>, theme: Theme, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let Canvas { frame, geometry } = canvas;
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
    // What is new is scrolled into view, unless the person has scrolled further.
    let lowest = lit.flatten().map_or(0, |(first, last)| {
        let below = (last + 2).saturating_sub(rows);
        below.min(first)
    });
    let scroll = if view.state.panel_held {
        view.state.panel_scroll
    } else {
        lowest
    };
    geometry.panel_rows = rows.saturating_sub(1);
    geometry.panel_limit = scrolled(&page, scroll, frame, inner, &mut Vec::new());
    geometry.panel_scroll = scroll.min(geometry.panel_limit);
}

/// The panel as it was when the action began; `None` for the container panel, which marks by itself
/// what is new.
fn before(view: &LabView<'_>, columns: usize, theme: Theme) -> Option<Page> {
    let state = view.state;
    let base = state.base()?;
    match state.panel {
        PanelName::Container => None,
        PanelName::Journal => Some(panel::journal_of(view, state.done_before(), columns, theme)),
        front => {
            let states = panel::States {
                before: base,
                now: base,
            };
            Some(panel::page_of(view, front, states, columns, theme))
        }
    }
}

/// What is said about the current action and its results.
pub(super) fn caption(view: &LabView<'_>, present: &Present, body: Rect, theme: Theme) -> Page {
    let columns = usize::from(super::column(body).width);
    let most = if body.height < ROOMY { 1 } else { SAID };
    let mut page = Page::new(columns, theme);
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
    let line = cut(&stand.line, (page.width * TOLD).saturating_sub(PROMPT));
    slide::line(&mut page, &stand.actor, &line);
    if stand.beat == Beat::Running {
        return page;
    }
    changes(&mut page, view, most);
    if *session.phase() == Phase::Judged {
        reached(&mut page, view, most);
    } else if *session.phase() == Phase::Observing {
        page.say(&word!("present-observes"), theme.notice(), 2);
    }
    page
}

/// What the action changed, in words. In one row, only the first change: the panel shows all.
fn changes(page: &mut Page, view: &LabView<'_>, most: usize) {
    let Some(base) = view.state.base() else {
        return;
    };
    let all = diff(base, view.session.now());
    let more = most > 1 && all.len() > most;
    let shown = most - usize::from(more);
    for change in all.iter().take(shown) {
        let words = word!("changed", what = &change.words);
        page.say(&cut(&words, page.width), page.theme.own(), 2);
    }
    if more {
        let words = word!("changed-more", count = all.len() - shown);
        page.say(&words, page.theme.own(), 2);
    }
}

/// The checks side by side, or how many of them hold if there is no room.
fn reached(page: &mut Page, view: &LabView<'_>, most: usize) {
    let verdicts = view.session.verdicts().iter();
    let checks = view.session.step().checks.iter().zip(verdicts);
    let words = checks.map(|(check, verdict)| {
        let (mark, style) = if verdict.holds {
            ("☑", page.theme.good())
        } else {
            ("☐", page.theme.plain())
        };
        Span::styled(
            format!("{mark} {}   ", sentence(check, verdict.holds)),
            style,
        )
    });
    let words: Vec<Span<'_>> = words.collect();
    let first = page.lines.len();
    if !words.is_empty() {
        page.spans(&words, 2);
    }
    if page.lines.len() > first + most {
        page.lines.truncate(first);
        let holding = view.session.verdicts().iter().filter(|v| v.holds).count();
        let words = word!("present-reached", count = holding);
        page.say(&format!("☑ {words}"), page.theme.good(), 2);
    }
}
