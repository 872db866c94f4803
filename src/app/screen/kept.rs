//! What the loop of the screen keeps beside the run.

use super::Conductor;
use crate::app::tape::Tape;
use crate::progress::Recorder;

/// Who keeps what a person does in a run.
pub(super) struct Kept {
    /// Writes it to their progress.
    pub(super) recorder: Option<Recorder>,
    /// Writes the commands of the shells down.
    pub(super) tape: Option<Tape>,
}

impl Kept {
    pub(super) fn follow(&mut self, run: &mut Conductor) {
        if let Some(recorder) = &mut self.recorder {
            recorder.follow(&run.session);
        }
        if let Some(tape) = &mut self.tape {
            tape.follow(run);
        }
    }
}

/// Where a run is, as far as the screen begins anew with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::app) struct At {
    /// The current step; none before the first look.
    pub(super) step: Option<usize>,
    /// Whether it is passed.
    pub(super) over: bool,
}
