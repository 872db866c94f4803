//! Tells the moments of a run to whoever writes them down.

use std::sync::mpsc::Sender;
use std::time::Instant;

use crate::scene::Moment;
use crate::scene::journal::Line;

/// Where the moments of a run go; nowhere, unless somebody wants them.
#[derive(Clone, Debug, Default)]
pub(super) struct Tap(Option<(Instant, Sender<Line>)>);

impl Tap {
    /// One from which somebody gets the moments.
    pub(super) fn new(to: Sender<Line>) -> Self {
        Self(Some((Instant::now(), to)))
    }

    /// Tells a moment; it is made only where somebody wants it.
    pub(super) fn tell(&self, moment: impl FnOnce() -> Moment) {
        if let Some((began, to)) = &self.0 {
            let at = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            // Who got them may have stopped: the run goes on.
            let _ = to.send(Line {
                at,
                moment: moment(),
            });
        }
    }

    /// Whether anybody gets them.
    pub(super) fn is_open(&self) -> bool {
        self.0.is_some()
    }
}
