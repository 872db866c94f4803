//! What was done in a run.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::lab::Action;
use crate::snapshot::{Outcome, Snapshot};

/// How a step was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// The program made its actions.
    Played,
    /// The person reached the state by hand.
    Typed,
    /// By hand, after the lines had been put into the prompt.
    Shown,
    /// Passed over.
    Skipped,
    /// There was nothing to do but to read.
    Read,
}

/// A step in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The step's index in the lab.
    pub step: usize,
    /// How it was passed; `None` while it is under way.
    pub how: Option<How>,
    /// The actions made, with what they came to.
    pub done: Vec<(Action, Outcome)>,
    /// The state when it began.
    pub before: Arc<Snapshot>,
    /// The state when it was passed.
    pub after: Arc<Snapshot>,
    /// The choice made in its question.
    pub chosen: Option<usize>,
    /// How many hints were opened.
    pub hints: usize,
    /// Milliseconds from the start of the run to when it was passed.
    pub at: u64,
}

impl Entry {
    /// The entry of a step that begins.
    pub(super) fn begun(step: usize, before: &Arc<Snapshot>, record: &Record) -> Self {
        Self {
            step,
            how: None,
            done: Vec::new(),
            before: before.clone(),
            after: before.clone(),
            chosen: record.chosen,
            hints: record.hints,
            at: 0,
        }
    }
}

/// What a run remembers of a step even when it goes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// How it was passed last.
    pub passed: Option<How>,
    /// The choice made in its question.
    pub chosen: Option<usize>,
    /// Whether that was right, as the state showed.
    pub right: Option<bool>,
    /// Whether the question after it was answered right.
    pub answered: Option<bool>,
    /// What was said where nobody judges.
    pub said: Option<String>,
    /// How many hints were opened.
    pub hints: usize,
    /// Milliseconds from the start of the run to when it was passed last.
    pub at: u64,
}

impl Record {
    /// Passes the step over; one that was passed before stays what it was.
    pub(super) fn pass_over(&mut self) -> How {
        *self.passed.get_or_insert(How::Skipped)
    }
}
