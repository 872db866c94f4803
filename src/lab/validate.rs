//! Checks what the shape of a lab file cannot tell: unknown names, questions without a right
//! answer, challenges without a solution. All problems are collected.

mod action;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use serde_saphyr::{Location, Spanned};

use super::action::HOST;
use super::model::FORMAT;
use super::names;
use super::problem::is_dangerous;
use super::raw::{RawCheck, RawInvariant, RawLab, RawStep, Text};
use super::shape::{Blanked, format_problem};
use super::source::Source;
use super::{Action, Needs, Place, Problem};

/// The most minutes that a lab may take.
const LONGEST: i64 = 180;

/// The most actors besides the host: each has a pane.
const ACTORS: usize = 11;

/// Collects the problems of a lab.
struct Checker<'a> {
    name: &'a str,
    source: &'a Source<'a>,
    /// Every actor, and whether it is opened later.
    actors: BTreeMap<&'a str, bool>,
    /// The names given by `spawn`, `listen` and `load`; `None` if some action could not be read,
    /// since then names may be missing.
    programs: Option<BTreeSet<&'a str>>,
    /// Whether the actors could not be read, so that their names are unknown.
    no_actors: bool,
    /// Whether some step could not be read, so that names may be missing.
    no_steps: bool,
    /// Whether the lab needs control groups, or may need them in a part that could not be read.
    groups: bool,
    problems: Vec<Problem>,
}

/// All problems of a lab.
pub(super) fn all(
    name: &str,
    raw: &RawLab,
    blanked: &Blanked,
    source: &Source<'_>,
) -> Vec<Problem> {
    let no_steps = blanked.steps || blanked.fields.contains("steps");
    let all_read = !no_steps && !blanked.fields.contains("setup");
    let mut checker = Checker {
        name,
        source,
        actors: actors(raw),
        programs: all_read.then(|| programs(raw)),
        no_actors: blanked.fields.contains("actors"),
        groups: blanked.fields.contains("needs") || asks_for_groups(raw),
        no_steps,
        problems: Vec::new(),
    };
    checker.missing(raw, blanked);
    checker.head(raw);
    checker.names(raw);
    checker.invariants(&raw.invariant);
    checker.setup(raw);
    checker.steps(raw);
    checker.problems
}

fn actors(raw: &RawLab) -> BTreeMap<&str, bool> {
    let declared = raw
        .actors
        .0
        .iter()
        .map(|(name, actor)| (name.value.as_str(), actor.later));
    declared.chain([(HOST, false)]).collect()
}

fn asks_for_groups(raw: &RawLab) -> bool {
    let needs = raw.needs.as_ref();
    needs.is_some_and(|needs| !needs.value.cgroup.is_empty())
}

fn programs(raw: &RawLab) -> BTreeSet<&str> {
    let steps = raw.steps.iter().flatten();
    let in_steps = steps.flat_map(|step| step.value.actions.iter().chain(&step.value.solution));
    let actions = raw.setup.iter().chain(in_steps);
    actions.filter_map(|action| action.value.starts()).collect()
}

impl Checker<'_> {
    /// Adds a problem at a place.
    fn tell(&mut self, place: Place, message: impl Into<String>, help: &str) {
        self.problems
            .push(Problem::error(self.name, place, message, help));
    }

    /// Adds a problem at a parser location.
    fn at(&mut self, location: Location, message: impl Into<String>, help: &str) {
        self.tell(self.source.place(location), message, help);
    }

    /// Checks a text that must not be empty.
    fn text(&mut self, what: &str, text: &Text) {
        if text.value.trim().is_empty() {
            self.at(
                text.referenced,
                format!("{what} is empty"),
                "write something",
            );
        }
        self.harmless(text.referenced, &text.value);
    }

    /// Checks a text that may be empty or missing.
    fn optional(&mut self, text: Option<&Text>) {
        if let Some(text) = text {
            self.harmless(text.referenced, &text.value);
        }
    }

    /// Refuses control characters: an escape such as "\e" becomes one only when YAML is parsed.
    fn harmless(&mut self, location: Location, text: &str) {
        if let Some(bad) = text.chars().find(|c| is_dangerous(*c)) {
            let place = self.source.place(location);
            self.problems
                .push(Problem::dangerous(self.name, place, bad));
        }
    }

    /// Reports required fields that are missing.
    fn missing(&mut self, raw: &RawLab, blanked: &Blanked) {
        let fields = [
            (
                "format",
                raw.format.is_some(),
                "the first line is `format: 1`",
            ),
            (
                "title",
                raw.title.is_some(),
                "give the lab a name of one line",
            ),
            (
                "summary",
                raw.summary.is_some(),
                "say in a sentence what is learnt",
            ),
            ("minutes", raw.minutes.is_some(), "say how long it takes"),
            (
                "steps",
                raw.steps.is_some() || blanked.steps,
                "a lab is a list of steps",
            ),
        ];
        for (field, there, help) in fields {
            if !there && !blanked.fields.contains(field) {
                self.tell(Place::START, format!("missing field `{field}`"), help);
            }
        }
    }

    fn head(&mut self, raw: &RawLab) {
        if let Some(format) = raw.format.as_ref().filter(|format| format.value != FORMAT) {
            let place = self.source.place(format.referenced);
            self.problems
                .push(format_problem(self.name, format.value, place));
        }
        for (what, text) in [("the title", &raw.title), ("the summary", &raw.summary)] {
            if let Some(text) = text {
                self.text(what, text);
            }
        }
        if let Some(minutes) = &raw.minutes
            && !(1..=LONGEST).contains(&minutes.value)
        {
            let message = format!("minutes is {}, not 1 to {LONGEST}", minutes.value);
            self.at(minutes.referenced, message, "split a longer lab");
        }
        self.optional(raw.track.as_ref());
        self.optional(raw.recap.as_ref());
        for id in &raw.after {
            self.text("the id", id);
        }
        if let Some(needs) = &raw.needs {
            self.needs(needs);
        }
    }

    fn needs(&mut self, needs: &Spanned<Needs>) {
        let Some(kernel) = &needs.value.kernel else {
            return;
        };
        let parts: Vec<_> = kernel.split('.').map(str::parse::<u16>).collect();
        if parts.len() != 2 || parts.iter().any(Result::is_err) {
            let whole = self.source.place(needs.referenced);
            let place = self.source.value(whole, &["kernel"], kernel);
            self.tell(
                place,
                format!("no kernel version: `{kernel}`"),
                "write MAJOR.MINOR: \"5.11\"",
            );
        }
    }

    /// Checks the names of the actors.
    fn names(&mut self, raw: &RawLab) {
        if let Some((extra, _)) = raw.actors.0.get(ACTORS) {
            let message = format!("{} actors, at most {ACTORS}", raw.actors.0.len());
            self.at(extra.referenced, message, "no screen has room for more");
        }
        for (name, actor) in &raw.actors.0 {
            self.optional(actor.title.as_ref());
            let said = &name.value;
            if said == HOST {
                let help = "leave it out: the host is always there";
                self.at(name.referenced, "actor `host` is declared", help);
            } else if names::is_reserved(said) {
                let message = format!("the name `{said}` is taken");
                self.at(
                    name.referenced,
                    message,
                    "it means something else in checks",
                );
            } else if !names::is_identifier(said) {
                let message = format!("`{said}` cannot be an actor's name");
                let help = "letters, digits and `_`, no digit first: it is used in checks";
                self.at(name.referenced, message, help);
            }
        }
    }

    fn invariants(&mut self, invariants: &[RawInvariant]) {
        for invariant in invariants {
            self.text("expect", &invariant.expect);
            self.text("else", &invariant.otherwise);
        }
    }

    fn checks(&mut self, checks: &[RawCheck]) {
        for check in checks {
            self.text("expect", &check.expect);
            self.text("else", &check.otherwise);
            if let Some(then) = &check.then {
                self.text("then", then);
            }
        }
    }

    /// Checks the setup: it must do nothing that a learner would see.
    fn setup(&mut self, raw: &RawLab) {
        for action in &raw.setup {
            self.action(action);
            let (message, help) = match &action.value {
                Action::Type(_) => (
                    "`type` in `setup` would be seen",
                    "what is made before the first step is not typed: use `exec`",
                ),
                Action::Actor(_) => (
                    "`actor` in `setup` opens a pane",
                    "declare the actor without `later`: then it is there from the start",
                ),
                other if self.actors.get(other.actor()) == Some(&true) => (
                    "an actor that comes later has no shell yet",
                    "declare it without `later`, or act in another one",
                ),
                _ => continue,
            };
            self.at(action.referenced, message, help);
        }
    }

    fn steps(&mut self, raw: &RawLab) {
        let mut seen = BTreeSet::new();
        for step in raw.steps.iter().flatten() {
            self.step(step);
            self.unique(&step.value, &mut seen);
        }
        if raw.steps.as_ref().is_some_and(Vec::is_empty) && !self.no_steps {
            self.tell(
                Place::START,
                "the lab has no steps",
                "a lab is a list of steps",
            );
        }
    }

    fn unique<'s>(&mut self, step: &'s RawStep, seen: &mut BTreeSet<&'s str>) {
        if let Some(id) = &step.id
            && !seen.insert(&id.value)
        {
            let message = format!("two steps are called `{}`", id.value);
            self.at(id.referenced, message, "step ids are unique");
        }
    }
}
