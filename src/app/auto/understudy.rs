//! The step before, made ready while the present one is shown: so going back takes
//! no longer than to change places.

use std::sync::mpsc::{Receiver, channel};

use super::headless::at_rest;
use crate::app::run::tap::{Note, Tap};
use crate::app::run::{Conductor, Happening};
use crate::scene::journal::Line;
use crate::session::Phase;
use crate::sys::memory;

/// The memory that a second lab host must find free, in bytes.
const MEMORY: u64 = 512 << 20;

/// A run that is brought to the step before.
struct Ready {
    run: Conductor,
    step: usize,
    /// What it has told so far, where somebody writes it down.
    told: Option<Receiver<Note>>,
}

/// The run in the wings, if there is one.
#[derive(Default)]
pub(crate) struct Understudy {
    ready: Option<Ready>,
    /// The person waits for it.
    pub wanted: bool,
    /// The machine has no room for two lab hosts.
    refused: bool,
}

impl Understudy {
    /// Keeps the right run ready, and sends the others away; a new one begins
    /// only while nothing is under way.
    pub(crate) fn tend(&mut self, run: &Conductor) {
        let step = run.before();
        let lost = |ready: &Ready| matches!(ready.run.session.phase(), Phase::Lost { .. });
        if self.ready.as_ref().is_some_and(lost) {
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

    /// Whether there is one, be it on its way.
    pub(crate) fn is_there(&self) -> bool {
        self.ready.is_some()
    }

    /// Whether it stands at its step.
    pub(crate) fn is_ready(&self) -> bool {
        let rests = |ready: &Ready| at_rest(&ready.run) && ready.run.is_calm();
        self.ready.as_ref().is_some_and(rests)
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

    /// What comes to it; never, while there is none.
    pub(crate) async fn next(&mut self) -> Option<Happening> {
        match &mut self.ready {
            Some(ready) => ready.run.next().await,
            None => std::future::pending().await,
        }
    }

    /// Takes what came, and what is there beside it.
    pub(crate) fn happen(&mut self, happening: Happening) {
        let Some(ready) = &mut self.ready else { return };
        ready.run.happen(happening);
        for _ in 0..8 {
            let Some(happening) = ready.run.ready() else {
                return;
            };
            ready.run.happen(happening);
        }
    }
}
