//! When a snapshot is taken, and what becomes of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::happening::Happening;
use super::{Conductor, perform};
use crate::sandbox::Observed;
use crate::scene::Moment;
use crate::session::{Event, Phase};
use crate::snapshot::diff::diff;
use crate::snapshot::overlay::Wanted;

/// The rest between two snapshots that only changes ask for, in times of what
/// the last one took: so however much there is to read, most of the time is left.
const REST: u32 = 8;
/// The shortest and the longest rest.
const SHORTEST: Duration = Duration::from_millis(4);
/// See `SHORTEST`.
const LONGEST: Duration = Duration::from_millis(500);

/// How often counters are read of which no event tells.
const TICK: Duration = Duration::from_millis(200);

/// How long nothing may come of a step until hints are pointed at.
const STUCK: Duration = Duration::from_secs(90);

impl Conductor {
    /// Whether a snapshot is being read: what holds now is not known yet.
    pub(crate) fn is_observing(&self) -> bool {
        self.observing
    }

    /// When a person may want a hint: nothing has come of the step for a while.
    pub(in crate::app) fn stuck_at(&self) -> Option<Instant> {
        let session = &self.session;
        let open = matches!(
            session.phase(),
            Phase::Briefing | Phase::Predicting | Phase::Observing
        );
        let left = session.hints_open() < session.step().hints.len();
        (open && left).then(|| self.moved.0 + STUCK)
    }

    /// Waits for the next happening.
    pub(in crate::app) async fn next(&mut self) -> Option<Happening> {
        let (tick, beat) = (self.tick(), self.beat_due());
        tokio::select! {
            biased;
            happening = self.happenings.recv() => happening,
            () = tokio::time::sleep_until(tick.unwrap_or_else(tokio::time::Instant::now)),
                if tick.is_some() => Some(Happening::Ticked),
            () = tokio::time::sleep_until(beat.unwrap_or_else(tokio::time::Instant::now)),
                if beat.is_some() => Some(Happening::Beat),
        }
    }

    /// Looks again if something else of overlays is to be seen.
    pub(in crate::app) fn want(&mut self, wanted: Wanted) {
        let wanted = Wanted {
            files: std::mem::take(&mut self.wanted.files),
            logs: std::mem::take(&mut self.wanted.logs),
            ..wanted
        };
        let before = std::mem::replace(&mut self.wanted, wanted);
        if before.unfolded != self.wanted.unfolded || before.selected != self.wanted.selected {
            self.changed = true;
            self.look();
        }
    }

    /// When the counters of control groups are to be read again: while a process
    /// runs in one, and a panel or an open check wants them.
    fn tick(&self) -> Option<tokio::time::Instant> {
        let wanted = self.counted || self.session.counts();
        let ticks = wanted && !self.observing && !self.changed && self.session.now().has_load();
        ticks.then(|| (self.last + TICK).into())
    }

    /// Begins a snapshot if one is wanted and none is under way.
    pub(super) fn look(&mut self) {
        let Some(sandbox) = self.sandbox.clone() else {
            return;
        };
        if self.observing || !(self.asked || self.changed) {
            return;
        }
        let rest = (self.cost * REST).clamp(SHORTEST, LONGEST);
        let left = rest.saturating_sub(self.last.elapsed());
        if !self.asked && !left.is_zero() {
            return self.rest(left);
        }
        self.observing = true;
        self.begun += 1;
        (self.asked, self.changed) = (false, false);
        let (generation, epoch) = (self.generation, self.epoch);
        tokio::spawn(perform::observe(
            (generation, epoch),
            sandbox,
            self.wanted.clone(),
            self.tell.clone(),
        ));
    }

    /// Looks again after a while; who asks meanwhile is not kept waiting.
    fn rest(&mut self, left: Duration) {
        if !self.resting {
            self.resting = true;
            tokio::spawn(perform::rest(left, self.tell.clone()));
        }
    }

    /// The rest between two snapshots is over.
    pub(super) fn rested(&mut self) {
        self.resting = false;
        self.look();
    }

    pub(super) fn observed(&mut self, epoch: u64, observed: Observed) {
        let mut snapshot = observed.snapshot;
        self.cost = observed.cost;
        if self.detail != observed.detail {
            self.tap.tell(|| Moment::Detail(observed.detail.clone()));
            self.detail = observed.detail;
        }
        self.observing = false;
        self.done = self.begun;
        self.last = Instant::now();
        for pane in &self.panes {
            if let Some(actor) = snapshot.actors.get_mut(pane.actor()) {
                actor.said = pane.said();
            }
        }
        // On the way to a step each look is taken as what the step before came to:
        // one that was begun before it was asked for does not tell that.
        let stale = self.asked && matches!(self.session.phase(), Phase::Rewinding { .. });
        if epoch == self.epoch && !stale {
            let settled = self.typing_settled(&snapshot);
            self.event(Event::Observed(Arc::new(snapshot)));
            self.changes = diff(self.session.before(), self.session.now());
            if settled {
                self.typed();
            }
        }
        if self.typing.is_some() {
            self.changed = true;
        }
        self.let_go();
        self.look();
    }

    /// Waits for a snapshot that was begun after this.
    pub(in crate::app) async fn settle(&mut self) {
        let end = tokio::time::Instant::now() + Duration::from_secs(10);
        self.asked = true;
        let wanted = self.begun + 1;
        self.look();
        while self.done < wanted {
            let Ok(Some(happening)) = tokio::time::timeout_at(end, self.next()).await else {
                return;
            };
            self.happen(happening);
        }
    }
}
