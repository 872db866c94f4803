//! What comes to a run from its tasks.

use std::os::fd::OwnedFd;

use crate::lab::Action;
use crate::sandbox::{Notice, Observed, Sandbox, SandboxError};
use crate::snapshot::Outcome;
use crate::word::later::Later;

/// Something that comes from a task of ours.
pub(in crate::app) enum Happening {
    /// A terminal printed something.
    Output {
        generation: u64,
        actor: String,
        /// How many of the actor's terminals are below that one.
        depth: usize,
        bytes: Vec<u8>,
    },
    /// A lab host stands, with the terminals of its actors.
    Up {
        generation: u64,
        sandbox: Box<Sandbox>,
        terminals: Vec<(String, OwnedFd)>,
    },
    /// No lab host could be had.
    Down {
        generation: u64,
        error: SandboxError,
    },
    /// A lab host stood, but the lab's setup was refused there.
    Unprepared { generation: u64, reason: Later },
    /// An action was performed.
    Performed {
        generation: u64,
        action: Box<Action>,
        outcome: Outcome,
        terminal: Option<OwnedFd>,
    },
    /// A snapshot was taken in this epoch.
    Observed {
        generation: u64,
        epoch: u64,
        observed: Box<Observed>,
    },
    /// The rest between two snapshots is over.
    Rested,
    /// The counters of control groups are to be read again.
    Ticked,
    /// A letter of a line that is typed for a class comes, or the line runs.
    Beat,
    /// The prompt after an action should be there by now.
    Settled { generation: u64, number: u64 },
    /// The lab host tells something.
    Notice { generation: u64, notice: Notice },
}
