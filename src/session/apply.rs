//! The current step: performing its actions, observing, judging.

use std::sync::Arc;

use crate::check::Facts;
use crate::snapshot::{Outcome, Snapshot};
use crate::typed::line_now;

use super::attempt::Made;
use super::{Broken, Effect, Entry, How, Pace, Phase, Session, Surprise};

impl Session {
    /// Plays the current step; after a surprise it goes on where it stopped.
    pub(super) fn run(&mut self) -> Vec<Effect> {
        match self.phase {
            Phase::Predicting => self.insist(),
            Phase::Briefing | Phase::Observing if !self.step().script().is_empty() => {
                self.begin_playing()
            }
            _ => Vec::new(),
        }
    }

    fn begin_playing(&mut self) -> Vec<Effect> {
        if self.surprise.take().is_some() {
            self.attempt.outcomes.pop();
        } else {
            self.attempt.outcomes.clear();
        }
        // A line that the person has run is not run again, unless nothing else is left.
        let by_hand = std::mem::take(&mut self.attempt.by_hand);
        let left = self.attempt.outcomes.len()..self.step().script().len();
        if left.contains(&by_hand) {
            self.attempt.outcomes.resize(by_hand, Outcome::default());
        }
        self.attempt.made = Made::Open;
        self.attempt.fresh = false;
        self.play_next()
    }

    /// Asks for the next action of the step; the caller knows that there is one.
    fn play_next(&mut self) -> Vec<Effect> {
        let done = self.attempt.outcomes.len();
        self.phase = Phase::Applying { done };
        let action = self.step().script().get(done).cloned();
        let line = action
            .as_ref()
            .and_then(|action| line_now(&self.now, action));
        if let Some(line) = line {
            self.attempt.ran.insert(done, line);
        }
        action
            .map(|action| Effect::Perform {
                action,
                pace: Pace::Live,
            })
            .into_iter()
            .collect()
    }

    /// Takes the outcome of an action.
    pub(super) fn performed(&mut self, outcome: Outcome) -> Vec<Effect> {
        match self.phase {
            Phase::Rewinding { .. } => self.replayed(outcome),
            Phase::Applying { done } if self.attempt.made == Made::Open => self.made(done, outcome),
            _ => Vec::new(),
        }
    }

    fn made(&mut self, index: usize, outcome: Outcome) -> Vec<Effect> {
        let step = &self.lab.steps[self.step];
        self.surprise = Surprise::of(step, index, &outcome);
        let last = index + 1 >= step.script().len();
        if let (Some(entry), Some(action)) = (self.journal.last_mut(), step.script().get(index)) {
            entry.done.push((action.clone(), outcome.clone()));
        }
        self.attempt.outcomes.push(outcome);
        if self.surprise.is_none() && !last {
            return self.play_next();
        }
        self.attempt.made = if self.surprise.is_none() {
            Made::All
        } else {
            Made::Stopped
        };
        self.phase = Phase::Applying { done: index + 1 };
        vec![Effect::Observe]
    }

    /// Puts the step's next line into the prompt.
    pub(super) fn suggest(&mut self) -> Vec<Effect> {
        match self.phase {
            Phase::Predicting => self.insist(),
            Phase::Briefing | Phase::Observing => self.suggest_next(),
            _ => Vec::new(),
        }
    }

    fn suggest_next(&mut self) -> Vec<Effect> {
        let script = self.lab.steps[self.step].script();
        let next = self.attempt.shown % script.len().max(1);
        let left = next..script.len();
        if left.contains(&self.attempt.by_hand) {
            self.attempt.shown += self.attempt.by_hand - next;
        }
        let action = script.get(self.attempt.shown % script.len().max(1));
        self.attempt.shown += usize::from(action.is_some());
        action.cloned().map(Effect::Suggest).into_iter().collect()
    }

    /// Notes that the person tried to go on: the question comes first.
    pub(super) fn insist(&mut self) -> Vec<Effect> {
        self.attempt.pressed = true;
        Vec::new()
    }

    /// Takes a snapshot.
    pub(super) fn observed(&mut self, at: u64, snapshot: Arc<Snapshot>) -> Vec<Effect> {
        match self.phase {
            Phase::Rewinding { .. } => return self.looked(at, snapshot),
            Phase::Lost { .. } => {}
            Phase::Judged | Phase::Finished => self.take(snapshot),
            Phase::Applying { .. } if self.attempt.made == Made::Open => self.take(snapshot),
            _ => {
                self.take(snapshot);
                self.settle(at);
            }
        }
        Vec::new()
    }

    /// Makes a snapshot the current one and judges it.
    pub(super) fn take(&mut self, snapshot: Arc<Snapshot>) {
        let snapshot = self.filled(snapshot);
        let earlier = std::mem::replace(&mut self.now, snapshot);
        if std::mem::take(&mut self.attempt.fresh) {
            self.begin_from(self.now.clone());
        }
        self.weigh();
        self.see_hands(&earlier);
    }

    /// Makes a snapshot the one at the beginning of the current step.
    pub(super) fn begin_from(&mut self, snapshot: Arc<Snapshot>) {
        if let Some(entry) = self.journal.last_mut() {
            entry.before = snapshot.clone();
        }
        self.before = snapshot;
    }

    /// Adds the facts that only the run knows: the results of its steps.
    pub(super) fn filled(&self, snapshot: Arc<Snapshot>) -> Arc<Snapshot> {
        let mut filled = Arc::unwrap_or_clone(snapshot);
        filled.steps.clone_from(&self.facts);
        filled.result = self.attempt.fact();
        Arc::new(filled)
    }

    /// Judges the current state again.
    pub(super) fn weigh(&mut self) {
        let facts = Facts::new(&self.now, &self.before);
        self.attempt.weigh(&facts);
        let mut invariants = self.invariants.iter().enumerate();
        let broken = invariants.find(|(_, invariant)| invariant.broken(&facts));
        self.spoilt = broken.map(|(index, invariant)| Broken {
            index,
            costly: invariant.is_too_costly(&facts),
        });
    }

    /// Passes the step if it is done. A step that was played and is not done yet is observed.
    pub(super) fn settle(&mut self, at: u64) {
        if self.attempt.holds() {
            self.pass(at, self.how());
        } else if self.attempt.made != Made::Open {
            self.phase = Phase::Observing;
        }
    }

    /// How the current step was done: by the program, or by the person with or without shown lines.
    fn how(&self) -> How {
        match (self.attempt.made, self.attempt.shown) {
            (Made::All, _) => How::Played,
            (_, 0) => How::Typed,
            _ => How::Shown,
        }
    }

    /// Passes the current step.
    pub(super) fn pass(&mut self, at: u64, how: How) {
        self.phase = Phase::Judged;
        (self.records[self.step].passed, self.records[self.step].at) = (Some(how), at);
        if let Some(choice) = self.chosen() {
            let facts = Facts::new(&self.now, &self.before);
            self.attempt.chosen_right = self.attempt.exam.right(choice, &facts);
            self.records[self.step].right = self.attempt.chosen_right;
        }
        if let Some(entry) = self.journal.last_mut() {
            *entry = Entry {
                how: Some(how),
                after: self.now.clone(),
                at,
                ..entry.clone()
            };
        }
    }
}
