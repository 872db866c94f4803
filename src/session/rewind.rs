//! Where a person may go from any step: back, ahead, past the step, or to the beginning.

use super::replay::Replay;
use super::{Effect, Phase, Record, Scope, Session};

impl Session {
    /// To the step before; from the end, to the last one.
    pub(super) fn back(&mut self) -> Vec<Effect> {
        let back = usize::from(self.phase != Phase::Finished);
        self.rewind(self.step.saturating_sub(back))
    }

    /// To any step.
    pub(super) fn go_to(&mut self, at: u64, step: usize) -> Vec<Effect> {
        match self.phase {
            _ if step >= self.lab.steps.len() => Vec::new(),
            Phase::Judged if step == self.step + 1 => self.next(at),
            _ => self.rewind(step),
        }
    }

    /// To the start of the step, or of the lab.
    pub(super) fn start_over(&mut self, scope: Scope) -> Vec<Effect> {
        match scope {
            Scope::Step => self.rewind(self.step),
            Scope::Lab => {
                self.records.fill(Record::default());
                self.journal.clear();
                self.rewind(0)
            }
        }
    }

    /// A new lab host at the same step.
    pub(super) fn rebuild(&mut self) -> Vec<Effect> {
        self.rewind(self.replay.as_ref().map_or(self.step, Replay::target))
    }

    /// Skips the current step.
    pub(super) fn skip(&mut self, at: u64) -> Vec<Effect> {
        match self.phase {
            Phase::Judged => self.next(at),
            Phase::Briefing | Phase::Predicting | Phase::Observing if self.untouched() => {
                self.skip_in_place(at)
            }
            Phase::Briefing | Phase::Predicting | Phase::Observing | Phase::Applying { .. } => {
                self.rewind(self.step + 1)
            }
            _ => Vec::new(),
        }
    }

    fn untouched(&self) -> bool {
        self.attempt.untouched()
            && self
                .journal
                .last()
                .is_some_and(|entry| entry.done.is_empty())
    }

    fn skip_in_place(&mut self, at: u64) -> Vec<Effect> {
        let how = self.records[self.step].pass_over();
        if let Some(entry) = self.journal.last_mut() {
            entry.how = Some(how);
            entry.at = at;
        }
        self.set_out(Replay::in_place(self.step));
        self.play_on()
    }

    /// Goes to the start of `target` in a new lab host, where all steps before it are played again.
    /// The journal keeps its entries for those that were passed.
    pub(super) fn rewind(&mut self, target: usize) -> Vec<Effect> {
        self.journal.truncate(target);
        self.journal.pop_if(|entry| entry.how.is_none());
        self.lines.keep_before(self.journal.len());
        self.facts.clear();
        self.set_out(Replay::afresh(target));
        vec![Effect::StartHost]
    }
}
