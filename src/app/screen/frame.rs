//! One frame of a lab.

use std::time::Instant;

use anyhow::Result;

use super::{Conductor, Size, Stage};
use crate::app::pane::Pane as Shell;
use crate::app::tap::Tap;
use crate::scene::{Moment, Pane, Seen};
use crate::ui::UiState;

/// What was told of the screen last.
#[derive(Debug, Default)]
pub(super) struct Told {
    state: Option<UiState>,
    screen: (u16, u16),
}

impl Told {
    /// Tells what is different from what was told last.
    fn tell(&mut self, stage: &mut Stage, stuck: bool, tap: &Tap) -> Result<()> {
        let size = stage.terminal.terminal.size()?;
        if self.screen != (size.width, size.height) {
            self.screen = (size.width, size.height);
            tap.tell(|| Moment::Screen(size.width, size.height));
        }
        // Of its history the moments are told.
        let history = std::mem::take(&mut stage.state.history);
        if self.state.as_ref() != Some(&stage.state) {
            self.state = Some(stage.state.clone());
            tap.tell(|| Moment::State(Box::new(stage.state.clone())));
        }
        stage.state.history = history;
        tap.tell(|| Moment::Drawn { stuck });
        Ok(())
    }
}

/// Draws the lab, and tells the shells how much room they have.
pub(super) fn draw(stage: &mut Stage, run: &mut Conductor) -> Result<()> {
    run.dirty = false;
    stage.state.light(&run.session);
    let stuck = run.stuck_at().is_some_and(|at| at <= Instant::now());
    if run.tap.is_open() {
        let mut told = std::mem::take(&mut stage.told);
        told.tell(stage, stuck, &run.tap)?;
        stage.told = told;
    }
    let panes: Vec<&Pane> = run.panes.iter().map(Shell::seen).collect();
    let seen = Seen {
        session: &run.session,
        state: &stage.state,
        panes: &panes,
        changes: &run.changes,
        detail: run.detail.as_ref(),
        stuck,
        colour: stage.colour,
    };
    let (theme, geometry) = (&stage.theme, &mut stage.geometry);
    let screen = &mut stage.terminal.terminal;
    screen.draw(|frame| *geometry = seen.draw(theme, frame))?;
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
            && pane.size() != size
        {
            pane.resize(size);
            run.dirty = true;
        }
    }
}
