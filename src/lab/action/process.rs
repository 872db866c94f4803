//! Verbs of the process family.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::critic::Critic;
use super::table::{family, outlines};
use super::verb::{Leaves, Outline, Runs, Verb};
use super::{TOOLS, host};
use crate::lab::names;

family! { ($)
    /// Opens an actor that the lab declared with `later: true`.
    "actor" Actor(OpenActor),
    /// Starts a program in the background.
    "spawn" Spawn(Spawn),
    /// Runs a program to its end and keeps its output and exit status.
    "exec" Exec(Exec),
    /// Types a line into the actor's shell; done when the shell is at its prompt again.
    "type" Type(TypeLine),
    /// Sends a signal to a process.
    "signal" Signal(Signal),
    /// Waits until a spawned program has ended.
    "wait" Wait(Wait),
}

outlines! { |a|
    Spawn {
        tool: own(&a.program),
        runs: Runs::Words(&a.program),
        leaves: Leaves::Program(&a.name)
    } => judge,
    Exec { tool: own(&a.program), runs: Runs::Words(&a.program) } => judge,
    TypeLine { runs: Runs::Text(&a.line) } => judge,
    Signal { mentions: a.target.actor() } => judge,
    Wait {} => judge,
}

/// Opens an actor's pane with a shell. Example: `actor: {name: c}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenActor {
    /// An actor that the lab declares with `later: true`.
    pub name: String,
}

impl Verb for OpenActor {
    fn outline(&self) -> Outline<'_> {
        Outline::acts(&self.name)
    }

    fn check(&self, _: &mut Critic<'_>) {}
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

impl Spawn {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.some("program", &self.program);
    }
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

impl Exec {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.some("program", &self.program);
    }
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

impl TypeLine {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        if self.line.contains('\n') {
            critic.tell("`type` types one line", "use one `type` for each line");
        }
    }
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

impl Signal {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        if !names::is_signal(&self.signal) {
            let message = format!("there is no signal `{}`", self.signal);
            let help = "a name from signal(7) without SIG: TERM";
            critic.word("signal", &self.signal, message, help);
        }
        if let SignalTarget::Program(name) = &self.target {
            critic.program(name);
        }
    }
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

impl Wait {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.program(&self.program);
    }
}

/// The small program of isolab's own that is started, if it is one.
fn own(program: &[String]) -> Option<&str> {
    let name = program.first()?;
    TOOLS.into_iter().find(|tool| tool == name)
}
