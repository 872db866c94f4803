//! Makes the step before ready while the current one is shown, so that going back only swaps two
//! runs.

use std::sync::mpsc::{Receiver, channel};

use super::headless::at_rest;
use crate::app::run::tap::{Note, Tap};
use crate::app::run::{Conductor, Said};
use crate::scene::journal::Line;
use crate::sys::memory;

/// The free memory that a second lab host needs, in bytes.
const MEMORY: u64 = 512 << 20;

/// How much of what came already is taken before the run on the stage has its turn.
const TURN: usize = 8;

/// A run on its way to the step before.
struct Ready {
    run: Conductor,
    step: usize,
    /// The moments that it has told so far, if those of the main run are written.
    told: Option<Receiver<Note>>,
}

impl Ready {
    fn is_lost(&self) -> bool {
        self.run.session.phase().is_lost()
    }

    /// Whether nothing is under way in it.
    fn rests(&self) -> bool {
        at_rest(&self.run) && self.run.is_calm()
    }
}

/// The understudy, if there is one.
#[derive(Default)]
pub(crate) struct Understudy {
    ready: Option<Ready>,
    /// The person waits for it.
    pub wanted: bool,
    /// The machine had no room for a second lab host.
    refused: bool,
}

impl Understudy {
    /// Keeps a run for the step before ready, and drops any other. A new one begins only while
    /// nothing is under way and enough memory is free.
    pub(crate) fn tend(&mut self, run: &Conductor) {
        let step = run.before();
        if self.ready.as_ref().is_some_and(Ready::is_lost) {
            self.refused = true;
            self.ready = None;
        }
        if self
            .ready
            .as_ref()
            .is_some_and(|ready| Some(ready.step) != step)
        {
            self.ready = None;
        }
        self.wanted &= self.ready.is_some();
        let Some(step) = step.filter(|_| self.ready.is_none() && !self.refused) else {
            return;
        };
        if run.is_calm() && memory::available().is_none_or(|bytes| bytes >= MEMORY) {
            self.begin(run, step);
        }
    }

    fn begin(&mut self, run: &Conductor, step: usize) {
        let (tap, told) = if run.tap.is_open() {
            let (tell, told) = channel();
            (Tap::new(tell), Some(told))
        } else {
            (Tap::default(), None)
        };
        self.ready = Some(Ready {
            run: run.understudy(step, tap),
            step,
            told,
        });
    }

    /// Whether there is an understudy, ready or still on its way.
    pub(crate) fn is_there(&self) -> bool {
        self.ready.is_some()
    }

    /// Whether it stands at its step, and nothing is under way.
    pub(crate) fn is_ready(&self) -> bool {
        self.ready.as_ref().is_some_and(Ready::rests)
    }

    /// Takes the place of a run.
    pub(crate) fn enter(&mut self, run: &mut Conductor) {
        self.wanted = false;
        if let Some(ready) = self.ready.take() {
            let notes = ready.told.iter().flat_map(Receiver::try_iter);
            let told: Vec<Line> = notes.filter_map(Note::line).collect();
            run.give_way(ready.run, told.into_iter().map(|line| line.moment));
        }
    }

    /// The next happening of the understudy; never, if there is none.
    pub(crate) async fn next(&mut self) -> Option<Said> {
        match &mut self.ready {
            Some(ready) => ready.run.next().await,
            None => std::future::pending().await,
        }
    }

    /// Takes what came, and what has come beside it.
    pub(crate) fn drain(&mut self, said: Said) {
        if let Some(ready) = &mut self.ready {
            ready.run.drain(said, TURN);
        }
    }
}
