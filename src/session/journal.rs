//! The journal of a session: what was done in a run, and what is remembered of each step.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::lab::Action;
use crate::snapshot::{Outcome, Snapshot};

/// How a step was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// The program performed its actions.
    Played,
    /// The person reached the state by hand.
    Typed,
    /// The person did it by hand after the lines had been put into the prompt.
    Shown,
    /// It was skipped.
    Skipped,
    /// It is a text, which was read.
    Read,
}

/// A step in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The step's index in the lab.
    pub step: usize,
    /// How it was passed; `None` while it is under way.
    pub how: Option<How>,
    /// The actions that were performed, with their outcomes.
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
    /// The answer to a question that is not judged.
    pub said: Option<String>,
    /// How many hints were opened.
    pub hints: usize,
    /// Milliseconds from the start of the run to when it was passed last.
    pub at: u64,
}

impl Record {
    /// Marks the step as skipped, unless it was passed before; returns how it was passed.
    pub(super) fn pass_over(&mut self) -> How {
        *self.passed.get_or_insert(How::Skipped)
    }
}
