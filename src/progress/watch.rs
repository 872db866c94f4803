//! How long a person spends on each step.

use std::time::{Duration, Instant};

/// How much of a time without a sign of the person counts: who reads is there, who is at lunch is
/// not.
pub const BREAK: Duration = Duration::from_secs(5 * 60);

/// A stop watch for each step; one of them runs.
#[derive(Debug)]
pub(super) struct Watch {
    /// When the time was taken last.
    since: Instant,
    /// The step whose watch runs; `None` at the end of the lab.
    here: Option<usize>,
    spent: Vec<Duration>,
}

impl Watch {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            since: now,
            here: None,
            spent: Vec::new(),
        }
    }

    /// The person is on the step `here`; there are `steps` of them.
    pub(super) fn turn(&mut self, now: Instant, here: Option<usize>, steps: usize) {
        self.spent.resize(steps, Duration::ZERO);
        if here != self.here {
            self.sign(now);
            self.here = here;
        }
    }

    /// Counts the time up to a sign of the person, at most `BREAK`.
    pub(super) fn sign(&mut self, now: Instant) {
        let time = now.duration_since(self.since).min(BREAK);
        self.since = now;
        if let Some(spent) = self.here.and_then(|here| self.spent.get_mut(here)) {
            *spent += time;
        }
    }

    /// Sets all times to zero, for another attempt.
    pub(super) fn reset(&mut self) {
        self.spent.fill(Duration::ZERO);
    }

    /// The time on each step so far.
    pub(super) fn spent(&self) -> &[Duration] {
        &self.spent
    }

    /// Whether this is the step whose watch runs.
    pub(super) fn runs(&self, step: usize) -> bool {
        self.here == Some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_has_its_time_and_a_break_counts_five_minutes() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut watch = Watch::new(start);
        watch.turn(at(1), Some(0), 3);
        watch.sign(at(61));
        watch.turn(at(91), Some(1), 3);
        watch.sign(at(91 + 4000));
        watch.turn(at(91 + 4010), Some(0), 3);
        watch.turn(at(91 + 4012), None, 3);
        watch.sign(at(91 + 5000));
        let seconds: Vec<u64> = watch.spent().iter().map(Duration::as_secs).collect();
        assert_eq!(seconds, [92, 310, 0]);
        watch.reset();
        assert_eq!(watch.spent(), [Duration::ZERO; 3]);
    }
}
