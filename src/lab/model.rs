//! A lab that was found to be in order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Action;
use super::source::Place;
use crate::snapshot::NamespaceKind;

/// The only format there is so far.
pub const FORMAT: i64 = 1;

/// A lab.
#[derive(Clone, Debug, PartialEq)]
pub struct Lab {
    /// The file's name without its ending: `04-uts-ipc`.
    pub id: String,
    /// One line.
    pub title: String,
    /// One or two sentences for the catalogue.
    pub summary: String,
    /// The heading it stands under in the catalogue; may be empty.
    pub track: String,
    /// How long it takes.
    pub minutes: u32,
    /// Ids (or the part after the number) of labs that are better done before.
    pub after: Vec<String>,
    /// What the machine must be able to do.
    pub needs: Needs,
    /// What must stay true for the lab to make sense.
    pub invariants: Vec<Expectation>,
    /// All actors, the host first, then in the order of the file.
    pub actors: Vec<ActorDef>,
    /// What is made in each new lab host before the first step, and shown nowhere.
    pub setup: Vec<Action>,
    /// The steps, in order; at least one.
    pub steps: Vec<Step>,
    /// What was learnt and where to read on, Markdown, shown at the end.
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

    /// The logs that its programs write: the actor, and the path as it sees it.
    pub fn logs(&self) -> Vec<(String, String)> {
        let log = |action: &Action| match action {
            Action::Spawn(spawn) => Some((spawn.actor.clone(), spawn.log.clone()?)),
            _ => None,
        };
        let mut logs: Vec<(String, String)> = self.actions().filter_map(log).collect();
        logs.sort();
        logs.dedup();
        logs
    }

    /// Where the lab wants an image of the person's own, if it can do with one.
    pub fn takes_image(&self) -> Option<&str> {
        self.actions().find_map(|action| match action {
            Action::Import(import) if import.optional => Some(import.from.as_str()),
            _ => None,
        })
    }

    /// All that is done from its start to its end: its setup, then what plays each step.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        let played = self.steps.iter().flat_map(Step::script);
        self.setup.iter().chain(played)
    }
}

/// The quoted texts in an expression that are absolute paths.
fn paths(expression: &str) -> Vec<String> {
    let quoted = |mark: char| expression.split(mark).skip(1).step_by(2);
    let texts = quoted('"').chain(quoted('\''));
    texts
        .filter(|text| text.starts_with('/'))
        .map(str::to_owned)
        .collect()
}

/// What a lab asks of the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Needs {
    /// Kinds of namespace that must be available.
    pub namespaces: Vec<NamespaceKind>,
    /// Controllers that the lab host's control group must have.
    pub cgroup: Vec<String>,
    /// The oldest kernel it works on, `MAJOR.MINOR`.
    pub kernel: Option<String>,
    /// Programs that the lab uses. Without one that its actions run it is not played; one that
    /// only a person types, as a verb's line or a text shows it, is told of beside the line.
    pub tools: Vec<String>,
}

/// A place to act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorDef {
    /// Its name, usable in checks: letters, digits and `_`.
    pub name: String,
    /// What the title of its pane says beside the name; may be empty.
    pub title: String,
    /// Not there at the start; opened by the verb `actor`.
    pub later: bool,
}

/// An expression on the snapshot and what to say while it is false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// CEL.
    pub expect: String,
    /// One sentence: what is still missing.
    pub otherwise: String,
    /// Where `expect` stands.
    pub place: Place,
}

/// A step's expectation.
pub type Check = Expectation;

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Stable, unique in the lab.
    pub id: String,
    /// One line.
    pub title: String,
    /// Markdown shown before.
    pub text: String,
    /// A question before.
    pub ask: Option<Ask>,
    /// The actions; empty in a step that is only read and in a challenge.
    pub actions: Vec<Action>,
    /// The error that the last action is expected to be refused with: `ENOENT`.
    pub refused: Option<String>,
    /// The panel to bring forward.
    pub show: Option<PanelName>,
    /// What must be true for the step to be done, cause before effect.
    pub checks: Vec<Check>,
    /// From a nudge to the command.
    pub hints: Vec<Hint>,
    /// Markdown shown after.
    pub explain: String,
    /// A question after.
    pub then_ask: Option<ThenAsk>,
    /// For the instructor alone.
    pub notes: String,
    /// A challenge's goal, Markdown; then there are no actions.
    pub goal: Option<String>,
    /// What solves the challenge.
    pub solution: Vec<Action>,
    /// Where the step begins.
    pub place: Place,
}

impl Step {
    /// What plays the step: its actions, or a challenge's solution.
    pub fn script(&self) -> &[Action] {
        if self.goal.is_some() {
            &self.solution
        } else {
            &self.actions
        }
    }

    /// Whether there is nothing to do but to read.
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
    /// What is said to one who chose it, after the step.
    pub reply: String,
    /// An expression on the state after the step that is true if this answer was right; `true` for always.
    pub right: Option<Expectation>,
}

/// A stage of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The help.
    pub say: String,
    /// The state in which it is offered by itself.
    pub when: Option<Expectation>,
}

/// A question after a step, answered by typing a value that is read off a panel, or in one's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThenAsk {
    /// The question.
    pub read: String,
    /// An expression for the right value, as a string or a number; none where nobody judges.
    pub answer: Option<Expectation>,
}

/// The panels a step may bring forward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PanelName {
    /// Actors against kinds of namespace.
    #[default]
    Namespace,
    /// The process tree.
    Process,
    /// System V objects and POSIX queues.
    Ipc,
    /// Ids, maps, capabilities.
    Identity,
    /// The mount table.
    Mount,
    /// Links and the cables between them, routes, sockets.
    Network,
    /// Control groups: what they use of what they may use.
    Cgroup,
    /// The layers of overlays, and images.
    Overlay,
    /// The calls made.
    Journal,
    /// Each container as the sum of its parts.
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

    /// The digit that brings it forward: 1 for the first one, 0 for the tenth.
    pub fn key(self) -> char {
        let digits = Self::ALL.into_iter().zip("1234567890".chars());
        let mut own = digits.filter(|(panel, _)| *panel == self);
        own.next().map_or(' ', |(_, digit)| digit)
    }

    /// The one that a digit brings forward.
    pub fn of_key(digit: char) -> Option<Self> {
        Self::ALL.into_iter().find(|panel| panel.key() == digit)
    }
}
