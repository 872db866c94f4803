//! A challenge may need only what was shown before: by a step, or by a lab in `after`.

use std::collections::BTreeSet;
use std::path::Path;

use super::{find, load};
use crate::lab::{Action, Lab, Place, Problem, Step};
use crate::word::book::{flat, terms};

/// What was shown so far.
#[derive(Default)]
struct Shown {
    verbs: BTreeSet<String>,
    /// All texts, in lower case.
    texts: String,
}

impl Shown {
    fn lab(&mut self, lab: &Lab) {
        for step in &lab.steps {
            self.step(step);
        }
        let texts: Vec<String> = lab.texts().into_values().collect();
        self.texts.push_str(&flat(&texts.join(" ")));
    }

    fn step(&mut self, step: &Step) {
        // Whoever reaches a later step has found the solution of a challenge.
        let script = step.actions.iter().chain(&step.solution);
        self.verbs
            .extend(script.map(|action| action.verb().to_owned()));
    }

    /// Whether a verb is known.
    fn knows(&self, verb: &str) -> bool {
        // Whoever was shown a verb finds the one with `_remove`.
        let made = verb.strip_suffix("_remove");
        // A command that a text names is known.
        self.verbs.contains(verb)
            || made.is_some_and(|made| self.verbs.contains(made))
            || self.texts.contains(&format!("`{verb}"))
    }
}

/// Warnings about challenges that need what nothing before them shows.
pub fn untaught(lab: &Lab, file: &str, folder: Option<&Path>) -> Vec<Problem> {
    let mut shown = Shown::default();
    advised(lab, folder, &mut BTreeSet::new(), &mut shown);
    let texts = lab.texts();
    let gone = lab.after.iter().filter(|name| find(name, folder).is_err());
    let mut problems: Vec<Problem> = gone
        .map(|name| {
            let message = format!("`after`: there is no lab `{name}`");
            Problem::error(file, Place::START, message, "`isolab list` shows all").as_warning()
        })
        .collect();
    for step in &lab.steps {
        if let Some(goal) = &step.goal {
            let new = missing(step, goal, &shown);
            problems.extend(new.into_iter().map(|what| {
                let message = format!(
                    "the challenge `{}` needs {what}, which nothing before it shows",
                    step.id
                );
                let help = "show it in an earlier step, or advise a lab that does (`after`)";
                Problem::error(file, step.place, message, help).as_warning()
            }));
        }
        shown.step(step);
        let here = format!("steps.{}.", step.id);
        for (_, text) in texts.iter().filter(|(path, _)| path.starts_with(&here)) {
            shown.texts.push(' ');
            shown.texts.push_str(&flat(text));
        }
    }
    problems
}

/// Adds the labs in `after`, and those in theirs.
fn advised(lab: &Lab, folder: Option<&Path>, seen: &mut BTreeSet<String>, shown: &mut Shown) {
    for name in &lab.after {
        let Ok(found) = find(name, folder) else {
            continue;
        };
        if !seen.insert(found.id.clone()) {
            continue;
        }
        if let Ok(Some(other)) = load(&found).map(|loaded| loaded.lab) {
            shown.lab(&other);
            advised(&other, folder, seen, shown);
        }
    }
}

/// The verbs and terms of a challenge that were not shown before.
fn missing(step: &Step, goal: &str, shown: &Shown) -> Vec<String> {
    // What a shell does is up to the learner, and everybody knows the commands for files.
    let free = [
        "exec", "type", "mkdir", "write", "append", "copy", "remove", "rename", "chmod", "symlink",
    ];
    let verbs: BTreeSet<&str> = step.solution.iter().map(Action::verb).collect();
    let new_verbs = verbs
        .into_iter()
        .filter(|verb| !free.contains(verb) && !shown.knows(verb));
    let goal = flat(goal);
    let new_terms = terms()
        .iter()
        .filter(|term| term.is_in(&goal) && !term.is_in(&shown.texts));
    new_verbs
        .map(|verb| format!("the verb `{verb}`"))
        .chain(new_terms.map(|term| format!("the term \"{}\"", term.term)))
        .collect()
}
