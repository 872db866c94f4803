//! Takes the snapshots that are due, and what becomes of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::happening::{Happening, Said};
use super::watch::Due;
use super::{Conductor, perform};
use crate::sandbox::Observed;
use crate::scene::Moment;
use crate::session::{Event, Phase};
use crate::snapshot::diff::diff;
use crate::snapshot::overlay::Wanted;

/// How long a step may make no progress until the screen points at the hints.
const STUCK: Duration = Duration::from_secs(90);

impl Conductor {
    /// Whether a snapshot is being read: what holds now is not known yet.
    pub(crate) fn is_observing(&self) -> bool {
        self.watch.is_observing()
    }

    /// When the screen points at the hints: the step has made no progress for a while, and hints
    /// are left.
    pub(in crate::app) fn stuck_at(&self) -> Option<Instant> {
        let session = &self.session;
        let left = session.hints_open() < session.step().hints.len();
        (session.phase().is_open() && left).then(|| self.moved.0 + STUCK)
    }

    /// Waits for what happens next.
    pub(in crate::app) async fn next(&mut self) -> Option<Said> {
        let (tick, beat) = (self.tick(), self.beat_due());
        tokio::select! {
            biased;
            said = self.said.recv() => said,
            () = tokio::time::sleep_until(tick.unwrap_or_else(tokio::time::Instant::now)),
                if tick.is_some() => Some(self.tell.says(Happening::Ticked)),
            () = tokio::time::sleep_until(beat.unwrap_or_else(tokio::time::Instant::now)),
                if beat.is_some() => Some(self.tell.says(Happening::Beat)),
        }
    }

    /// Sets what a snapshot reads of overlays, and looks again if that changed.
    pub(in crate::app) fn want(&mut self, wanted: Wanted) {
        let wanted = Wanted {
            files: std::mem::take(&mut self.wanted.files),
            logs: std::mem::take(&mut self.wanted.logs),
            ..wanted
        };
        let before = std::mem::replace(&mut self.wanted, wanted);
        if before.unfolded != self.wanted.unfolded || before.selected != self.wanted.selected {
            self.watch.change();
            self.look();
        }
    }

    /// When the counters of control groups are to be read again: while a process
    /// runs in one, and a panel or an open check wants them.
    fn tick(&self) -> Option<tokio::time::Instant> {
        let wanted = self.counted || self.session.counts();
        let at = (self.watch.tick()).filter(|_| wanted && self.session.now().has_load());
        at.map(tokio::time::Instant::from_std)
    }

    /// Begins a snapshot if one is wanted and none is under way.
    pub(super) fn look(&mut self) {
        let Some(sandbox) = self.sandbox.clone() else {
            return;
        };
        match self.watch.look(Instant::now()) {
            Due::Nothing => {}
            Due::Rest(left) => {
                tokio::spawn(perform::rest(left, self.tell.clone()));
            }
            Due::Snapshot => {
                let (wanted, tell) = (self.wanted.clone(), self.tell.clone());
                tokio::spawn(perform::observe(self.epoch, sandbox, wanted, tell));
            }
        }
    }

    /// The rest between two snapshots is over.
    pub(super) fn rested(&mut self) {
        self.watch.rested();
        self.look();
    }

    pub(super) fn observed(&mut self, epoch: u64, observed: Observed) {
        let mut snapshot = observed.snapshot;
        self.watch.came(Instant::now(), observed.cost);
        if self.detail != observed.detail {
            self.tap.tell(|| Moment::Detail(observed.detail.clone()));
            self.detail = observed.detail;
        }
        for pane in &self.panes {
            if let Some(actor) = snapshot.actors.get_mut(pane.actor()) {
                actor.said = pane.said();
            }
        }
        // On the way to a step, each snapshot counts as the result of the step before. A snapshot
        // that was begun before it was asked for does not show that.
        let stale =
            self.watch.is_asked() && matches!(self.session.phase(), Phase::Rewinding { .. });
        if epoch == self.epoch && !stale {
            let settled = self.typing_settled(&snapshot);
            self.event(Event::Observed(Arc::new(snapshot)));
            self.changes = diff(self.session.before(), self.session.now());
            if settled {
                self.typed();
            }
        }
        if self.is_typing() {
            self.watch.change();
        }
        self.let_go();
        self.look();
    }

    /// Waits for a snapshot that is begun from now on, at most 10 seconds.
    pub(in crate::app) async fn settle(&mut self) {
        let end = tokio::time::Instant::now() + Duration::from_secs(10);
        let wanted = self.watch.ask();
        self.look();
        while !self.watch.has_come(wanted) {
            let Ok(Some(said)) = tokio::time::timeout_at(end, self.next()).await else {
                return;
            };
            self.drain(said, 0);
        }
    }
}
