//! What a snapshot changed, and whether the run would be another one without it.

use std::sync::Arc;

use super::{Phase, Session};
use crate::snapshot::Snapshot;

/// What a snapshot changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// The run moved on: a later snapshot cannot replace this one.
    Turned,
    /// It shows something else, but the run did not move on.
    Passing,
    /// It shows nothing new.
    Still,
}

/// Where a run stands before a snapshot.
#[derive(Debug)]
pub struct Turn {
    phase: Phase,
    step: usize,
    now: Arc<Snapshot>,
    before: Arc<Snapshot>,
    judged: Judged,
}

/// The verdicts on the checks, hints and invariants of a step.
#[derive(Debug, PartialEq, Eq)]
struct Judged {
    holds: Vec<bool>,
    reached: Vec<bool>,
    offered: Vec<bool>,
    spoilt: Option<usize>,
    by_hand: usize,
    strayed: Option<String>,
}

impl Session {
    /// Where the run stands now, to be compared after a snapshot.
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
            by_hand: attempt.by_hand,
            strayed: attempt.strayed.clone(),
        }
    }

    /// What the snapshot since then changed.
    pub fn since(&self, earlier: &Turn) -> Course {
        // On the way to a step, each snapshot is the result of the step before.
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
