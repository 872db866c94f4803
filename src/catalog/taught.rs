//! What a challenge needs is shown before: by a step, or by a lab that is advised.

use std::collections::BTreeSet;
use std::path::Path;

use super::{find, load};
use crate::lab::{Action, Lab, Place, Problem, Step};
use crate::word::book::{flat, terms};

/// What was shown so far.
#[derive(Default)]
struct Shown {
    verbs: BTreeSet<String>,
    /// All texts, in small letters.
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
        // What solves a challenge has been found out by then.
        let script = step.actions.iter().chain(&step.solution);
        self.verbs
            .extend(script.map(|action| action.verb().to_owned()));
    }
}

/// The challenges that ask for what was not shown, as warnings.
pub fn untaught(lab: &Lab, file: &str, folder: Option<&Path>) -> Vec<Problem> {
    let mut shown = Shown::default();
    advised(lab, folder, &mut BTreeSet::new(), &mut shown);
    let texts = lab.texts();
    let gone = lab.after.iter().filter(|name| find(name, folder).is_err());
    let start = Place {
        line: 1,
        column: 1,
        ..Place::default()
    };
    let mut problems: Vec<Problem> = gone
        .map(|name| {
            let message = format!("`after`: there is no lab `{name}`");
            Problem::error(file, start, message, "`isolab list` shows all").as_warning()
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

/// Takes in the labs that are advised, and those that they advise.
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

/// The verbs and terms that are new in a challenge.
fn missing(step: &Step, goal: &str, shown: &Shown) -> Vec<String> {
    // Whatever a shell does is the learner's own, and everybody knows how to handle files.
    let free = [
        "exec", "type", "mkdir", "write", "append", "copy", "remove", "rename", "chmod", "symlink",
    ];
    let verbs: BTreeSet<&str> = step.solution.iter().map(Action::verb).collect();
    let verbs = verbs.into_iter().filter(|verb| !free.contains(verb));
    // A command that a text has named is known as well.
    let named = |verb: &str| shown.texts.contains(&format!("`{verb}"));
    // Who was shown how an address is given finds how it is taken away.
    let undone = |verb: &str| {
        let made = verb.strip_suffix("_remove");
        made.is_some_and(|verb| shown.verbs.contains(verb))
    };
    let verbs = verbs.filter(|verb| !shown.verbs.contains(*verb) && !named(verb));
    let verbs = verbs.filter(|verb| !undone(verb));
    let goal = flat(goal);
    let asked = terms().iter().filter(|term| term.is_in(&goal));
    let asked = asked.filter(|term| !term.is_in(&shown.texts));
    let verbs = verbs.map(|verb| format!("the verb `{verb}`"));
    verbs
        .chain(asked.map(|term| format!("the term \"{}\"", term.term)))
        .collect()
}
