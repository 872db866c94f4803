//! The ordinary command line that does the same as an action: what a person
//! would type into the actor's shell.
//!
//! Invariant: pure text; `typed` never knows whether the line was run.

use crate::lab::Action;

/// The line for an action; `None` for one that no line could do (`actor`).
///
/// Lines that need another process's number name its actor's face as
/// `$(face NAME)`: see [`fill`].
pub fn line(_action: &Action) -> Option<String> {
    None
}
