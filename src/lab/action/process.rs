//! Verbs of the process family.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::host;

/// Opens an actor's pane with a shell. Example: `actor: {name: c}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenActor {
    /// An actor that the lab declares with `later: true`.
    pub name: String,
}

/// Starts a program in the background of an actor, in the namespaces, the root
/// and the directory of its face. Example: `spawn: {name: clock, program: [sleep, infinity]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spawn {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// How `signal` and `wait` call it.
    pub name: String,
    /// The program and its arguments.
    #[schemars(length(min = 1))]
    pub program: Vec<String>,
    /// The file, as the actor sees it, to whose end all that it prints is added; made
    /// if it is not there. Without one nothing is kept.
    #[serde(default)]
    pub log: Option<String>,
}

/// Runs a program to its end. Example: `exec: {in: b, program: [ls, /]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exec {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The program and its arguments.
    #[schemars(length(min = 1))]
    pub program: Vec<String>,
}

/// Types a line into the actor's shell, for what only the shell itself can do.
/// Example: `type: {in: b, line: "cd /"}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TypeLine {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The line, without its end.
    pub line: String,
}

/// Whom a signal is meant for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SignalTarget {
    /// The face of an actor.
    Face(String),
    /// A program started by `spawn`, by its name.
    Program(String),
    /// A process id as the sending actor sees it.
    Pid(i64),
}

impl SignalTarget {
    /// The actor named, if it is one.
    pub fn actor(&self) -> Option<&str> {
        match self {
            Self::Face(name) => Some(name),
            Self::Program(_) | Self::Pid(_) => None,
        }
    }
}

/// Sends a signal, kill(2). Example: `signal: {to: {program: clock}, signal: TERM}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// The sending actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The process that gets it: a program that the same actor spawned, an actor's shell, or a number.
    #[serde(rename = "to")]
    pub target: SignalTarget,
    /// The signal's name without SIG: `TERM`, `KILL`, `HUP` …
    pub signal: String,
}

/// Waits until a program started by `spawn` has ended. Example: `wait: {program: clock}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The name given to `spawn`.
    pub program: String,
}
