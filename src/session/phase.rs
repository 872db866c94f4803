//! Where a run stands.

use crate::word::later::Later;

/// The phases of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The step's text is shown; it may be run, or done by hand.
    Briefing,
    /// The step's question waits for an answer; the step may be done by hand all the same.
    Predicting,
    /// The step's actions are being performed.
    Applying {
        /// How many of the step's actions are done.
        done: usize,
    },
    /// The actions were performed, but not every check holds yet.
    Observing,
    /// The step is passed; its explanation is shown.
    Judged,
    /// The last step is passed.
    Finished,
    /// A lab host is being brought to a step, in most cases a new one; the person waits.
    Rewinding {
        /// The step that will be the current one.
        to: usize,
    },
    /// The lab host is gone.
    Lost {
        /// The reason, as far as it is known.
        reason: Later,
    },
}

impl Phase {
    /// Whether the step is passed.
    pub fn is_passed(&self) -> bool {
        matches!(self, Self::Judged | Self::Finished)
    }

    /// Whether the person can still do the step by hand.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Briefing | Self::Predicting | Self::Observing)
    }

    /// Whether the lab host is gone.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Lost { .. })
    }
}
