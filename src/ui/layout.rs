//! Where each area of the lab screen is.

use ratatui::layout::{Constraint, Layout, Rect};

use super::state::Focus;
use super::view::LabView;

/// The fewest columns of a shell that stands beside another.
pub(super) const SHELL: u16 = 38;

/// The fewest columns of the guide and of the panel.
const SIDE: u16 = 28;
/// The fewest rows of the shells.
const SHELLS: u16 = 4;
/// The fewest rows above the shells.
const TOP: u16 = 8;

/// The areas of the lab screen; a hidden area is `None`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Areas {
    /// The first row.
    pub(super) header: Rect,
    /// The step's text, frame and all.
    pub(super) guide: Option<Rect>,
    /// The panel, frame and all.
    pub(super) panel: Option<Rect>,
    /// The shells that are shown: actor index and place, frame and all.
    pub(super) shells: Vec<(usize, Rect)>,
    /// The last row.
    pub(super) footer: Rect,
}

impl Areas {
    /// The areas of a view.
    pub(super) fn of(area: Rect, view: &LabView<'_>) -> Self {
        let rows = [
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
        ];
        let [header, middle, footer] = Layout::vertical(rows).areas(area);
        let empty = Self {
            header,
            guide: None,
            panel: None,
            shells: Vec::new(),
            footer,
        };
        match (view.state.zoom, view.state.focus) {
            (true, Focus::Guide) => Self {
                guide: Some(middle),
                ..empty
            },
            (true, Focus::Panel) => Self {
                panel: Some(middle),
                ..empty
            },
            (true, Focus::Shell(index)) => Self {
                shells: vec![(index, middle)],
                ..empty
            },
            (false, _) => empty.filled(middle, view),
        }
    }

    fn filled(self, middle: Rect, view: &LabView<'_>) -> Self {
        let split = view.state.split;
        let usual_height = (middle.height * 38 / 100).clamp(8, 24);
        let highest = middle.height.saturating_sub(TOP);
        let height = moved(usual_height, split.rows, SHELLS, highest);
        let rows = [Constraint::Fill(1), Constraint::Length(height)];
        let [top, bottom] = Layout::vertical(rows).areas(middle);
        let usual_width = (top.width / 2).min(90);
        let widest = top.width.saturating_sub(SIDE);
        let width = moved(usual_width, split.columns, SIDE, widest);
        let columns = [Constraint::Length(width), Constraint::Fill(1)];
        let [guide, panel] = Layout::horizontal(columns).areas(top);
        Self {
            guide: Some(guide),
            panel: Some(panel),
            shells: shells(bottom, view),
            ..self
        }
    }
}

/// A length with the person's change, within limits.
fn moved(length: u16, by: i16, least: u16, most: u16) -> u16 {
    length
        .saturating_add_signed(by)
        .clamp(least, most.max(least))
}

/// As many shells side by side as fit. The one that has the keys is always among them, and the one
/// that the step acts in; one that comes later takes no room before it is there.
fn shells(area: Rect, view: &LabView<'_>) -> Vec<(usize, Rect)> {
    let fitting = usize::from(area.width / SHELL).max(1);
    let mut shown = Vec::new();
    for index in wanted(view) {
        if !shown.contains(&index) && shown.len() < fitting {
            shown.push(index);
        }
    }
    shown.sort_unstable();
    beside(area, &shown)
}

/// The shells that are to be shown, the most wanted first.
fn wanted(view: &LabView<'_>) -> Vec<usize> {
    let focused = match view.state.focus {
        Focus::Shell(index) => Some(index.min(view.panes.len().saturating_sub(1))),
        Focus::Guide | Focus::Panel => None,
    };
    let acting = view.session.acting();
    let mut panes = view.panes.iter();
    let acting = panes.position(|pane| Some(pane.actor) == acting);
    let last = view.state.shell.min(view.panes.len().saturating_sub(1));
    let near = acting.into_iter().chain([last]).chain(0..view.panes.len());
    let there = near.filter(|index| is_there(view, *index));
    focused.into_iter().chain(there).collect()
}

/// Whether a shell takes room: it is there, or is so from the beginning of the lab.
fn is_there(view: &LabView<'_>, index: usize) -> bool {
    let actor = view.session.lab().actors.get(index);
    let later = actor.is_some_and(|actor| actor.later);
    let pane = view.panes.get(index);
    pane.is_some_and(|pane| pane.screen.is_some() || !later)
}

/// Some shells side by side.
pub(super) fn beside(area: Rect, shown: &[usize]) -> Vec<(usize, Rect)> {
    let columns = vec![Constraint::Fill(1); shown.len()];
    let places = Layout::horizontal(columns).split(area);
    let indices = shown.iter().copied();
    indices.zip(places.iter().copied()).collect()
}
