//! What goes on behind a presentation: the step before made ready, and when it goes on by itself.

use std::time::{Duration, Instant};

use super::{Conductor, Phase, UiState};
use crate::app::auto::understudy::Understudy;
use crate::session::Session;
use crate::ui::present::reading;
use crate::ui::state::{Slide, Stand};

/// What is seen, as far as going on by itself is concerned.
#[derive(Clone, Debug, PartialEq)]
struct Mark {
    step: usize,
    phase: Phase,
    slide: Slide,
    stand: Stand,
    scroll: usize,
}

/// When it goes on by itself.
#[derive(Clone, Debug)]
struct Auto {
    /// What was seen when that was decided.
    seen: Mark,
    at: Instant,
}

/// What goes on behind a presentation.
#[derive(Default)]
pub(super) struct Show {
    /// The program does nothing else: nothing of it is remembered.
    pub(super) only: bool,
    /// The step before, made ready.
    pub(super) understudy: Understudy,
    /// When it goes on by itself, if it does.
    auto: Option<Auto>,
    /// The step that is shown.
    step: usize,
    /// There is no lab host for it yet.
    away: bool,
}

impl Show {
    /// What was made ready is no longer of use.
    pub(super) fn forget(&mut self) {
        *self = Self {
            only: self.only,
            ..Self::default()
        };
    }

    /// When something is different without anybody's doing: the clock, and what goes on by itself.
    pub(super) fn deadline(
        &self,
        run: &Conductor,
        state: &UiState,
    ) -> Option<tokio::time::Instant> {
        state.mode.present()?;
        let second = Duration::from_millis(1000 - run.elapsed() % 1000);
        let next = Instant::now() + second;
        let auto = self.auto.as_ref().map(|auto| auto.at);
        Some(auto.map_or(next, |at| at.min(next)).into())
    }

    /// Takes the place of a run; whether that is another one than before.
    pub(super) fn moves(&mut self, session: &Session) -> bool {
        let away = matches!(
            session.phase(),
            Phase::Rewinding { .. } | Phase::Lost { .. }
        );
        let moved = (self.step, self.away) != (session.index(), away);
        (self.step, self.away) = (session.index(), away);
        moved
    }

    /// Whether what is seen could be read by now: then it goes on by itself. Anything
    /// new that is seen is to be read first.
    pub(super) fn could_be_read(&mut self, session: &Session, state: &UiState) -> bool {
        let (Some(time), Some(present)) = (reading(session, state), state.mode.present()) else {
            self.auto = None;
            return false;
        };
        let seen = Mark {
            step: session.index(),
            phase: session.phase().clone(),
            slide: present.slide,
            stand: present.stand.clone(),
            scroll: state.guide_scroll,
        };
        let now = Instant::now();
        if let Some(auto) = self.auto.as_ref().filter(|auto| auto.seen == seen) {
            let read = now >= auto.at;
            if read {
                self.auto = None;
            }
            return read;
        }
        let at = now + Duration::from_millis(time);
        self.auto = Some(Auto { seen, at });
        false
    }

    /// It does not go on by itself any longer.
    pub(super) fn stay(&mut self) {
        self.auto = None;
    }
}
