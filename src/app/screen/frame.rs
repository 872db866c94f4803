//! One frame of a lab.

use std::time::Instant;

use anyhow::Result;

use super::{Conductor, Size, Stage};
use crate::app::run::pane::Pane as Shell;
use crate::app::run::tap::Tap;
use crate::scene::{Moment, Pane, Seen};
use crate::ui::{Geometry, UiState};

/// What was told of the screen last.
#[derive(Debug, Default)]
pub(in crate::app) struct Told {
    state: Option<UiState>,
    screen: (u16, u16),
}

impl Told {
    /// Tells what is different from what was told last.
    pub(in crate::app) fn tell(
        &mut self,
        state: &mut UiState,
        size: (u16, u16),
        stuck: bool,
        tap: &Tap,
    ) {
        if self.screen != size {
            self.screen = size;
            tap.tell(|| Moment::Screen(size.0, size.1));
        }
        // What follows from the moments is not told.
        let history = std::mem::take(&mut state.history);
        let light = std::mem::take(&mut state.light);
        if self.state.as_ref() != Some(state) {
            self.state = Some(state.clone());
            tap.tell(|| Moment::State(Box::new(state.clone())));
        }
        (state.history, state.light) = (history, light);
        tap.tell(|| Moment::Drawn { stuck });
    }

    /// What is seen now, for who was told what happened but not what was seen.
    fn fresh(&self, run: &Conductor) -> Vec<Moment> {
        let state = self.state.clone().unwrap_or_default();
        let mut moments = vec![
            Moment::Screen(self.screen.0, self.screen.1),
            Moment::State(Box::new(state)),
            Moment::Detail(run.detail.clone()),
        ];
        for (index, pane) in run.panes.iter().enumerate() {
            let changes = pane.seen().again().into_iter();
            moments.extend(changes.map(|change| Moment::Pane(index, change)));
        }
        moments.push(Moment::Drawn { stuck: false });
        moments
    }
}

/// Draws the lab, and tells the shells how much room they have.
pub(super) fn draw(stage: &mut Stage, run: &mut Conductor) -> Result<()> {
    run.dirty = false;
    stage.state.light(&run.session);
    let stuck = run.stuck_at().is_some_and(|at| at <= Instant::now());
    if run.tap.is_open() {
        let size = stage.terminal.canvas()?.size()?;
        let size = (size.width, size.height);
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
        colour: stage.colour,
    };
    let (theme, geometry) = (&stage.theme, &mut stage.geometry);
    let screen = stage.terminal.canvas()?;
    screen.draw(|frame| *geometry = seen.draw(theme, frame))?;
    resize(&stage.geometry, run);
    Ok(())
}

/// Tells the shells how much room they have.
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
