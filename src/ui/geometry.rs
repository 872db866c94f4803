//! Where everything on the screen is.

use ratatui::layout::{Position, Rect};

use super::command::Command;
use super::layers::Place;
use crate::lab::PanelName;

/// Where everything is: for the mouse, for the sizes of the terminals, and for
/// what scrolling and selecting may reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Geometry {
    /// Each pane that is on the screen: the actor's index and the place inside its frame.
    pub panes: Vec<(usize, Rect)>,
    /// What a click asks for; of several places the last one counts.
    pub hits: Vec<(Rect, Command)>,
    /// How many lines the guide can be scrolled at most.
    pub guide_limit: usize,
    /// How many rows of the guide are seen, where it is alone on the screen.
    pub guide_rows: usize,
    /// How many lines the panel can be scrolled at most.
    pub panel_limit: usize,
    /// The first line of the panel that is seen.
    pub panel_scroll: usize,
    /// The lines of the panel that are new, or say something else than when the step began, each
    /// with the row of the screen where it is seen.
    pub news: Vec<(usize, Option<u16>)>,
    /// The panel that is seen below the one in front.
    pub second: Option<PanelName>,
    /// What can be selected in the panel, and on which line it stands.
    pub entries: Vec<(usize, Place)>,
    /// How many lines of the panel are seen.
    pub panel_rows: usize,
    /// How many lines an open popup can be scrolled at most.
    pub popup_limit: usize,
    /// How many rows there are to select from: labs or steps.
    pub rows: usize,
    /// How many actors there are.
    pub actors: usize,
    /// The column of the edge between guide and panel, and the row of the one above the shells.
    pub edges: (Option<u16>, Option<u16>),
}

impl Geometry {
    /// What dragging from one place to another asks for, if an edge was at the first.
    pub fn drag(&self, from: Position, to: Position) -> Option<Command> {
        match self.edges {
            (_, Some(row)) if from.y == row && to.y != row => by(to.y, row).map(Command::Heighten),
            (Some(column), row) if from.x == column && to.x != column => {
                let above = row.is_none_or(|row| from.y < row);
                by(column, to.x).filter(|_| above).map(Command::Widen)
            }
            _ => None,
        }
    }

    /// What dragging from one place to another marks, if the first is in a shell.
    pub fn mark(&self, from: Position, to: Position) -> Option<Command> {
        let mut panes = self.panes.iter();
        let (pane, area) = panes.find(|(_, area)| area.contains(from))?;
        let last = Position::new(area.right() - 1, area.bottom() - 1);
        let to = Position::new(to.x.clamp(area.x, last.x), to.y.clamp(area.y, last.y));
        let [from, to] = [from, to].map(|at| Position::new(at.x - area.x, at.y - area.y));
        Some(Command::Mark(*pane, from, to))
    }

    /// What a click at a place asks for.
    pub fn hit(&self, x: u16, y: u16) -> Option<Command> {
        let place = Position { x, y };
        let hit = self
            .hits
            .iter()
            .rev()
            .find(|(area, _)| area.contains(place));
        hit.map(|(_, command)| command.clone())
    }
}

/// How far it is from one row or column to another.
fn by(from: u16, to: u16) -> Option<i16> {
    i16::try_from(i32::from(to) - i32::from(from)).ok()
}
