//! Compiles and evaluates expectations (CEL) on snapshots, and words the
//! verdict: true, false with the values that decided, or "not yet" where a fact
//! is missing.
//!
//! Invariant: a verdict depends on the expression and the two snapshots alone.

use crate::snapshot::Snapshot;

/// What came of an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds.
    pub holds: bool,
    /// Why not, in words: `box has no link veth1`; empty if it holds or the values say it all.
    pub not_yet: String,
    /// The facts that the expression names, with their values: `("b.ns.uts", "4026531838")`.
    pub values: Vec<(String, String)>,
}

/// A compiled expectation.
#[derive(Debug)]
pub struct Program {}

/// Why an expectation does not compile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CompileError {
    /// What is wrong.
    pub message: String,
    /// How to mend it; may be empty.
    pub help: String,
    /// The byte offset in the expression.
    pub offset: usize,
    /// The length in bytes of what is wrong.
    pub length: usize,
}

/// The names that an expectation may use at its root beside `steps`, `result` and `before`.
#[derive(Clone, Debug, Default)]
pub struct Names<'a> {
    /// The lab's actors.
    pub actors: Vec<&'a str>,
    /// The lab's step ids.
    pub steps: Vec<&'a str>,
}

/// Two snapshots made ready for many expectations.
#[derive(Debug)]
pub struct Facts {}

impl Facts {
    /// `now` is judged; `before` is what `before.` names: the state when the step began.
    pub fn new(_now: &Snapshot, _before: &Snapshot) -> Self {
        Self {}
    }
}

impl Program {
    /// Compiles an expectation and checks every name in it against the facts that exist.
    ///
    /// # Errors
    /// Bad syntax, an unknown actor or step, or a fact that cannot exist.
    pub fn compile(_expression: &str, _names: &Names<'_>) -> Result<Self, CompileError> {
        Ok(Self {})
    }

    /// Whether it holds.
    pub fn verdict(&self, _facts: &Facts) -> Verdict {
        Verdict { holds: false, not_yet: String::new(), values: Vec::new() }
    }

    /// Its value as a student would type it (`then_ask`): a string, number or boolean in words.
    pub fn value(&self, _facts: &Facts) -> Option<String> {
        None
    }
}
