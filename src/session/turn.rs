//! What a snapshot came to: whether a run would be another one without it.

use std::sync::Arc;

use super::{Phase, Session};
use crate::snapshot::Snapshot;

/// What a snapshot came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// The run went on by it: a later one does not stand for it.
    Turned,
    /// It shows something else, and that is all.
    Passing,
    /// It shows nothing that was not there before.
    Still,
}

/// Where a run stands before it gets a snapshot.
#[derive(Debug)]
pub struct Turn {
    phase: Phase,
    step: usize,
    now: Arc<Snapshot>,
    before: Arc<Snapshot>,
    judged: Judged,
}

/// What the checks and invariants of a step say.
#[derive(Debug, PartialEq, Eq)]
struct Judged {
    holds: Vec<bool>,
    reached: Vec<bool>,
    offered: Vec<bool>,
    spoilt: Option<usize>,
}

impl Session {
    /// Where this stands: to be held against what a snapshot comes to.
    pub fn turn(&self) -> Turn {
        Turn {
            phase: self.phase.clone(),
            step: self.step,
            now: Arc::clone(&self.now),
            before: Arc::clone(&self.before),
            judged: self.judged(),
        }
    }

    fn judged(&self) -> Judged {
        let attempt = &self.attempt;
        Judged {
            holds: attempt
                .verdicts
                .iter()
                .map(|verdict| verdict.holds)
                .collect(),
            reached: attempt.reached.clone(),
            offered: attempt.offered.clone(),
            spoilt: self.spoilt.map(|broken| broken.index),
        }
    }

    /// What a snapshot came to that was taken since.
    pub fn since(&self, earlier: &Turn) -> Course {
        // On the way to a step each look stands for what the step before came to.
        let on_its_way = matches!(earlier.phase, Phase::Rewinding { .. });
        let same = self.phase == earlier.phase
            && self.step == earlier.step
            && Arc::ptr_eq(&self.before, &earlier.before)
            && self.judged() == earlier.judged;
        if on_its_way || !same {
            Course::Turned
        } else if *self.now == *earlier.now {
            Course::Still
        } else {
            Course::Passing
        }
    }
}
