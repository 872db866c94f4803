//! What those are told who write the run down, beside the session's events.

use std::sync::Arc;

use super::Conductor;
use super::tap::Tap;
use crate::lab::Lab;
use crate::scene::Moment;
use crate::session::{Event, Telling};
use crate::word;

impl Conductor {
    /// Tells the moments of the run from now on: right after its beginning.
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

    /// Goes on with the lab in the language that is spoken now.
    pub(in crate::app) fn retell(&mut self, lab: Arc<Lab>) {
        self.event(Event::Retell(Telling {
            language: word::language().tag().to_owned(),
            lab: Some(lab),
        }));
    }
}
