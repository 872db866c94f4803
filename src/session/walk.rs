//! How a person goes from step to step, and answers its questions.

use std::sync::Arc;

use crate::check::Facts;
use crate::lab::PanelName;
use crate::snapshot::Snapshot;

use super::attempt::Attempt;
use super::{Effect, Entry, How, Phase, Session};

impl Session {
    /// Goes on from a passed step, or one that is only read.
    pub(super) fn next(&mut self, at: u64) -> Vec<Effect> {
        let text = self.step().is_text();
        match self.phase {
            Phase::Judged => self.step_on(),
            Phase::Briefing if text => self.read(at),
            Phase::Predicting if text => self.insist(),
            Phase::Briefing | Phase::Predicting | Phase::Observing
                if self.passed(self.step).is_some() =>
            {
                self.skip(at)
            }
            _ => Vec::new(),
        }
    }

    /// Passes a text as read. What is said after it is shown before the next step.
    fn read(&mut self, at: u64) -> Vec<Effect> {
        let afterword = !self.step().explain.is_empty() || self.step().then_ask.is_some();
        self.pass(at, How::Read);
        if afterword {
            Vec::new()
        } else {
            self.step_on()
        }
    }

    /// Leaves the current step, which is passed, for the next.
    fn step_on(&mut self) -> Vec<Effect> {
        self.facts
            .insert(self.step().id.clone(), self.attempt.fact());
        if self.step + 1 == self.lab.steps.len() {
            self.phase = Phase::Finished;
            return Vec::new();
        }
        self.step += 1;
        self.surprise = None;
        let before = quiet(&self.now);
        self.enter(before);
        self.attempt.fresh = true;
        self.begin_effects()
    }

    /// Begins the current step in this state.
    pub(super) fn enter(&mut self, before: Arc<Snapshot>) {
        self.attempt = Attempt::new(&self.lab, self.step);
        self.now = self.filled(before);
        self.before = self.now.clone();
        self.journal.push(Entry::begun(
            self.step,
            &self.before,
            &self.records[self.step],
        ));
        let asks = self.step().ask.is_some() && self.chosen().is_none();
        self.phase = if asks {
            Phase::Predicting
        } else {
            Phase::Briefing
        };
        self.weigh();
    }

    /// The effects of a step's beginning.
    pub(super) fn begin_effects(&self) -> Vec<Effect> {
        let mut effects = vec![Effect::BeginStep, Effect::Observe];
        effects.extend(self.panel().map(Effect::ShowPanel));
        effects
    }

    /// The panel that the step asks for: its own, or that of the last step that had one.
    pub fn panel(&self) -> Option<PanelName> {
        let steps = self.lab.steps.get(..=self.step).unwrap_or_default();
        steps.iter().rev().find_map(|step| step.show)
    }

    /// Takes a choice in the question before the step; a text is thereby read.
    pub(super) fn predict(&mut self, at: u64, choice: usize) -> Vec<Effect> {
        let choices = self.step().ask.as_ref().map_or(0, |ask| ask.choices.len());
        if self.phase != Phase::Predicting || choice >= choices {
            return Vec::new();
        }
        self.phase = Phase::Briefing;
        self.records[self.step].chosen = Some(choice);
        if let Some(entry) = self.journal.last_mut() {
            entry.chosen = Some(choice);
        }
        if self.step().is_text() {
            self.pass(at, How::Read);
        }
        Vec::new()
    }

    /// Leaves the question before the step without a choice; a text is thereby read.
    pub(super) fn decline(&mut self, at: u64) -> Vec<Effect> {
        if self.phase == Phase::Predicting {
            self.phase = Phase::Briefing;
            if self.step().is_text() {
                self.pass(at, How::Read);
            }
        }
        Vec::new()
    }

    /// Takes an answer to the question after the step, and compares it with the live value.
    pub(super) fn answer(&mut self, text: &str) -> Vec<Effect> {
        if self.phase == Phase::Judged && self.step().then_ask.is_some() {
            // An explanation is not judged.
            let right = self.attempt.exam.answer.as_ref().is_none_or(|answer| {
                let value = answer.value(&Facts::new(&self.now, &self.before));
                value.is_some_and(|value| value.trim() == text.trim())
            });
            self.attempt.answered = Some((text.trim().to_owned(), right));
            let record = &mut self.records[self.step];
            if self.attempt.exam.answer.is_some() {
                record.answered = Some(right);
            } else {
                record.said = Some(text.trim().to_owned());
            }
        }
        Vec::new()
    }

    /// Opens the next hint.
    pub(super) fn open_hint(&mut self) -> Vec<Effect> {
        if self.phase.is_open() && self.hints_open() < self.step().hints.len() {
            self.records[self.step].hints += 1;
            if let Some(entry) = self.journal.last_mut() {
                entry.hints += 1;
            }
        }
        Vec::new()
    }
}

/// The snapshot with which a step begins: without what the terminals printed before.
fn quiet(snapshot: &Arc<Snapshot>) -> Arc<Snapshot> {
    let mut quiet = Snapshot::clone(snapshot);
    for actor in quiet.actors.values_mut() {
        actor.said.clear();
    }
    Arc::new(quiet)
}
