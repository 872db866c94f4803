//! The time of a film: long pauses are cut short, and what a program left at once is held, so that
//! it can be read.

use unicode_width::UnicodeWidthStr as _;

use crate::session::{Phase, Session};

/// The longest pause, in milliseconds.
const IDLE: u64 = 5_000;
/// A step left sooner than this was advanced by the program, not by a reader; in milliseconds.
const QUICK: u64 = 300;
/// The shortest and the longest time that a text is held, in milliseconds.
const HELD: (u64, u64) = (2_500, 14_000);
/// The time to read a column of text, in milliseconds.
const COLUMN: u64 = 30;
/// How long an action is held that the program went on from, in milliseconds.
const ACTION: u64 = 700;

/// What is shown: a step, and how far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stay {
    #[default]
    None,
    Before(usize),
    Under(usize, usize),
    After(usize),
    End,
}

/// The time of a film, in milliseconds.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// The time of the last moment in the run.
    at: u64,
    now: u64,
    stay: Stay,
    /// When `stay` began.
    since: u64,
    /// How long `stay` takes to be read.
    read: u64,
}

impl Clock {
    /// Advances to the time of a moment, cutting a pause short.
    pub(super) fn tick(&mut self, at: u64) {
        self.now += at.saturating_sub(self.at).min(IDLE);
        self.at = self.at.max(at);
    }

    /// Milliseconds since the film began.
    pub(super) fn now(&self) -> u64 {
        self.now
    }

    /// Takes note of what the run shows now.
    pub(super) fn enter(&mut self, session: &Session) {
        let stay = stay(session);
        if stay != self.stay {
            self.leave();
            (self.stay, self.since, self.read) = (stay, self.now, read(stay, session));
        }
    }

    /// The text now shown is about to disappear: if it was left at once, it is held long enough to
    /// be read.
    pub(super) fn leave(&mut self) {
        if self.now - self.since < QUICK {
            self.now = self.now.max(self.since + self.read);
        }
    }
}

fn stay(session: &Session) -> Stay {
    let step = session.index();
    match session.phase() {
        Phase::Briefing | Phase::Predicting => Stay::Before(step),
        Phase::Applying { done } => Stay::Under(step, *done),
        Phase::Judged => Stay::After(step),
        Phase::Finished => Stay::End,
        _ => Stay::None,
    }
}

/// How long it takes to read what is shown, in milliseconds.
fn read(stay: Stay, session: &Session) -> u64 {
    let step = session.step();
    let columns = match stay {
        Stay::None => return 0,
        Stay::Under(..) => return ACTION,
        Stay::Before(_) => {
            let ask = step.ask.iter();
            let choices = ask.clone().flat_map(|ask| &ask.choices);
            let choices: usize = choices.map(|choice| choice.say.width()).sum();
            let asked: usize = ask.map(|ask| ask.predict.width()).sum();
            step.text.width() + asked + choices
        }
        Stay::After(_) => step.explain.width(),
        Stay::End => session.lab().recap.width(),
    };
    let columns = u64::try_from(columns).unwrap_or(u64::MAX);
    columns.saturating_mul(COLUMN).clamp(HELD.0, HELD.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_long_is_cut_short() {
        let mut clock = Clock::default();
        clock.tick(1_000);
        clock.tick(3_600_000);
        assert_eq!(clock.now(), 1_000 + IDLE);
        // A clock that was set back moves nothing.
        clock.tick(5);
        assert_eq!(clock.now(), 1_000 + IDLE);
    }

    #[test]
    fn what_nobody_could_read_is_held() {
        let mut clock = Clock {
            stay: Stay::Before(0),
            read: 4_000,
            ..Clock::default()
        };
        clock.tick(20);
        clock.leave();
        assert_eq!(clock.now(), 4_000);
        // What nobody has to read takes as long as it did in the run.
        let mut empty = Clock::default();
        empty.tick(20);
        empty.leave();
        assert_eq!(empty.now(), 20);
        let mut slow = Clock {
            stay: Stay::Before(0),
            read: 4_000,
            ..Clock::default()
        };
        slow.tick(1_500);
        slow.leave();
        assert_eq!(slow.now(), 1_500);
    }
}
