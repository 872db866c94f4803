//! Where a run stands.

use crate::word::later::Later;

/// The phases of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The step's text is shown; it may be run, or done by hand.
    Briefing,
    /// The step's question waits for an answer; the step may be done by hand all the same.
    Predicting,
    /// The step's actions are being made: this many are done.
    Applying {
        /// How many of the step's actions are done.
        done: usize,
    },
    /// The actions were made, but not every check holds yet.
    Observing,
    /// The step is passed; its explanation is shown.
    Judged,
    /// The last step is passed.
    Finished,
    /// A new lab host is being built and brought to a step: what a person waits for.
    Rewinding {
        /// The step that will be the present one.
        to: usize,
    },
    /// The lab host is gone.
    Lost {
        /// What is known of why.
        reason: Later,
    },
}
