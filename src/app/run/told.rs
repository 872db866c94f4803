//! What a journal gets beside the session's events.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Conductor;
use super::tap::Tap;
use crate::lab::Lab;
use crate::scene::Moment;
use crate::session::{Event, Record};
use crate::word;

impl Conductor {
    /// Tells the moments of the run to `tap` from now on. Called right after the run begins.
    pub(in crate::app) fn tap(&mut self, tap: Tap) {
        let opened = || Moment::Event {
            at: 0,
            event: Event::Open,
        };
        tap.tell(opened);
        for (index, pane) in self.panes.iter_mut().enumerate() {
            pane.tap(index, &tap);
        }
        self.tap = tap;
    }

    /// Gives the session the records of an earlier run, by step.
    pub(in crate::app) fn recall(&mut self, records: BTreeMap<String, Record>) {
        self.tap.tell(|| Moment::Resumed(records.clone()));
        self.session.recall(records);
    }

    /// Switches the lab to another language.
    pub(in crate::app) fn retell(&mut self, lab: Arc<Lab>) {
        let tag = word::language().tag();
        self.tap.tell(|| Moment::Language(tag.to_owned()));
        self.session.retell(lab);
    }
}
