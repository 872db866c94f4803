//! When the observer looks by itself.

use std::time::{Duration, Instant};

/// How long after a reading it looks again, twice: a fork is soon followed by an exec.
const SOON: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(150)];
/// And then how often, if a program has run meanwhile.
const OFTEN: Duration = Duration::from_millis(200);
/// How often whether one has run or not: of threads and of some kernels nobody knows.
const AT_LEAST: Duration = Duration::from_secs(1);
/// How many times as long as a reading took nothing is read.
const REST: u32 = 8;

/// The looks between two answers.
#[derive(Debug)]
pub(super) struct Glances {
    due: Option<Instant>,
    /// How many there were.
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
    /// When the next one is; never while all rest.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// An answer was given.
    pub(super) fn begin(&mut self, stirs: bool) {
        (self.count, self.last) = (0, Instant::now());
        self.due = stirs.then(|| self.last + SOON[0]);
    }

    /// Whether a look that is due is worth its while.
    pub(super) fn is_wanted(&self, has_run: bool) -> bool {
        self.count < SOON.len() || has_run || self.last.elapsed() >= AT_LEAST
    }

    /// It was not.
    pub(super) fn pass(&mut self) {
        self.due = Some(Instant::now() + OFTEN);
    }

    /// A look took so long.
    pub(super) fn looked(&mut self, stirs: bool, cost: Duration) {
        (self.count, self.last) = (self.count + 1, Instant::now());
        let rest = SOON.get(self.count).copied().unwrap_or(OFTEN);
        self.due = stirs.then(|| self.last + rest.max(cost * REST));
    }
}
