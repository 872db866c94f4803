//! What a journal gets beside the session's events.

use std::sync::Arc;

use super::Conductor;
use super::tap::Tap;
use crate::lab::Lab;
use crate::scene::Moment;
use crate::session::{Event, Telling};
use crate::word;

impl Conductor {
    /// Tells the moments of the run to `tap` from now on. Called right after the run begins.
    pub(in crate::app) fn tap(&mut self, tap: Tap) {
        tap.tell(|| Moment::Event {
            at: 0,
            event: Event::Open,
        });
        self.retap(tap);
    }

    /// Tells the moments to another tap from now on.
    pub(super) fn retap(&mut self, tap: Tap) {
        for (index, pane) in self.panes.iter_mut().enumerate() {
            pane.tap(index, &tap);
        }
        self.tap = tap;
    }

    /// Switches the lab to the language that is spoken now.
    pub(in crate::app) fn retell(&mut self, lab: Arc<Lab>) {
        self.event(Event::Retell(Telling {
            language: word::language().tag().to_owned(),
            lab: Some(lab),
        }));
    }
}
