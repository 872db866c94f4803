//! Processes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A process of the lab host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Process {
    /// Its number in the lab host.
    pub pid: i64,
    /// Its number on the real machine.
    pub outer_pid: i64,
    /// Its numbers from the lab host inwards (`NSpid`).
    pub pids: Vec<i64>,
    /// Its parent's number in the lab host; 0 for the lab host's own init.
    pub parent: i64,
    /// The command name (`comm`).
    pub name: String,
    /// The state letter of `proc_pid_stat(5)`: R, S, D, Z, T …
    pub state: String,
    /// The effective user id as the lab host numbers it.
    pub uid: i64,
    /// Whether its own parent was seen, and has ended: the parent now is the one that took it over.
    pub orphan: bool,
}
