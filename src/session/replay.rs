//! The way to a step: a new lab host, and the scripts of all steps before it. A skipped step is
//! played in the current lab host.

use std::sync::Arc;

use crate::snapshot::{Outcome, Snapshot, StepFact};
use crate::word::later::Later;

use super::attempt::Attempt;
use super::{Effect, Entry, Pace, Phase, Session, Surprise};

/// What a replay waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// The run to be opened.
    Opening,
    /// The lab host.
    Host,
    /// The outcome of the action asked for.
    Outcome,
    /// A snapshot.
    Look,
}

/// A replay under way.
#[derive(Debug)]
pub(super) struct Replay {
    /// The step to arrive at; the number of steps for the end of the lab.
    target: usize,
    /// The step being played.
    step: usize,
    /// The outcomes of its actions so far.
    outcomes: Vec<Outcome>,
    /// No more of its actions are to be performed.
    stopped: bool,
    /// Its entry in the journal was made by this replay.
    new_entry: bool,
    /// The current lab host is used: the step before `target` is skipped.
    in_place: bool,
    wait: Wait,
}

impl Replay {
    /// A replay before the run was opened.
    pub(super) fn unopened(target: usize) -> Self {
        Self {
            wait: Wait::Opening,
            ..Self::afresh(target)
        }
    }

    /// A replay in a new lab host, of every step before `target`.
    pub(super) fn afresh(target: usize) -> Self {
        Self {
            target,
            step: 0,
            outcomes: Vec::new(),
            stopped: false,
            new_entry: false,
            in_place: false,
            wait: Wait::Host,
        }
    }

    /// A replay of one step, in the current lab host.
    pub(super) fn in_place(step: usize) -> Self {
        Self {
            step,
            new_entry: true,
            in_place: true,
            wait: Wait::Outcome,
            ..Self::afresh(step + 1)
        }
    }

    /// The step to arrive at.
    pub(super) fn target(&self) -> usize {
        self.target
    }
}

impl Session {
    /// Opens the run: asks for a lab host.
    pub(super) fn open(&mut self) -> Vec<Effect> {
        match &mut self.replay {
            Some(replay) if replay.wait == Wait::Opening => {
                replay.wait = Wait::Host;
                vec![Effect::StartHost]
            }
            _ => Vec::new(),
        }
    }

    /// The lab host is up: begins to replay.
    pub(super) fn host_ready(&mut self) -> Vec<Effect> {
        if self.waits_for(Wait::Host) {
            self.play_on()
        } else {
            Vec::new()
        }
    }

    /// The lab host is gone: ends the replay.
    pub(super) fn host_lost(&mut self, reason: Later) -> Vec<Effect> {
        if !matches!(self.phase, Phase::Lost { .. }) {
            self.replay = None;
            self.phase = Phase::Lost { reason };
        }
        Vec::new()
    }

    /// Begins a replay.
    pub(super) fn set_out(&mut self, replay: Replay) {
        self.step = replay.target.min(self.lab.steps.len() - 1);
        self.phase = Phase::Rewinding { to: self.step };
        self.attempt = Attempt::default();
        self.spoilt = None;
        self.surprise = None;
        self.replay = Some(replay);
    }

    fn waits_for(&self, wait: Wait) -> bool {
        self.replay
            .as_ref()
            .is_some_and(|replay| replay.wait == wait)
    }

    /// Asks for what comes next on the way: an action, or a snapshot if the journal has no entry
    /// for the step yet.
    pub(super) fn play_on(&mut self) -> Vec<Effect> {
        while let Some(replay) = &mut self.replay {
            if replay.step == replay.target {
                replay.wait = Wait::Look;
                return self.arrival_effects();
            }
            if replay.step == self.journal.len() {
                replay.wait = Wait::Look;
                return vec![Effect::Observe];
            }
            let script = self.lab.steps[replay.step].script();
            if let Some(action) = script
                .get(replay.outcomes.len())
                .filter(|_| !replay.stopped)
            {
                replay.wait = Wait::Outcome;
                return vec![Effect::Perform {
                    action: action.clone(),
                    pace: Pace::Replay,
                }];
            }
            let id = self.lab.steps[replay.step].id.clone();
            self.facts
                .insert(id, StepFact::of(&std::mem::take(&mut replay.outcomes)));
            replay.stopped = false;
            replay.step += 1;
        }
        Vec::new()
    }

    fn arrival_effects(&self) -> Vec<Effect> {
        if self.at_the_end() {
            vec![Effect::Observe]
        } else {
            self.begin_effects()
        }
    }

    fn at_the_end(&self) -> bool {
        self.replay
            .as_ref()
            .is_some_and(|replay| replay.target == self.lab.steps.len())
    }

    /// Takes the outcome of a replayed action. A surprise in the current lab host is mended by a
    /// new lab host.
    pub(super) fn replayed(&mut self, outcome: Outcome) -> Vec<Effect> {
        let Some(replay) = self
            .replay
            .as_mut()
            .filter(|replay| replay.wait == Wait::Outcome)
        else {
            return Vec::new();
        };
        let step = &self.lab.steps[replay.step];
        let index = replay.outcomes.len();
        let surprise = Surprise::of(step, index, &outcome);
        if surprise.is_some() && replay.in_place {
            let target = replay.target;
            self.journal.pop();
            return self.rewind(target);
        }
        replay.stopped = surprise.is_some();
        self.surprise = self.surprise.take().or(surprise);
        let action = step.script().get(index).filter(|_| replay.new_entry);
        if let (Some(entry), Some(action)) = (self.journal.last_mut(), action) {
            entry.done.push((action.clone(), outcome.clone()));
        }
        replay.outcomes.push(outcome);
        self.play_on()
    }

    /// Takes a snapshot on the way, or at the end of it.
    pub(super) fn looked(&mut self, at: u64, snapshot: Arc<Snapshot>) -> Vec<Effect> {
        let Some(replay) = self
            .replay
            .as_mut()
            .filter(|replay| replay.wait == Wait::Look)
        else {
            return Vec::new();
        };
        let arrived = replay.step == replay.target;
        let step = replay.step;
        let closes = std::mem::replace(&mut replay.new_entry, true);
        let snapshot = self.filled(snapshot);
        if let Some(entry) = self.journal.last_mut().filter(|_| closes) {
            entry.after = snapshot.clone();
            entry.at = at;
        }
        if arrived {
            return self.arrive(at, snapshot);
        }
        let how = self.records[step].pass_over();
        let entry = Entry::begun(step, &snapshot, &self.records[step]);
        self.journal.push(Entry {
            how: Some(how),
            ..entry
        });
        self.play_on()
    }

    /// Begins the current step, or ends the lab.
    fn arrive(&mut self, at: u64, snapshot: Arc<Snapshot>) -> Vec<Effect> {
        let ended = self.at_the_end();
        self.replay = None;
        if ended {
            self.now = snapshot;
            self.attempt = Attempt::new(&self.lab, self.step);
            self.before = self
                .journal
                .last()
                .map_or_else(Arc::default, |entry| entry.before.clone());
            self.phase = Phase::Finished;
            self.weigh();
        } else {
            self.enter(snapshot);
            self.settle(at);
        }
        Vec::new()
    }
}
