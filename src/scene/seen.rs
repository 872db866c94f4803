//! A run as it is drawn.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Pane, lines};
use crate::session::Session;
use crate::snapshot::diff::Change;
use crate::snapshot::overlay::Detail;
use crate::ui::{Geometry, LabView, Pane as PaneView, Screen, Theme, UiState, View};

/// What a frame of a run is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The run.
    pub session: &'a Session,
    /// What only the screen knows.
    pub state: &'a UiState,
    /// A pane for each actor, in the lab's order.
    pub panes: &'a [&'a Pane],
    /// What changed since the step began.
    pub changes: &'a [Change],
    /// All about the selected entry of an overlay.
    pub detail: Option<&'a Detail>,
    /// Whether the step has made no progress for a while.
    pub stuck: bool,
    /// Whether the panes have colours.
    pub colour: bool,
}

/// A pane's emulator, as the screens draw it.
pub(super) struct Drawn<'a> {
    pub(super) pane: &'a Pane,
    pub(super) colour: bool,
}

impl Screen for Drawn<'_> {
    fn render(&self, area: Rect, buf: &mut Buffer, _focused: bool) {
        self.pane.screen().render(area, buf, self.colour);
    }
    fn cursor(&self) -> Option<(u16, u16)> {
        self.pane.screen().cursor()
    }
}

impl Seen<'_> {
    /// Draws the run; returns where everything is.
    pub fn draw(&self, theme: &Theme, frame: &mut Frame<'_>) -> Geometry {
        let colour = self.colour;
        let lines = lines(self.session);
        let drawn: Vec<Drawn<'_>> = self
            .panes
            .iter()
            .map(|pane| Drawn { pane, colour })
            .collect();
        let actors = self.session.lab().actors.iter();
        let panes = drawn.iter().zip(actors).map(|(drawn, actor)| PaneView {
            actor: &drawn.pane.actor,
            title: &actor.title,
            screen: drawn.pane.was_there().then_some(drawn as &dyn Screen),
            ended: drawn.pane.has_ended(),
        });
        let hide = self.session.step().goal.is_some();
        let view = View::Lab(Box::new(LabView {
            session: self.session,
            state: self.state,
            panes: panes.collect(),
            changes: self.changes,
            lines: if hide { &[] } else { &lines },
            detail: self.detail,
            stuck: self.stuck,
        }));
        crate::ui::draw(&view, theme, frame)
    }
}
