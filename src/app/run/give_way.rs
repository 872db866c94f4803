//! Another run of the same lab that can take the place of this one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Conductor;
use super::pane::Pane;
use super::tap::Tap;
use crate::scene::Moment;
use crate::session::{Phase, Record};

impl Conductor {
    /// The step that going back leads to: from the end of the lab, the last one.
    pub(in crate::app) fn before(&self) -> Option<usize> {
        let index = self.session.index();
        match self.session.phase() {
            Phase::Finished => Some(index),
            _ => index.checked_sub(1),
        }
    }

    /// Another run of the lab, on its way to a step; it tells its moments to `tap`.
    pub(in crate::app) fn understudy(&self, step: usize, tap: Tap) -> Self {
        let lab = Arc::new(self.session.lab().clone());
        let size = self.panes.first().map_or(self.size, Pane::size);
        let mut other = Self::new(lab, step, size, self.image.clone());
        other.started = self.started;
        other.tap(tap);
        other.recall(self.memories());
        other
    }

    /// What is remembered of each step.
    fn memories(&self) -> BTreeMap<String, Record> {
        let steps = self.session.lab().steps.iter();
        let records = self.session.records().iter().cloned();
        steps.map(|step| step.id.clone()).zip(records).collect()
    }

    /// Gives its place to another run, whose moments so far are told now.
    pub(in crate::app) fn give_way(
        &mut self,
        mut other: Self,
        moments: impl Iterator<Item = Moment>,
    ) {
        let (index, size) = (other.session.index(), other.size);
        let anew = || Moment::Anew(index, (size.columns, size.rows));
        self.tap.tell(anew);
        for moment in moments {
            self.tap.tell(|| moment);
        }
        other.retap(std::mem::take(&mut self.tap));
        other.recall(self.memories());
        other.retell(Arc::new(self.session.lab().clone()));
        other.counted = self.counted;
        other.present(self.beats.is_on());
        other.dirty = true;
        *self = other;
    }

    /// Tells its moments to somebody else.
    fn retap(&mut self, tap: Tap) {
        for (index, pane) in self.panes.iter_mut().enumerate() {
            pane.tap(index, &tap);
        }
        self.tap = tap;
    }
}
