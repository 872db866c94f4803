//! The outcomes of actions. A refusal by the kernel is an outcome like any other: often it is the
//! lesson.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A system call that was made, and what the kernel answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Call {
    /// The call's name, as the kernel spells it.
    pub name: String,
    /// Its arguments, as strace(1) would show them: `CLONE_NEWUTS|CLONE_NEWIPC`.
    pub args: String,
    /// What it returned: `0`, `3`, or `-1 ENOENT (No such file or directory)`.
    pub result: String,
}

impl Call {
    /// Whether the kernel refused it.
    pub fn is_refused(&self) -> bool {
        self.result.starts_with("-1 ")
    }
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}({}) = {}", self.name, self.args, self.result)
    }
}

/// A refusal by the kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Refusal {
    /// The call that was refused.
    pub call: String,
    /// Its arguments.
    pub args: String,
    /// The error's name: `ENOENT`.
    pub errno: String,
    /// The error in words, strerror(3).
    pub words: String,
}

/// The outcome of one action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Outcome {
    /// The calls made, in order.
    pub calls: Vec<Call>,
    /// The call that was refused, if one was; nothing after it was tried.
    pub refusal: Option<Refusal>,
    /// What a program run by the action printed (`exec`), or what the action reports.
    pub output: String,
    /// The exit status of that program, 128 + signal if one ended it.
    pub exit: Option<i64>,
}

/// The result of a step's actions, as checks see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct StepFact {
    /// `done`, `refused`, or empty while nothing was done.
    pub outcome: String,
    /// The error's name if the kernel refused: `ENOENT`; else empty.
    pub errno: String,
    /// The call that was refused; else empty.
    pub call: String,
    /// What the programs of the step printed.
    pub output: String,
    /// The exit status of the last of them; -1 if there was none.
    pub exit: i64,
}

impl StepFact {
    /// Sums up the outcomes of a step's actions.
    pub fn of(outcomes: &[Outcome]) -> Self {
        let mut fact = Self {
            exit: -1,
            ..Self::default()
        };
        for outcome in outcomes {
            fact.outcome = "done".to_owned();
            fact.output.push_str(&outcome.output);
            fact.exit = outcome.exit.unwrap_or(fact.exit);
            if let Some(refusal) = &outcome.refusal {
                fact.outcome = "refused".to_owned();
                fact.errno.clone_from(&refusal.errno);
                fact.call.clone_from(&refusal.call);
            }
        }
        fact
    }
}
