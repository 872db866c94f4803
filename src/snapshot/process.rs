//! Processes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A process of the lab host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Process {
    /// Its pid in the lab host.
    pub pid: i64,
    /// Its pid on the real machine.
    pub outer_pid: i64,
    /// Its pids from the lab host inwards (`NSpid`).
    pub pids: Vec<i64>,
    /// Its parent's pid in the lab host; 0 for the lab host's own init.
    pub parent: i64,
    /// The command name (`comm`).
    pub name: String,
    /// What it is doing: the state letter of `proc_pid_stat(5)`.
    pub state: ProcessState,
    /// The effective user id, as the lab host's user namespace maps it.
    pub uid: i64,
    /// Whether its original parent was seen and has ended: its present parent has adopted it.
    pub orphan: bool,
}

/// What a process is doing; expressions see the letter of `proc_pid_stat(5)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProcessState {
    /// It runs, or waits for a processor.
    #[serde(rename = "R")]
    Running,
    /// It waits, and a signal wakes it.
    #[default]
    #[serde(rename = "S")]
    Sleeping,
    /// It waits for a device, and no signal wakes it.
    #[serde(rename = "D")]
    Blocked,
    /// A signal has stopped it.
    #[serde(rename = "T")]
    Stopped,
    /// A debugger has stopped it.
    #[serde(rename = "t")]
    Traced,
    /// It has ended, and its parent has not asked for its status.
    #[serde(rename = "Z")]
    Zombie,
    /// It is being taken away.
    #[serde(rename = "X")]
    Dead,
    /// A thread of the kernel's own that is idle.
    #[serde(rename = "I")]
    Idle,
    /// A letter of another kernel.
    #[serde(rename = "?")]
    Other,
}

impl ProcessState {
    /// Reads the letter.
    pub fn of(letter: &str) -> Self {
        match letter {
            "R" => Self::Running,
            "S" => Self::Sleeping,
            "D" => Self::Blocked,
            "T" => Self::Stopped,
            "t" => Self::Traced,
            "Z" => Self::Zombie,
            "X" => Self::Dead,
            "I" => Self::Idle,
            _ => Self::Other,
        }
    }
}
