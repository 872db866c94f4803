//! The screens: what is drawn, and what a key or a click asks for.
//!
//! `draw` puts a `View` on a frame and tells where everything is; `keymap`
//! turns keys into `Command`s; `UiState` is what only the screen knows: what is
//! focused, scrolled, open.
//!
//! Invariant: drawing is a pure function of the view; no clock, no file, no
//! process is ever asked here, and no control character reaches the frame.

mod absent;
pub mod alone;
mod catalogue;
pub mod command;
pub mod fit;
mod footer;
mod guide;
mod header;
pub mod history;
pub mod keymap;
pub mod layers;
mod layout;
pub mod notes;
mod panel;
pub mod plain;
mod popup;
pub mod present;
pub mod replay;
mod shells;
pub mod state;
mod text;
pub mod theme;
pub mod view;
pub mod widget;

use crate::lab::PanelName;
pub use absent::Absent;
pub use command::{Command, Watch};
pub use keymap::Context;
pub use panel::{how, refused, title};
pub use state::{Focus, Popup, UiState};
pub(crate) use text::steers;
pub use theme::Theme;
pub use view::{CatalogueRow, CatalogueView, LabView, Pane, Screen, Standing, View};

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::word;

/// The smallest screen that is drawn on: columns.
pub const COLUMNS: u16 = 80;
/// The smallest screen that is drawn on: rows.
pub const ROWS: u16 = 24;

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
    /// The panel that is seen below the one in front.
    pub second: Option<PanelName>,
    /// What can be selected in the panel, and on which line it stands.
    pub entries: Vec<(usize, layers::Place)>,
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
    pub fn drag(&self, (from_x, from_y): (u16, u16), (x, y): (u16, u16)) -> Option<Command> {
        let by = |from: u16, to: u16| i16::try_from(i32::from(to) - i32::from(from)).ok();
        match self.edges {
            (_, Some(row)) if from_y == row && y != row => by(y, row).map(Command::Heighten),
            (Some(column), row) if from_x == column && x != column => {
                let above = row.is_none_or(|row| from_y < row);
                by(column, x).filter(|_| above).map(Command::Widen)
            }
            _ => None,
        }
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

/// Draws a screen.
pub fn draw(view: &View<'_>, theme: &Theme, frame: &mut Frame<'_>) -> Geometry {
    let area = frame.area();
    let mut geometry = Geometry::default();
    if area.width < COLUMNS || area.height < ROWS {
        too_small(frame, area);
        return geometry;
    }
    match view {
        View::Catalogue(catalogue) => catalogue::draw(catalogue, *theme, frame, &mut geometry),
        View::Lab(lab) => draw_lab(lab, *theme, frame, &mut geometry),
    }
    geometry
}

fn too_small(frame: &mut Frame<'_>, area: Rect) {
    let lines = vec![
        Line::from(word!("small")),
        Line::from(word!("small-needed", columns = COLUMNS, rows = ROWS)),
        Line::from(word!("small-now", columns = area.width, rows = area.height)),
        Line::from(word!("small-help")),
    ];
    frame.render_widget(Paragraph::new(lines), area);
}

fn draw_lab(view: &LabView<'_>, theme: Theme, frame: &mut Frame<'_>, geometry: &mut Geometry) {
    geometry.actors = view.panes.len();
    geometry.rows = view.session.lab().steps.len();
    if let Some(present) = &view.state.present {
        return present::draw(view, present, theme, frame, geometry);
    }
    let areas = layout::Areas::of(frame.area(), view);
    let context = Context::lab(view.session, view.state);
    let is_split = areas.guide.is_some() && areas.panel.is_some();
    geometry.edges = (
        areas.panel.filter(|_| is_split).map(|panel| panel.x),
        areas
            .shells
            .first()
            .filter(|_| is_split)
            .map(|(_, shell)| shell.y),
    );
    header::draw(view.session, theme, frame, areas.header);
    if let Some(area) = areas.guide {
        guide::draw(view, theme, frame, area, geometry);
    }
    if let Some(area) = areas.panel {
        panel::draw(view, theme, frame, area, geometry);
    }
    shells::draw(view, theme, frame, &areas.shells, geometry);
    footer::draw(&context, theme, frame, areas.footer, geometry);
    popup::draw(view.state, Some(view.session), theme, frame, geometry);
}
