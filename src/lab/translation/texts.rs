//! Finds every text of a lab, with its path.

use std::collections::BTreeMap;

use super::super::{Ask, Lab, Step};

/// A function that gets the path and the text.
type Visit<'a> = &'a mut dyn FnMut(&str, &mut String);

/// All texts that are not empty, by path.
pub(in crate::lab) fn all(lab: &Lab) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    each(&mut lab.clone(), &mut |path, text| {
        texts.insert(path.to_owned(), text.clone());
    });
    texts
}

/// The path of the step that a text is in, or "".
pub(super) fn group_of(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("steps.") else {
        return "";
    };
    let id = rest.split('.').next().unwrap_or_default();
    &path[.."steps.".len() + id.len()]
}

/// Visits each text that is not empty, in the order of the file.
pub(super) fn each(lab: &mut Lab, visit: Visit<'_>) {
    one("title", &mut lab.title, visit);
    one("summary", &mut lab.summary, visit);
    one("track", &mut lab.track, visit);
    for (number, invariant) in lab.invariants.iter_mut().enumerate() {
        one(
            &format!("invariant.{number}"),
            &mut invariant.otherwise,
            visit,
        );
    }
    for actor in &mut lab.actors {
        one(&format!("actors.{}", actor.name), &mut actor.title, visit);
    }
    for step in &mut lab.steps {
        step_texts(&format!("steps.{}", step.id), step, visit);
    }
    one("recap", &mut lab.recap, visit);
}

fn one(path: &str, text: &mut String, visit: Visit<'_>) {
    if !text.is_empty() {
        visit(path, text);
    }
}

fn step_texts(at: &str, step: &mut Step, visit: Visit<'_>) {
    one(&format!("{at}.title"), &mut step.title, visit);
    one(&format!("{at}.text"), &mut step.text, visit);
    if let Some(goal) = &mut step.goal {
        one(&format!("{at}.goal"), goal, visit);
    }
    if let Some(ask) = &mut step.ask {
        ask_texts(&format!("{at}.ask"), ask, visit);
    }
    for (number, check) in step.checks.iter_mut().enumerate() {
        let at = format!("{at}.check.{number}");
        one(&at, &mut check.otherwise, visit);
        one(&format!("{at}.then"), &mut check.then, visit);
    }
    for (number, hint) in step.hints.iter_mut().enumerate() {
        one(&format!("{at}.hints.{number}"), &mut hint.say, visit);
    }
    one(&format!("{at}.explain"), &mut step.explain, visit);
    if let Some(ask) = &mut step.then_ask {
        one(&format!("{at}.then_ask"), &mut ask.read, visit);
    }
    one(&format!("{at}.notes"), &mut step.notes, visit);
}

fn ask_texts(at: &str, ask: &mut Ask, visit: Visit<'_>) {
    one(&format!("{at}.predict"), &mut ask.predict, visit);
    for (number, choice) in ask.choices.iter_mut().enumerate() {
        let at = format!("{at}.choices.{number}");
        one(&format!("{at}.say"), &mut choice.say, visit);
        one(&format!("{at}.reply"), &mut choice.reply, visit);
    }
}
