//! What changed between two snapshots, in words.
//!
//! Invariant: says only what the two snapshots hold.

use super::Snapshot;

/// One change, as the line under the panels shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The actor it is about; empty when it is about none.
    pub actor: String,
    /// The fact that changed, as a check would name it below the actor: `ns.uts`, `hostname`, `ipc.queues`, `mounts`.
    pub fact: String,
    /// The change in words: `b: a uts namespace of its own (4026532301)`.
    pub words: String,
}

/// All changes from one snapshot to a later one, in the order of the actors.
pub fn diff(_before: &Snapshot, _after: &Snapshot) -> Vec<Change> {
    Vec::new()
}
