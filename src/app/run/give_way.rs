//! An understudy: a second run of the same lab that can take the place of the first.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Conductor;
use super::pane::Pane;
use super::tap::Tap;
use crate::scene::Moment;
use crate::session::{Event, Phase, Record};

impl Conductor {
    /// The step that going back leads to: from the end of the lab, the last one.
    pub(in crate::app) fn before(&self) -> Option<usize> {
        let index = self.session.index();
        match self.session.phase() {
            Phase::Finished => Some(index),
            _ => index.checked_sub(1),
        }
    }

    /// A second run of the lab, which goes to `step` and tells its moments to `tap`.
    pub(in crate::app) fn understudy(&self, step: usize, tap: Tap) -> Self {
        let lab = Arc::clone(self.session.lab());
        let size = self.panes.first().map_or(self.size, Pane::size);
        let mut other = Self::new(lab, step, size, self.image.clone());
        other.started = self.started;
        other.tap(tap);
        other.event(Event::Recall(self.memories()));
        other
    }

    /// The record of each step, by the step's id.
    fn memories(&self) -> BTreeMap<String, Record> {
        let steps = self.session.lab().steps.iter();
        let records = self.session.records().iter().cloned();
        steps.map(|step| step.id.clone()).zip(records).collect()
    }

    /// Gives its place to `other`, and tells the tap the moments of `other` so far.
    pub(in crate::app) fn give_way(
        &mut self,
        mut other: Self,
        moments: impl Iterator<Item = Moment>,
    ) {
        let (index, size) = (other.session.index(), other.size);
        self.tap
            .tell(|| Moment::Anew(index, (size.columns, size.rows).into()));
        for moment in moments {
            self.tap.tell(|| moment);
        }
        other.retap(std::mem::take(&mut self.tap));
        other.event(Event::Recall(self.memories()));
        other.retell(Arc::clone(self.session.lab()));
        other.counted = self.counted;
        other.present(self.beats.is_on());
        other.dirty = true;
        *self = other;
    }
}
