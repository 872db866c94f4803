//! Compiles every expression of a lab; those that do not compile are problems of the lab.

use super::{CompileError, Names, Program};
use crate::lab::{Expectation, Lab, Place, Problem};

/// The problems of a lab's expressions.
pub fn lint(lab: &Lab) -> Vec<Problem> {
    let names = Names {
        actors: lab.actors.iter().map(|actor| actor.name.as_str()).collect(),
        steps: lab.steps.iter().map(|step| step.id.as_str()).collect(),
    };
    let file = format!("{}.yaml", lab.id);
    expectations(lab)
        .filter_map(|e| problem(&file, e, &names))
        .collect()
}

/// What is wrong with an expectation of the file.
fn problem(file: &str, e: &Expectation, names: &Names<'_>) -> Option<Problem> {
    let error = Program::compile(&e.expect, names).err()?;
    let place = place(e, &error);
    Some(Problem::error(file, place, error.message, error.help))
}

fn expectations(lab: &Lab) -> impl Iterator<Item = &Expectation> {
    let in_steps = lab.steps.iter().flat_map(|step| {
        let choices = step.ask.iter().flat_map(|ask| &ask.choices);
        let rights = choices.filter_map(|choice| choice.right.as_ref());
        let hints = step.hints.iter().filter_map(|hint| hint.when.as_ref());
        let answer = step.then_ask.iter().filter_map(|ask| ask.answer.as_ref());
        step.checks.iter().chain(rights).chain(hints).chain(answer)
    });
    lab.invariants.iter().chain(in_steps)
}

/// The place of the error in the file: exact if the file has the expression unchanged on one line.
fn place(e: &Expectation, error: &CompileError) -> Place {
    // A plain text has nothing around it, a quoted one a quote on each side.
    let quote = match e.place.length.checked_sub(e.expect.len()) {
        Some(0) => 0,
        Some(2) => 1,
        _ => return e.place,
    };
    let before = e.expect.get(..error.offset).unwrap_or_default();
    if e.expect.contains('\n') {
        return e.place;
    }
    Place {
        column: e.place.column + quote + before.chars().count(),
        offset: e.place.offset + quote + error.offset,
        length: error.length.max(1),
        ..e.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(expect: &str, length: usize) -> (usize, usize, usize) {
        let place = Place {
            line: 3,
            column: 5,
            offset: 40,
            length,
        };
        let e = Expectation {
            expect: expect.to_owned(),
            otherwise: String::new(),
            then: String::new(),
            place,
        };
        let names = Names {
            actors: vec!["b"],
            steps: vec![],
        };
        let error = Program::compile(expect, &names).expect_err("a bad name");
        let place = super::place(&e, &error);
        (place.column, place.offset, place.length)
    }

    #[test]
    fn the_place_is_that_of_the_bad_name() {
        assert_eq!(at("b.hostnam == 'x'", 16), (7, 42, 7));
        assert_eq!(at("b.hostnam == 'x'", 18), (8, 43, 7), "in quotes");
        assert_eq!(
            at("b.hostnam == 'x'", 30),
            (5, 40, 30),
            "escaped, or a block"
        );
        assert_eq!(
            at("'é' == b.nam", 13),
            (14, 50, 3),
            "columns are characters"
        );
    }
}
