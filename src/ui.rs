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
mod geometry;
mod guide;
mod header;
pub mod history;
pub mod keymap;
pub mod layers;
mod layout;
pub mod lens;
pub mod notes;
mod panel;
pub mod plain;
mod popup;
pub mod present;
pub mod replay;
mod shells;
pub mod state;
mod study;
mod text;
pub mod theme;
pub mod view;
pub mod widget;

pub use absent::Absent;
pub use command::{Command, Watch};
pub use geometry::Geometry;
pub use keymap::Context;
pub use panel::{how, refused, title};
pub use state::{Focus, Mode, Popup, UiState};
pub(crate) use text::steers;
pub use theme::Theme;
pub use view::{CatalogueRow, CatalogueView, LabView, Pane, Screen, Standing, View};

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::word;

/// The smallest screen that is drawn on: columns.
pub const COLUMNS: u16 = 80;
/// The smallest screen that is drawn on: rows.
pub const ROWS: u16 = 24;

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
    match &view.state.mode {
        Mode::Study => study::draw(view, theme, frame, geometry),
        Mode::Present(present) => present::draw(view, present, theme, frame, geometry),
    }
}
