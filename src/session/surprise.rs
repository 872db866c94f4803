//! What the kernel did otherwise than the lab says: refusals.

use crate::lab::Step;
use crate::snapshot::{Outcome, Refusal};
use crate::word::later::{Later, later_word};

/// An outcome that the lab does not expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Surprise {
    /// The kernel refused an action; the rest of the step's actions were not performed.
    Refused(Refusal),
    /// The last action should have been refused with this error, but succeeded.
    NotRefused(String),
}

impl Surprise {
    /// What is unexpected in the outcome of a step's action number `index`.
    pub(super) fn of(step: &Step, index: usize, outcome: &Outcome) -> Option<Self> {
        let last = index + 1 == step.script().len();
        let expected = step.refused.as_deref().filter(|_| last);
        match (&outcome.refusal, expected) {
            (Some(refusal), Some(errno)) if refusal.errno == errno => None,
            (Some(refusal), _) => Some(Self::Refused(refusal.clone())),
            (None, Some(errno)) => Some(Self::NotRefused(errno.to_owned())),
            (None, None) => None,
        }
    }

    /// What is unexpected: the call with its error, or that there was none.
    pub fn words(&self) -> Later {
        match self {
            Self::Refused(r) => {
                format!("{}({}) => {}: {}", r.call, r.args, r.errno, r.words).into()
            }
            Self::NotRefused(errno) => later_word!("not-refused", errno = errno),
        }
    }
}
