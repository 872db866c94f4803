//! The one state machine of a lab run: where we are, what is next, what undo
//! means. Time and chance come in with events, so a run replays bit for bit.
//!
//! Invariant: `handle` does no input or output; what is to be done it returns.

pub mod effect;
pub mod event;
pub mod journal;
pub mod phase;

pub use effect::{Effect, Pace};
pub use event::{Event, Scope};
pub use journal::{Entry, How};
pub use phase::Phase;

use std::sync::Arc;

use crate::check::Verdict;
use crate::lab::{Lab, Step};
use crate::snapshot::Snapshot;

/// A lab run.
#[derive(Debug)]
pub struct Session {
    lab: Arc<Lab>,
    phase: Phase,
    step: usize,
    now: Arc<Snapshot>,
    before: Arc<Snapshot>,
    verdicts: Vec<Verdict>,
    journal: Vec<Entry>,
}

impl Session {
    /// A run of `lab` that begins at step `start` (0 is the first); the steps before it are played first.
    pub fn new(lab: Arc<Lab>, _start: usize) -> Self {
        Self {
            lab,
            phase: Phase::Rewinding { to: 0 },
            step: 0,
            now: Arc::default(),
            before: Arc::default(),
            verdicts: Vec::new(),
            journal: Vec::new(),
        }
    }

    /// Takes note of what happened `at` milliseconds after the run began, and says what is to be done.
    pub fn handle(&mut self, _at: u64, _event: Event) -> Vec<Effect> {
        Vec::new()
    }

    /// The lab.
    pub fn lab(&self) -> &Lab {
        &self.lab
    }
    /// The present phase.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }
    /// The index of the present step.
    pub fn index(&self) -> usize {
        self.step
    }
    /// The present step.
    pub fn step(&self) -> &Step {
        &self.lab.steps[self.step]
    }
    /// The newest snapshot, with `steps` and `result` filled in.
    pub fn now(&self) -> &Arc<Snapshot> {
        &self.now
    }
    /// The snapshot of when the present step began.
    pub fn before(&self) -> &Arc<Snapshot> {
        &self.before
    }
    /// A verdict for each check of the present step, in their order, on `now`.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }
    /// Whether each check was true once since the step began ("was true, no longer").
    pub fn reached(&self) -> &[bool] {
        &[]
    }
    /// The first invariant that is broken now: its sentence.
    pub fn spoilt(&self) -> Option<&str> {
        None
    }
    /// How many hints of the present step are open.
    pub fn hints_open(&self) -> usize {
        0
    }
    /// The choice made in the present step's question.
    pub fn chosen(&self) -> Option<usize> {
        None
    }
    /// After the step: whether the choice made was right, as the state shows.
    pub fn chosen_right(&self) -> Option<bool> {
        None
    }
    /// What was answered to `then_ask`, and whether it was right.
    pub fn answered(&self) -> Option<(&str, bool)> {
        None
    }
    /// Every step that is done or was passed over, and the actions of the present one, in order.
    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }
    /// How a step was passed, if it was.
    pub fn passed(&self, _step: usize) -> Option<How> {
        None
    }
}
