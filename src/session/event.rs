//! What happens to a run.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::journal::Record;
use crate::lab::Lab;
use crate::snapshot::lens::Glimpse;
use crate::snapshot::{Outcome, Snapshot};
use crate::word::later::Later;

/// A lab in another language.
#[derive(Clone, Debug)]
pub struct Telling {
    /// The language's tag.
    pub language: String,
    /// The lab in it; none where only the tag is known, as in a journal.
    pub lab: Option<Arc<Lab>>,
}

/// How far "start over" goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Back to the start of the current step.
    Step,
    /// Back to the first step; the journal begins anew.
    Lab,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The run was opened: ask for a lab host.
    Open,
    /// The lab host that was asked for is up, and all its actors have shells.
    HostReady,
    /// The lab host could not be built, or has ended.
    HostLost(Later),
    /// The outcome of the action that was asked for last.
    Performed(Outcome),
    /// A new snapshot of the lab host.
    Observed(Arc<Snapshot>),
    /// The person wants the current step played.
    Run,
    /// The person wants the step's next line put into the prompt, without running it. A prompt
    /// holds one line, so each time it is that of the next action.
    Show,
    /// The person chose an answer to the question before the step.
    Predict(usize),
    /// The person goes on without an answer to the question before the step.
    Decline,
    /// The person answered the question after the step.
    Answer(String),
    /// The person wants the next hint.
    Hint,
    /// The person goes on to the next step (from a passed one, or one that is
    /// only read). A step that was passed before going back is played on the way.
    Next,
    /// The person goes back to the start of the step before; from the end of
    /// the lab, to the start of the last step.
    Back,
    /// The person skips the current step: it is played and marked as skipped.
    Skip,
    /// The person goes to the start of any step.
    GoTo(usize),
    /// The person starts over.
    StartOver(Scope),
    /// The person wants a lost or spoilt lab host rebuilt, at the same step.
    Rebuild,
    /// What was done in an earlier run is remembered, by the ids of the steps.
    Recall(BTreeMap<String, Record>),
    /// The lab goes on in another language.
    Retell(Telling),
    /// The lens saw what the lines did that a person typed.
    Saw(Vec<Glimpse>),
}
