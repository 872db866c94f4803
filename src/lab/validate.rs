//! From what a file says to what is true of it: collects every mistake.

use std::collections::BTreeSet;

use super::model::{self, FORMAT, Place};
use super::problem::Problem;
use super::{Action, Lab, raw};

/// Words that have a meaning of their own in expectations.
const RESERVED: [&str; 7] = ["steps", "result", "before", "true", "false", "null", "in"];

/// A lab, and what is wrong with it.
pub(super) struct Validated {
    /// The lab as far as it could be understood.
    pub lab: Lab,
    /// Every mistake.
    pub problems: Vec<Problem>,
}

struct Check<'a> {
    file: &'a str,
    text: &'a str,
    actors: Vec<model::ActorDef>,
    problems: Vec<Problem>,
}

/// Validates a file that has the right shape.
pub(super) fn validate(file: &str, text: &str, raw: &raw::Lab) -> Validated {
    let mut check = Check {
        file,
        text,
        actors: actors(raw),
        problems: Vec::new(),
    };
    check.head(raw);
    check.names(raw);
    let mut ids = BTreeSet::new();
    let mut steps = Vec::new();
    for step in &raw.steps {
        check.step(step, &mut ids);
        steps.push(model(step));
    }
    let lab = Lab {
        id: id(file),
        title: raw.title.text(),
        summary: raw.summary.text(),
        track: raw.track.clone().unwrap_or_default(),
        minutes: raw.minutes.value,
        after: raw.after.clone(),
        needs: raw.needs.clone(),
        invariants: raw.invariant.iter().map(expectation).collect(),
        actors: check.actors,
        steps,
        recap: raw.recap.clone().unwrap_or_default(),
    };
    Validated {
        lab,
        problems: check.problems,
    }
}

/// The file's name without folders and ending.
pub(super) fn id(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.strip_suffix(".yaml")
        .or_else(|| name.strip_suffix(".yml"))
        .unwrap_or(name)
        .to_owned()
}

/// The host first, then the others in the order of their names.
fn actors(raw: &raw::Lab) -> Vec<model::ActorDef> {
    let def = |name: &str, actor: Option<&raw::Actor>| model::ActorDef {
        name: name.to_owned(),
        title: actor.and_then(|a| a.title.clone()).unwrap_or_default(),
        later: actor.is_some_and(|a| a.later),
    };
    let host = raw.actors.get(super::action::HOST).and_then(Option::as_ref);
    let others = raw
        .actors
        .iter()
        .filter(|(name, _)| *name != super::action::HOST);
    std::iter::once(def(super::action::HOST, host))
        .chain(others.map(|(name, actor)| def(name, actor.as_ref())))
        .collect()
}

impl Check<'_> {
    fn error(&mut self, place: Place, message: impl Into<String>, help: &str) {
        self.problems
            .push(Problem::error(self.file, place, message, help));
    }

    /// The place of a word, looked for from a place on; that place if it is not found.
    fn word(&self, from: Place, word: &str) -> Place {
        let rest = self.text.get(from.offset..).unwrap_or_default();
        let found = rest.match_indices(word).find(|(at, _)| {
            let around = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            around(rest[..*at].chars().next_back())
                && around(rest[at + word.len()..].chars().next())
        });
        let Some((at, _)) = found else { return from };
        let offset = from.offset + at;
        let above = &self.text[..offset];
        let line = above.matches('\n').count() + 1;
        let column = above
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        Place {
            line,
            column,
            offset,
            length: word.len(),
        }
    }

    fn head(&mut self, raw: &raw::Lab) {
        let format = raw.format.value;
        if format != FORMAT {
            let help = if format > FORMAT {
                "this file is from a newer isolab: update isolab to play it"
            } else {
                "the oldest format is 1: write `format: 1`"
            };
            self.error(
                raw.format_place(),
                format!("format {format} is not known here"),
                help,
            );
        }
        if raw.title.text().trim().is_empty() {
            self.error(
                raw.title.place(),
                "the title is empty",
                "say in a few words what the lab is about",
            );
        }
        if !(1..=180).contains(&raw.minutes.value) {
            let help = "most labs take 5 to 15";
            self.error(raw.minutes_place(), "a lab takes 1 to 180 minutes", help);
        }
        if raw.steps.is_empty() {
            self.error(
                Place {
                    line: 1,
                    column: 1,
                    ..Place::default()
                },
                "a lab needs at least one step",
                "add one under `steps`",
            );
        }
        for e in &raw.invariant {
            self.expectation(e);
        }
    }

    fn names(&mut self, raw: &raw::Lab) {
        let start = self.word(
            Place {
                line: 1,
                column: 1,
                ..Place::default()
            },
            "actors",
        );
        for name in raw.actors.keys() {
            let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let good = letters && name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
            if !good || RESERVED.contains(&name.as_str()) {
                let help = "use letters, digits and `_`, beginning with a letter; `steps`, `result` and `before` are taken";
                self.error(
                    self.word(start, name),
                    format!("`{name}` cannot be the name of an actor"),
                    help,
                );
            }
        }
        if raw
            .actors
            .get(super::action::HOST)
            .and_then(Option::as_ref)
            .is_some_and(|a| a.later)
        {
            self.error(
                self.word(start, "host"),
                "the host is there from the start",
                "take `later` away",
            );
        }
    }

    fn step(&mut self, step: &raw::Step, ids: &mut BTreeSet<String>) {
        let (id, place) = (step.id.text(), step.id.place());
        if id.is_empty()
            || !id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        {
            self.error(
                place,
                "a step's id is made of letters, digits, `-` and `_`",
                "",
            );
        }
        if !ids.insert(id.clone()) {
            self.error(
                place,
                format!("there are two steps `{id}`"),
                "ids name steps in progress and checks: give each its own",
            );
        }
        self.parts(step, place);
        for e in &step.check {
            self.expectation(e);
        }
        for placed in step.actions.iter().chain(&step.solution) {
            self.action(placed.action(), placed.place());
        }
        if let Some(ask) = &step.ask {
            self.ask(ask);
        }
        if let Some(errno) = &step.refused
            && !is_errno(&errno.text())
        {
            self.error(
                errno.place(),
                format!("`{}` is no error name", errno.text()),
                "use a name of errno(3) such as ENOENT",
            );
        }
    }

    /// Which parts a step has, and which it lacks.
    fn parts(&mut self, step: &raw::Step, place: Place) {
        let (goal, acts) = (step.goal.is_some(), !step.actions.is_empty());
        if goal && acts {
            self.error(
                place,
                "a step has a `goal` or a `do`, not both",
                "a challenge's actions stand under `solution`",
            );
        }
        if goal && step.solution.is_empty() {
            self.error(
                place,
                "a challenge needs a `solution`",
                "`isolab test` plays it to prove that it can be done",
            );
        }
        if !goal && !step.solution.is_empty() {
            self.error(
                place,
                "only a challenge has a `solution`",
                "add a `goal`, or move it to `do`",
            );
        }
        if (goal || acts) && step.check.is_empty() {
            self.error(
                place,
                "a step that does something needs a `check`",
                "say what is true afterwards and was not before",
            );
        }
        if step.hints.len() > 5 {
            self.error(place, "five hints are enough", "");
        }
        if step.refused.is_some() && !acts {
            self.error(place, "`refused` needs an action that is refused", "");
        }
    }

    fn expectation(&mut self, e: &raw::Expectation) {
        if e.expect.text().trim().is_empty() {
            self.error(
                e.expect.place(),
                "the expectation is empty",
                "write an expression such as `b.alive`",
            );
        }
        if e.otherwise.text().trim().is_empty() {
            self.error(
                e.otherwise.place(),
                "`else` is empty",
                "say in one sentence what is still missing",
            );
        }
    }

    fn ask(&mut self, ask: &raw::Ask) {
        if !(2..=4).contains(&ask.choices.len()) {
            self.error(
                ask.predict.place(),
                "a question has two to four choices",
                "",
            );
        }
        if !ask.choices.iter().any(|choice| choice.right.is_some()) {
            self.error(
                ask.predict.place(),
                "no choice is right",
                "add `right: true` or `right: EXPRESSION` to one",
            );
        }
    }

    fn action(&mut self, action: &Action, place: Place) {
        for name in std::iter::once(action.actor()).chain(action.mentions()) {
            if !self.actors.iter().any(|actor| actor.name == name) {
                let known: Vec<&str> = self.actors.iter().map(|a| a.name.as_str()).collect();
                let help = format!(
                    "this lab has: {}; add others under `actors`",
                    known.join(", ")
                );
                self.error(
                    self.word(place, name),
                    format!("there is no actor `{name}`"),
                    &help,
                );
            }
        }
        if let Some((word, message, help)) = complaint(action, &self.actors) {
            self.error(self.word(place, &word), message, help);
        }
    }
}

type Complaint = (String, String, &'static str);

/// What is wrong with an action's own words.
fn complaint(action: &Action, actors: &[model::ActorDef]) -> Option<Complaint> {
    let empty = |list: &[String]| list.is_empty() || list.iter().any(String::is_empty);
    match action {
        Action::Actor(a) if actors.iter().any(|d| d.name == a.name && !d.later) => Some((
            a.name.clone(),
            format!("`{}` is there from the start", a.name),
            "declare it with `later: true` under `actors`",
        )),
        Action::Hostname(a) if a.name.is_empty() || a.name.len() > 64 => Some((
            a.name.clone(),
            "a host name has 1 to 64 bytes".to_owned(),
            "",
        )),
        Action::Chmod(a) if u32::from_str_radix(&a.mode, 8).is_err() => Some((
            a.mode.clone(),
            format!("`{}` is no octal mode", a.mode),
            "write it in quotes: \"0755\"",
        )),
        Action::Signal(a) if !is_signal(&a.signal) => Some((
            a.signal.clone(),
            format!("`{}` is no signal", a.signal),
            "write its name without SIG: TERM, KILL, HUP",
        )),
        Action::Exec(a) if empty(&a.program) => {
            Some(("program".to_owned(), "there is no program".to_owned(), ""))
        }
        Action::Spawn(a) if empty(&a.program) => {
            Some(("program".to_owned(), "there is no program".to_owned(), ""))
        }
        Action::Chroot(a) if empty(&a.program) => {
            Some(("program".to_owned(), "there is no program".to_owned(), ""))
        }
        Action::Rootfs(a) if empty(&a.programs) => {
            Some(("programs".to_owned(), "there is no program".to_owned(), ""))
        }
        Action::Unshare(a) if a.namespaces.is_empty() => Some((
            "namespaces".to_owned(),
            "no namespace is named".to_owned(),
            "",
        )),
        Action::Setns(a) if a.namespaces.is_empty() => Some((
            "namespaces".to_owned(),
            "no namespace is named".to_owned(),
            "",
        )),
        _ => None,
    }
}

const SIGNALS: [&str; 17] = [
    "HUP", "INT", "QUIT", "ILL", "ABRT", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "CHLD", "CONT", "STOP", "TSTP", "WINCH",
];

fn is_signal(name: &str) -> bool {
    SIGNALS.contains(&name)
}

/// Error names begin with E and are in capitals, errno(3).
fn is_errno(name: &str) -> bool {
    name.len() > 3
        && name.starts_with('E')
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

fn expectation(e: &raw::Expectation) -> model::Expectation {
    model::Expectation {
        expect: e.expect.text(),
        otherwise: e.otherwise.text(),
        place: e.expect.place(),
    }
}

fn bare(text: &raw::Text) -> model::Expectation {
    model::Expectation {
        expect: text.text(),
        otherwise: String::new(),
        place: text.place(),
    }
}

fn model(step: &raw::Step) -> model::Step {
    let actions = |list: &[raw::PlacedAction]| list.iter().map(|a| a.action().clone()).collect();
    model::Step {
        id: step.id.text(),
        title: step.title.text(),
        text: step.text.clone().unwrap_or_default(),
        ask: step.ask.as_ref().map(ask),
        actions: actions(&step.actions),
        refused: step.refused.as_ref().map(raw::Text::text),
        show: step.show,
        checks: step.check.iter().map(expectation).collect(),
        hints: step.hints.iter().map(hint).collect(),
        explain: step.explain.clone().unwrap_or_default(),
        then_ask: step.then_ask.as_ref().map(|a| model::ThenAsk {
            read: a.read.clone(),
            answer: bare(&a.answer),
        }),
        notes: step.notes.clone().unwrap_or_default(),
        goal: step.goal.as_ref().map(raw::Text::text),
        solution: actions(&step.solution),
        place: step.id.place(),
    }
}

fn ask(ask: &raw::Ask) -> model::Ask {
    let choice = |c: &raw::Choice| model::Choice {
        say: c.say.clone(),
        reply: c.reply.clone(),
        right: c.right.as_ref().map(bare),
    };
    model::Ask {
        predict: ask.predict.text(),
        choices: ask.choices.iter().map(choice).collect(),
    }
}

fn hint(hint: &raw::Hint) -> model::Hint {
    match hint {
        raw::Hint::Plain(say) => model::Hint {
            say: say.clone(),
            when: None,
        },
        raw::Hint::When(h) => model::Hint {
            say: h.say.clone(),
            when: h.when.as_ref().map(bare),
        },
    }
}
