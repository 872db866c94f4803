//! One frame of a lab.

use std::time::Instant;

use anyhow::Result;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::pane::Pane;
use super::{Conductor, Size, Stage};
use crate::ui::{Geometry, LabView, Pane as PaneView, Screen, View};

/// A pane's emulator, as the screens draw it.
struct Drawn<'a> {
    pane: &'a Pane,
    colour: bool,
}

impl Screen for Drawn<'_> {
    fn render(&self, area: Rect, buf: &mut Buffer, _focused: bool) {
        self.pane.screen.render(area, buf, self.colour);
    }
    fn cursor(&self) -> Option<(u16, u16)> {
        self.pane.screen.cursor()
    }
}

/// Draws the lab, and tells the shells how much room they have.
pub(super) fn draw(stage: &mut Stage, run: &mut Conductor) -> Result<()> {
    run.dirty = false;
    let step = run.session.step();
    let lines = run.lines();
    let colour = stage.colour;
    let drawn: Vec<Drawn<'_>> = run
        .panes
        .iter()
        .map(|pane| Drawn { pane, colour })
        .collect();
    let titles = run
        .session
        .lab()
        .actors
        .iter()
        .map(|actor| actor.title.as_str());
    let panes = drawn
        .iter()
        .zip(titles)
        .map(|(drawn, title)| PaneView {
            actor: &drawn.pane.actor,
            title,
            screen: (drawn.pane.depth() > 0).then_some(drawn as &dyn Screen),
        })
        .collect();
    let hide = step.goal.is_some();
    let view = View::Lab(Box::new(LabView {
        session: &run.session,
        state: &stage.state,
        panes,
        changes: &run.changes,
        lines: if hide { &[] } else { &lines },
        detail: run.detail.as_ref(),
        stuck: run.stuck_at().is_some_and(|at| at <= Instant::now()),
    }));
    let (theme, mut geometry) = (&stage.theme, Geometry::default());
    stage
        .terminal
        .terminal
        .draw(|frame| geometry = crate::ui::draw(&view, theme, frame))?;
    drop(view);
    stage.geometry = geometry;
    resize(stage, run);
    Ok(())
}

/// Tells the shells how much room they have.
fn resize(stage: &Stage, run: &mut Conductor) {
    for (index, area) in &stage.geometry.panes {
        let size = Size {
            rows: area.height.max(1),
            columns: area.width.max(2),
        };
        if let Some(pane) = run.panes.get_mut(*index)
            && pane.size != size
        {
            pane.resize(size);
            run.dirty = true;
        }
    }
}
