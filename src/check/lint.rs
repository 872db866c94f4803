//! Every expression of a lab, compiled: those that cannot be are its problems.

use super::{CompileError, Names, Program};
use crate::lab::{Expectation, Lab, Place, Problem};

/// The problems of a lab's expressions.
pub fn lint(lab: &Lab) -> Vec<Problem> {
    let names = Names {
        actors: lab.actors.iter().map(|actor| actor.name.as_str()).collect(),
        steps: lab.steps.iter().map(|step| step.id.as_str()).collect(),
    };
    let file = format!("{}.yaml", lab.id);
    let problem = |e: &Expectation| {
        let error = Program::compile(&e.expect, &names).err()?;
        Some(Problem::error(
            &file,
            place(e, &error),
            error.message.clone(),
            error.help,
        ))
    };
    expectations(lab).filter_map(problem).collect()
}

fn expectations(lab: &Lab) -> impl Iterator<Item = &Expectation> {
    let in_steps = lab.steps.iter().flat_map(|step| {
        let choices = step.ask.iter().flat_map(|ask| &ask.choices);
        let rights = choices.filter_map(|choice| choice.right.as_ref());
        let hints = step.hints.iter().filter_map(|hint| hint.when.as_ref());
        let answer = step.then_ask.iter().map(|ask| &ask.answer);
        step.checks.iter().chain(rights).chain(hints).chain(answer)
    });
    lab.invariants.iter().chain(in_steps)
}

/// Where in the file the error is: exact where the expression is on one line.
fn place(e: &Expectation, error: &CompileError) -> Place {
    if e.expect.contains('\n') {
        return e.place;
    }
    Place {
        column: e.place.column + error.offset,
        offset: e.place.offset + error.offset,
        length: error.length,
        ..e.place
    }
}
