//! The ordinary command line that does the same as an action: what a person
//! would type into the actor's shell.
//!
//! Invariant: pure text; `typed` never knows whether the line was run.

use crate::lab::Action;

/// The line for an action; `None` for one that no line could do (`actor`).
/// `pid_of` tells the process id of an actor's face as the acting actor sees it
/// (for `nsenter -t PID`).
pub fn line(_action: &Action, _pid_of: &dyn Fn(&str) -> Option<i64>) -> Option<String> {
    None
}
