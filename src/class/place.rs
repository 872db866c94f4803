//! Where a person is in a lab.

use crate::progress::Known;

/// Where a person is in a lab that they have begun.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// At the step of this id, in a lab never played to its end.
    At(String),
    /// Somewhere unknown.
    Begun,
    /// Done: they were at its end once.
    Finished,
}

impl Place {
    /// The place of a learner in a lab.
    pub fn of(known: &Known) -> Self {
        match &known.at {
            _ if known.done => Self::Finished,
            Some(step) => Self::At(step.clone()),
            None => Self::Begun,
        }
    }
}
