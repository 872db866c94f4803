//! The one state machine of a lab run: where we are, what is next, what undo
//! means. Time and chance come in with events, so a run replays bit for bit.
//!
//! `apply` makes a step's actions and judges them, `hand` sees which of them a person
//! has done, `walk` goes from step to
//! step, `rewind` goes to any step by a new lab host and a `replay`.
//!
//! Invariant: `handle` does no input or output; what is to be done it returns.

mod apply;
mod attempt;
pub mod effect;
pub mod event;
mod exam;
mod hand;
pub mod journal;
pub mod phase;
mod replay;
mod rewind;
mod sentence;
pub mod surprise;
pub mod turn;
mod walk;

#[cfg(test)]
mod tests;

pub use effect::{Effect, Pace};
pub use event::{Event, Scope, Telling};
pub use journal::{Entry, How, Record};
pub use phase::Phase;
pub use sentence::sentence;
pub use surprise::Surprise;
pub use turn::Course;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::{Facts, Verdict};
use crate::lab::{Hint, Lab, Step};
use crate::snapshot::lens::{Glimpse, Lines};
use crate::snapshot::{Snapshot, StepFact};
use crate::word::later::{Later, later_word};

use attempt::Attempt;
use exam::Compiled;
use replay::Replay;

/// A lab run.
#[derive(Debug)]
pub struct Session {
    lab: Arc<Lab>,
    phase: Phase,
    step: usize,
    now: Arc<Snapshot>,
    before: Arc<Snapshot>,
    attempt: Attempt,
    invariants: Vec<Compiled>,
    spoilt: Option<Broken>,
    surprise: Option<Surprise>,
    journal: Vec<Entry>,
    lines: Lines,
    records: Vec<Record>,
    /// The results of the steps before the current one, in this lab host.
    facts: BTreeMap<String, StepFact>,
    /// `Some` exactly while the phase is `Rewinding`.
    replay: Option<Replay>,
}

/// An invariant that does not hold.
#[derive(Clone, Copy, Debug)]
struct Broken {
    /// Which one.
    index: usize,
    /// It costs too much to be judged, so nobody knows whether it holds.
    costly: bool,
}

impl Session {
    /// A run of `lab` that begins at step `start` (0 is the first); the steps before it are played first.
    pub fn new(lab: Arc<Lab>, start: usize) -> Self {
        let start = start.min(lab.steps.len().saturating_sub(1));
        Self {
            invariants: exam::invariants(&lab),
            records: vec![Record::default(); lab.steps.len()],
            phase: Phase::Rewinding { to: start },
            step: start,
            now: Arc::default(),
            before: Arc::default(),
            attempt: Attempt::default(),
            spoilt: None,
            surprise: None,
            journal: Vec::new(),
            lines: Lines::default(),
            facts: BTreeMap::new(),
            replay: Some(Replay::unopened(start)),
            lab,
        }
    }

    /// Switches to the same lab in another language. A lab with other steps is ignored.
    fn retell(&mut self, telling: Telling) -> Vec<Effect> {
        let told = telling.lab.filter(|lab| lab.has_steps_of(&self.lab));
        self.lab = told.unwrap_or_else(|| Arc::clone(&self.lab));
        Vec::new()
    }

    /// Takes over the records of an earlier run, by the step's id. Steps without one lose theirs.
    fn recall(&mut self, mut earlier: BTreeMap<String, Record>) -> Vec<Effect> {
        for (record, step) in self.records.iter_mut().zip(&self.lab.steps) {
            *record = earlier.remove(&step.id).unwrap_or_default();
            let choices = step.ask.as_ref().map_or(0, |ask| ask.choices.len());
            record.chosen = record.chosen.filter(|choice| *choice < choices);
            record.hints = record.hints.min(step.hints.len());
        }
        Vec::new()
    }

    /// Handles what happened `at` milliseconds after the run began, and returns what is to be done.
    /// An event that makes no sense now changes nothing.
    pub fn handle(&mut self, at: u64, event: Event) -> Vec<Effect> {
        match event {
            Event::Open => self.open(),
            Event::HostReady => self.host_ready(),
            Event::HostLost(reason) => self.host_lost(reason),
            Event::Performed(outcome) => self.performed(outcome),
            Event::Observed(snapshot) => self.observed(at, snapshot),
            Event::Run => self.run(),
            Event::Show => self.suggest(),
            Event::Predict(choice) => self.predict(at, choice),
            Event::Decline => self.decline(at),
            Event::Answer(text) => self.answer(&text),
            Event::Hint => self.open_hint(),
            Event::Next => self.next(at),
            Event::Back => self.back(),
            Event::Skip => self.skip(at),
            Event::GoTo(step) => self.go_to(at, step),
            Event::StartOver(scope) => self.start_over(scope),
            Event::Rebuild => self.rebuild(),
            Event::Recall(records) => self.recall(records),
            Event::Retell(telling) => self.retell(telling),
            Event::Saw(glimpses) => self.saw(glimpses),
        }
    }

    /// Takes what the lens saw.
    fn saw(&mut self, glimpses: Vec<Glimpse>) -> Vec<Effect> {
        self.lines.take(glimpses, self.step);
        Vec::new()
    }

    /// What the last lines did that a person typed, as far as the lens saw it.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }
    /// The lab: who keeps it shares it.
    pub fn lab(&self) -> &Arc<Lab> {
        &self.lab
    }
    /// The current phase.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }
    /// Whether an open verdict may depend on counters of control groups, of whose changes no event
    /// tells.
    pub fn counts(&self) -> bool {
        let over = matches!(
            self.phase,
            Phase::Judged | Phase::Finished | Phase::Lost { .. }
        );
        !over && !self.lab.needs.cgroup.is_empty()
    }
    /// The index of the current step; while rewinding, of the step that will be the current one.
    pub fn index(&self) -> usize {
        self.step
    }
    /// The current step.
    pub fn step(&self) -> &Step {
        &self.lab.steps[self.step]
    }
    /// The newest snapshot, with `steps` and `result` filled in.
    pub fn now(&self) -> &Arc<Snapshot> {
        &self.now
    }
    /// The snapshot at the beginning of the current step.
    pub fn before(&self) -> &Arc<Snapshot> {
        &self.before
    }
    /// A verdict for each check of the current step, in their order, on `now`; empty while
    /// rewinding.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.attempt.verdicts
    }
    /// Whether each check was true once since the step began ("was true, no longer"); empty while
    /// rewinding.
    pub fn reached(&self) -> &[bool] {
        &self.attempt.reached
    }
    /// The first invariant that is broken now, in words.
    pub fn spoilt(&self) -> Option<Later> {
        let broken = self.spoilt?;
        Some(if broken.costly {
            later_word!("check-too-costly")
        } else {
            Later::from(&self.lab.invariants[broken.index].otherwise)
        })
    }
    /// What did not go as the lab says, in the current step or on the way to it.
    pub fn surprise(&self) -> Option<&Surprise> {
        self.surprise.as_ref()
    }
    /// How many hints of the current step are open.
    pub fn hints_open(&self) -> usize {
        self.records[self.step].hints
    }
    /// A hint that is not open yet and whose `when` holds now: a reason to point at the hints.
    pub fn offered_hint(&self) -> Option<&Hint> {
        let index = (self.hints_open()..).zip(self.attempt.offered.iter().skip(self.hints_open()));
        index
            .into_iter()
            .find(|(_, offered)| **offered)
            .map(|(i, _)| &self.step().hints[i])
    }
    /// Whether the program has run all lines of the step.
    pub fn has_run_all(&self) -> bool {
        self.attempt.made == attempt::Made::All
    }
    /// How many of the step's lines were put into the prompt.
    pub fn shown(&self) -> usize {
        self.attempt.shown
    }
    /// Whether the person tried to go on while the question before the step is open.
    pub fn wants_answer(&self) -> bool {
        self.attempt.pressed && self.phase == Phase::Predicting
    }
    /// The choice made in the current step's question.
    pub fn chosen(&self) -> Option<usize> {
        self.records[self.step].chosen
    }
    /// After the step: whether the choice made was right, as the state shows.
    pub fn chosen_right(&self) -> Option<bool> {
        self.attempt.chosen_right
    }
    /// The choices of the current step's question that are right in the current state; `None` if
    /// the lab marks none as right.
    pub fn right_choices(&self) -> Option<Vec<usize>> {
        let facts = Facts::new(&self.now, &self.before);
        let choices = 0..self.step().ask.as_ref()?.choices.len();
        let exam = &self.attempt.exam;
        exam.right(0, &facts)?;
        Some(
            choices
                .filter(|choice| exam.right(*choice, &facts) == Some(true))
                .collect(),
        )
    }
    /// The value that `then_ask` wants now; `None` if it wants none, or if there is none.
    pub fn wanted_answer(&self) -> Option<String> {
        let answer = self.attempt.exam.answer.as_ref()?;
        answer.value(&Facts::new(&self.now, &self.before))
    }
    /// What was answered to `then_ask`, and whether it was right.
    pub fn answered(&self) -> Option<(&str, bool)> {
        self.attempt
            .answered
            .as_ref()
            .map(|(text, right)| (text.as_str(), *right))
    }
    /// An entry for each step from the first to the current one, in order: how it was passed, or,
    /// for the current one, what was done so far. Going back removes the later ones.
    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }
    /// The record of each step; going back does not change it.
    pub fn records(&self) -> &[Record] {
        &self.records
    }
    /// How a step was passed, if it ever was in this run; going back does not forget it.
    pub fn passed(&self, step: usize) -> Option<How> {
        self.records.get(step).and_then(|record| record.passed)
    }
}
