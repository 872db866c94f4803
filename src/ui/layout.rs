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
        let height = (middle.height * 38 / 100).clamp(8, 24);
        let height = moved(
            height,
            split.rows,
            (SHELLS, middle.height.saturating_sub(TOP)),
        );
        let rows = [Constraint::Fill(1), Constraint::Length(height)];
        let [top, bottom] = Layout::vertical(rows).areas(middle);
        let width = (top.width / 2).min(90);
        let width = moved(width, split.columns, (SIDE, top.width.saturating_sub(SIDE)));
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
fn moved(length: u16, by: i16, (least, most): (u16, u16)) -> u16 {
    length
        .saturating_add_signed(by)
        .clamp(least, most.max(least))
}

/// As many shells side by side as fit; `state.shell` is always among them.
fn shells(area: Rect, view: &LabView<'_>) -> Vec<(usize, Rect)> {
    let wanted = view.panes.len();
    if wanted == 0 {
        return Vec::new();
    }
    let fitting = usize::from(area.width / SHELL).clamp(1, wanted);
    let shown = view.state.shell.min(wanted - 1);
    let first = (shown + 1).saturating_sub(fitting);
    let shown: Vec<usize> = (first..first + fitting).collect();
    beside(area, &shown)
}

/// Some shells side by side.
pub(super) fn beside(area: Rect, shown: &[usize]) -> Vec<(usize, Rect)> {
    let columns = vec![Constraint::Fill(1); shown.len()];
    let places = Layout::horizontal(columns).split(area);
    let shown = shown.iter().copied();
    shown.zip(places.iter().copied()).collect()
}
