//! Compiles expectations (CEL), evaluates them on snapshots, and words the verdict: true, false
//! with the values that decided, or "not yet" if a fact is missing.
//!
//! Invariant: a verdict depends on the expression and the two snapshots alone.

mod budget;
mod facts;
mod limit;
mod lint;
mod meter;
mod named;
mod names;
mod parts;
mod pattern;
mod propose;
mod shape;
mod syntax;
mod words;

use cel::{IdedExpr, Value};

use crate::word::later::{Later, later_word};
use facts::Unknown;
use named::Named;

pub use budget::Cost;
pub use facts::Facts;
pub use lint::lint;
pub use propose::{Proposal, propose};

/// The result of an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds.
    pub holds: bool,
    /// Why not: `there is no b.ipc.queues[0] yet`; none if it holds or the values say it all.
    pub not_yet: Option<Later>,
    /// The facts that the expression names, with their values: `("b.ns.uts", "4026531838")`.
    pub values: Vec<(String, Later)>,
}

/// A compiled expectation.
#[derive(Debug)]
pub struct Program {
    /// The expression, with meters of its cost.
    metered: IdedExpr,
    /// The facts that it names, in order.
    named: Vec<Named>,
}

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

/// The root names that an expectation may use besides `steps`, `result` and `before`.
#[derive(Clone, Debug, Default)]
pub struct Names<'a> {
    /// The lab's actors.
    pub actors: Vec<&'a str>,
    /// The lab's step ids.
    pub steps: Vec<&'a str>,
}

impl Program {
    /// Compiles an expectation and checks that every name in it can be a fact.
    ///
    /// # Errors
    /// Bad syntax, an unknown actor or step, or a fact that cannot exist.
    pub fn compile(expression: &str, names: &Names<'_>) -> Result<Self, CompileError> {
        let program = syntax::read(expression)?;
        names::check(&program, expression, names)?;
        let facts = named::all(program.expression());
        Ok(Self {
            metered: meter::metered(program.expression()),
            named: facts,
        })
    }

    /// Judges the expectation. One that costs too much does not hold, and the verdict tells so.
    pub fn verdict(&self, facts: &Facts) -> Verdict {
        let (holds, not_yet, values) = match facts.evaluate(&self.metered).0 {
            Ok(Value::Bool(true)) => (true, None, Vec::new()),
            Err(Unknown::TooMuch) => (false, Some(later_word!("check-too-costly")), Vec::new()),
            _ => {
                let named = self.named.iter();
                let not_yet = self.not_yet(facts);
                let values = named.filter_map(|named| named.value(facts)).collect();
                (false, not_yet, values)
            }
        };
        Verdict {
            holds,
            not_yet,
            values,
        }
    }

    /// That the first fact is not there.
    fn not_yet(&self, facts: &Facts) -> Option<Later> {
        let cut = self.named.iter().find_map(|named| named.cut(facts));
        if cut.is_some() {
            return cut;
        }
        let nothing_run =
            !self.named.is_empty() && self.named.iter().all(|named| named.waits_for_result(facts));
        if nothing_run {
            return Some(later_word!("check-nothing-run"));
        }
        let mut named = self.named.iter();
        named.find_map(|named| self.missing(named, facts))
    }

    /// That a fact is not there.
    fn missing(&self, named: &Named, facts: &Facts) -> Option<Later> {
        // An expression about an actor's exit status waits for its end: then a missing shell is
        // expected.
        let mut all = self.named.iter();
        let gone = named
            .gone(facts)
            .filter(|_| !all.any(|other| other.tells_exit_of(&named.root)));
        gone.or_else(|| named.missing(facts))
    }

    /// The value as a learner would type it for `then_ask`: a string, number or boolean as text.
    pub fn value(&self, facts: &Facts) -> Option<String> {
        words::scalar(&facts.fact(&self.metered)?)
    }

    /// Whether evaluating it costs too much.
    pub fn is_too_costly(&self, facts: &Facts) -> bool {
        facts.evaluate(&self.metered).0 == Err(Unknown::TooMuch)
    }

    /// The cost of evaluating it; above the limit the evaluation is given up.
    pub fn cost(&self, facts: &Facts) -> Cost {
        facts.evaluate(&self.metered).1
    }
}

#[cfg(test)]
mod tests;
