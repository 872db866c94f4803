//! The compiled expectations of a step and of the lab.

use crate::check::{Facts, Names, Program, Verdict};
use crate::lab::{Expectation, Lab, Step};

/// An expectation ready to be judged. One that does not compile never holds, and its verdict says
/// why.
#[derive(Debug)]
pub(super) struct Compiled(Result<Program, String>);

impl Compiled {
    /// Compiles an expectation of a lab.
    fn new(expectation: &Expectation, names: &Names<'_>) -> Self {
        Self(Program::compile(&expectation.expect, names).map_err(|error| error.to_string()))
    }

    /// Whether it holds, and the values that decided.
    pub(super) fn verdict(&self, facts: &Facts) -> Verdict {
        match &self.0 {
            Ok(program) => program.verdict(facts),
            Err(why) => Verdict {
                holds: false,
                not_yet: Some(why.into()),
                values: Vec::new(),
            },
        }
    }

    /// Whether it holds.
    pub(super) fn holds(&self, facts: &Facts) -> bool {
        self.0
            .as_ref()
            .is_ok_and(|program| program.verdict(facts).holds)
    }

    /// Whether it compiles and does not hold.
    pub(super) fn broken(&self, facts: &Facts) -> bool {
        self.0
            .as_ref()
            .is_ok_and(|program| !program.verdict(facts).holds)
    }

    /// Whether it costs too much to be judged.
    pub(super) fn is_too_costly(&self, facts: &Facts) -> bool {
        self.0
            .as_ref()
            .is_ok_and(|program| program.is_too_costly(facts))
    }

    /// Its value as a person would type it.
    pub(super) fn value(&self, facts: &Facts) -> Option<String> {
        self.0
            .as_ref()
            .ok()
            .and_then(|program| program.value(facts))
    }
}

/// All expectations of a step.
#[derive(Debug, Default)]
pub(super) struct Exam {
    /// The checks, in their order.
    pub(super) checks: Vec<Compiled>,
    /// For each hint, when it is offered.
    pub(super) offers: Vec<Option<Compiled>>,
    /// For each choice of the question before, when it is right.
    pub(super) choices: Vec<Option<Compiled>>,
    /// The answer to the question after.
    pub(super) answer: Option<Compiled>,
}

impl Exam {
    /// Compiles what a step expects.
    pub(super) fn new(lab: &Lab, step: &Step) -> Self {
        let names = names(lab);
        let compile = |expectation: &Expectation| Compiled::new(expectation, &names);
        let choices = step.ask.iter().flat_map(|ask| &ask.choices);
        Self {
            checks: step.checks.iter().map(compile).collect(),
            offers: step
                .hints
                .iter()
                .map(|hint| hint.when.as_ref().map(compile))
                .collect(),
            choices: choices
                .map(|choice| choice.right.as_ref().map(compile))
                .collect(),
            answer: step
                .then_ask
                .iter()
                .find_map(|ask| ask.answer.as_ref().map(compile)),
        }
    }

    /// Whether a choice was right; `None` if the lab marks none as right.
    pub(super) fn right(&self, choice: usize, facts: &Facts) -> Option<bool> {
        self.choices.iter().any(Option::is_some).then(|| {
            let choice = self.choices.get(choice).and_then(Option::as_ref);
            choice.is_some_and(|right| right.holds(facts))
        })
    }
}

/// Compiles the invariants of a lab.
pub(super) fn invariants(lab: &Lab) -> Vec<Compiled> {
    let names = names(lab);
    lab.invariants
        .iter()
        .map(|expectation| Compiled::new(expectation, &names))
        .collect()
}

/// The names that a lab's expectations may use.
fn names(lab: &Lab) -> Names<'_> {
    Names {
        actors: lab.actors.iter().map(|actor| actor.name.as_str()).collect(),
        steps: lab.steps.iter().map(|step| step.id.as_str()).collect(),
    }
}
