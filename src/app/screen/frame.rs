//! One frame of a lab.

use std::time::Instant;

use anyhow::Result;

use super::{Conductor, Size, Stage};
use crate::app::run::pane::Pane as Shell;
use crate::scene::{Pane, Seen};
use crate::ui::Geometry;

/// Draws the lab, and resizes the shells to their areas.
pub(super) fn draw(stage: &mut Stage, run: &mut Conductor) -> Result<()> {
    run.dirty = false;
    stage.state.light(&run.session);
    let stuck = run.stuck_at().is_some_and(|at| at <= Instant::now());
    if run.tap.is_open() {
        let size = stage.terminal.canvas()?.size()?;
        stage.told.tell(&mut stage.state, size, stuck, &run.tap);
        run.tap.freshen(|| stage.told.fresh(run));
    }
    let panes: Vec<&Pane> = run.panes.iter().map(Shell::seen).collect();
    let seen = Seen {
        session: &run.session,
        state: &stage.state,
        panes: &panes,
        changes: &run.changes,
        detail: run.detail.as_ref(),
        stuck,
        colour: stage.has_colour(),
    };
    let (theme, geometry) = (&stage.theme, &mut stage.geometry);
    let screen = stage.terminal.canvas()?;
    screen.draw(|frame| *geometry = seen.draw(theme, frame))?;
    resize(&stage.geometry, run);
    Ok(())
}

/// Resizes the shells to their areas.
pub(in crate::app) fn resize(geometry: &Geometry, run: &mut Conductor) {
    for (index, area) in &geometry.panes {
        let size = Size {
            rows: area.height.max(1),
            columns: area.width.max(2),
        };
        if let Some(pane) = run.panes.get_mut(*index)
            && pane.size() != size
        {
            pane.resize(size);
            run.dirty = true;
        }
    }
}
