//! When the observer looks by itself, without being asked or woken.

use std::time::{Duration, Instant};

/// The first two looks after an answer: a fork is soon followed by an exec.
const SOON: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(150)];
/// The interval after that, if a process has run meanwhile.
const OFTEN: Duration = Duration::from_millis(200);
/// The interval even if none has: threads, and processes on some kernels, run unnoticed.
const AT_LEAST: Duration = Duration::from_secs(1);
/// How many times the cost of a reading it rests before the next one.
const REST: u32 = 8;

/// The looks between two answers.
#[derive(Debug)]
pub(super) struct Glances {
    due: Option<Instant>,
    /// How many looks there were since the last answer.
    count: usize,
    last: Instant,
}

impl Default for Glances {
    fn default() -> Self {
        Self {
            due: None,
            count: 0,
            last: Instant::now(),
        }
    }
}

impl Glances {
    /// When the next look is due; `None` if no process stirs.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Starts anew after an answer.
    pub(super) fn begin(&mut self, stirs: bool) {
        (self.count, self.last) = (0, Instant::now());
        self.due = stirs.then(|| self.last + SOON[0]);
    }

    /// Whether a look that is due is worth its cost.
    pub(super) fn is_wanted(&self, has_run: bool) -> bool {
        self.count < SOON.len() || has_run || self.last.elapsed() >= AT_LEAST
    }

    /// Puts off a look that was not worth it.
    pub(super) fn pass(&mut self) {
        self.due = Some(Instant::now() + OFTEN);
    }

    /// Notes a look that cost so much CPU time, and plans the next.
    pub(super) fn looked(&mut self, stirs: bool, cost: Duration) {
        (self.count, self.last) = (self.count + 1, Instant::now());
        let rest = SOON.get(self.count).copied().unwrap_or(OFTEN);
        self.due = stirs.then(|| self.last + rest.max(cost * REST));
    }
}
