//! A lab that has passed validation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Action;
use super::source::Place;
use crate::snapshot::NamespaceKind;

/// The only format so far.
pub const FORMAT: i64 = 1;

/// A lab.
#[derive(Clone, Debug, PartialEq)]
pub struct Lab {
    /// The file name without its extension: `04-uts-ipc`.
    pub id: String,
    /// The lab's name, one line.
    pub title: String,
    /// One or two sentences for the catalogue.
    pub summary: String,
    /// Its heading in the catalogue; may be empty.
    pub track: String,
    /// How many minutes it takes.
    pub minutes: u32,
    /// Ids (or the part after the number) of labs that are better done before.
    pub after: Vec<String>,
    /// What the machine must be able to do.
    pub needs: Needs,
    /// Expectations that must stay true for the lab to make sense.
    pub invariants: Vec<Expectation>,
    /// All actors, the host first, then in the order of the file.
    pub actors: Vec<ActorDef>,
    /// Actions in each new lab host before the first step, which nobody sees.
    pub setup: Vec<Action>,
    /// The steps, in order; at least one.
    pub steps: Vec<Step>,
    /// What was learnt and where to read on: Markdown, shown at the end.
    pub recap: String,
}

impl Lab {
    /// Whether its steps are those of another one, by their ids.
    pub fn has_steps_of(&self, other: &Self) -> bool {
        let own = self.steps.iter().map(|step| &step.id);
        own.eq(other.steps.iter().map(|step| &step.id))
    }

    /// The paths of files that its expressions name: `files["/lab/x"]`, `"/lab/x" in files`.
    pub fn files(&self) -> Vec<String> {
        let asked = self.steps.iter().flat_map(|step| {
            let choices = step.ask.iter().flat_map(|ask| &ask.choices);
            let rights = choices.filter_map(|choice| choice.right.as_ref());
            let offers = step.hints.iter().filter_map(|hint| hint.when.as_ref());
            let answers = step.then_ask.iter().filter_map(|ask| ask.answer.as_ref());
            step.checks
                .iter()
                .chain(rights)
                .chain(offers)
                .chain(answers)
        });
        let all = self.invariants.iter().chain(asked);
        let naming = all.filter(|expectation| expectation.expect.contains("files"));
        let mut paths: Vec<String> = naming.flat_map(|e| paths(&e.expect)).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// The logs that its programs write: the actor, and the path as that actor sees it.
    pub fn logs(&self) -> Vec<(String, String)> {
        let logs = self.actions().filter_map(|action| match action {
            Action::Spawn(spawn) => Some((spawn.actor.clone(), spawn.log.clone()?)),
            _ => None,
        });
        let mut logs: Vec<(String, String)> = logs.collect();
        logs.sort();
        logs.dedup();
        logs
    }

    /// The path where the lab takes an image of the person's own, if it takes one.
    pub fn takes_image(&self) -> Option<&str> {
        self.actions().find_map(|action| match action {
            Action::Import(import) if import.optional => Some(import.from.as_str()),
            _ => None,
        })
    }

    /// Everything that is done from start to end: the setup, then the script of each step.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        let played = self.steps.iter().flat_map(Step::script);
        self.setup.iter().chain(played)
    }
}

/// The quoted texts in an expression that are absolute paths.
fn paths(expression: &str) -> Vec<String> {
    let texts = quoted(expression, '"').chain(quoted(expression, '\''));
    texts
        .filter(|text| text.starts_with('/'))
        .map(str::to_owned)
        .collect()
}

/// The texts between two of these marks.
fn quoted(expression: &str, mark: char) -> impl Iterator<Item = &str> {
    expression.split(mark).skip(1).step_by(2)
}

/// What a lab needs of the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Needs {
    /// Kinds of namespace that must be available.
    pub namespaces: Vec<NamespaceKind>,
    /// Controllers that the lab host's control group must have.
    pub cgroup: Vec<String>,
    /// The oldest kernel it works on, `MAJOR.MINOR`.
    pub kernel: Option<String>,
    /// Programs that the lab uses. Without one that its actions run, the lab cannot be played; a
    /// missing one that only a person types is mentioned beside its line.
    pub tools: Vec<String>,
}

/// A place to act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorDef {
    /// Its name, usable in checks: letters, digits and `_`.
    pub name: String,
    /// The rest of its pane's title, after the name; may be empty.
    pub title: String,
    /// Whether it is opened by the verb `actor` instead of at the start.
    pub later: bool,
}

/// An expression on the snapshot, and its sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The CEL expression.
    pub expect: String,
    /// The sentence for while it is false: what is still missing.
    pub otherwise: String,
    /// The sentence for while it is true: what holds now; empty if the lab does not say.
    pub then: String,
    /// The place of `expect` in the file.
    pub place: Place,
}

/// A step's expectation.
pub type Check = Expectation;

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its id, which is unique in the lab and should not change.
    pub id: String,
    /// One line.
    pub title: String,
    /// The text before the step, Markdown.
    pub text: String,
    /// The question before the step.
    pub ask: Option<Ask>,
    /// The actions; empty in a step that is only read and in a challenge.
    pub actions: Vec<Action>,
    /// The errno that the last action is expected to fail with: `ENOENT`.
    pub refused: Option<String>,
    /// The panel to bring forward.
    pub show: Option<PanelName>,
    /// What must be true for the step to be done, cause before effect.
    pub checks: Vec<Check>,
    /// Hints, from a nudge to the command.
    pub hints: Vec<Hint>,
    /// The explanation after the step, Markdown.
    pub explain: String,
    /// The question after the step.
    pub then_ask: Option<ThenAsk>,
    /// Notes for the instructor alone.
    pub notes: String,
    /// The goal that makes the step a challenge, Markdown; then `actions` is empty.
    pub goal: Option<String>,
    /// The actions that solve the challenge.
    pub solution: Vec<Action>,
    /// The place of the step in the file.
    pub place: Place,
}

impl Step {
    /// The actions that play the step: those of `do`, or the solution of a challenge.
    pub fn script(&self) -> &[Action] {
        if self.goal.is_some() {
            &self.solution
        } else {
            &self.actions
        }
    }

    /// Whether the step is only to be read.
    pub fn is_text(&self) -> bool {
        self.checks.is_empty() && self.script().is_empty()
    }
}

/// A question before a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The question.
    pub predict: String,
    /// Two to four answers.
    pub choices: Vec<Choice>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The answer.
    pub say: String,
    /// The reply to a learner who chose it, after the step.
    pub reply: String,
    /// An expression on the state after the step, true if this answer was right; `None` for a wrong
    /// answer.
    pub right: Option<Expectation>,
}

/// One hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Its text.
    pub say: String,
    /// The state in which it is offered by itself.
    pub when: Option<Expectation>,
}

/// A question after a step: the learner types a value read off a panel, or an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThenAsk {
    /// The question.
    pub read: String,
    /// An expression for the right value, a string or a number; `None` for an explanation, which is
    /// not judged.
    pub answer: Option<Expectation>,
}

/// The panels a step may bring forward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PanelName {
    /// Actors and their namespaces.
    #[default]
    Namespace,
    /// The process tree.
    Process,
    /// System V objects and POSIX queues.
    Ipc,
    /// Ids, id maps, capabilities.
    Identity,
    /// The mount table.
    Mount,
    /// Links and how they are connected, routes, sockets.
    Network,
    /// Control groups: their use and their limits.
    Cgroup,
    /// The layers of overlays, and images.
    Overlay,
    /// The system calls made.
    Journal,
    /// The parts of each container.
    Container,
}

impl PanelName {
    /// All panels, in the order of their keys.
    pub const ALL: [Self; 10] = [
        Self::Namespace,
        Self::Process,
        Self::Ipc,
        Self::Identity,
        Self::Mount,
        Self::Network,
        Self::Cgroup,
        Self::Overlay,
        Self::Journal,
        Self::Container,
    ];

    /// The digit key of the panel: 1 for the first, 0 for the tenth.
    pub fn key(self) -> char {
        let digits = Self::ALL.into_iter().zip("1234567890".chars());
        let mut own = digits.filter(|(panel, _)| *panel == self);
        own.next().map_or(' ', |(_, digit)| digit)
    }

    /// The panel that a digit brings forward.
    pub fn of_key(digit: char) -> Option<Self> {
        Self::ALL.into_iter().find(|panel| panel.key() == digit)
    }
}
