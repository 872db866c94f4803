//! How fast a thread makes calls: one that makes too many is let run at full speed for a while.

use std::time::{Duration, Instant};

/// How many calls are counted before the clock is asked.
const COUNT: u64 = 16_384;
/// The same when the thread was too busy before.
const SAMPLE: u64 = 1024;
/// A thread that makes `COUNT` calls in less than this is too busy.
const BUSY: Duration = Duration::from_secs(1);
/// How long it runs before it is looked at again.
pub(super) const REST: Duration = Duration::from_secs(1);

/// The pace of one thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meter {
    since: Instant,
    calls: u64,
    /// How many calls are counted.
    span: u64,
}

impl Meter {
    /// The thread begins.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            since: now,
            calls: 0,
            span: COUNT,
        }
    }

    /// The thread is looked at again, after it was too busy.
    pub(super) fn again(now: Instant) -> Self {
        Self {
            span: SAMPLE,
            ..Self::new(now)
        }
    }

    /// Counts a call; the calls a second if the thread makes too many.
    pub(super) fn count(&mut self) -> Option<u64> {
        self.calls += 1;
        if self.calls < self.span {
            return None;
        }
        self.judge(Instant::now())
    }

    fn judge(&mut self, now: Instant) -> Option<u64> {
        let (calls, took) = (self.calls, now.saturating_duration_since(self.since));
        let scale = u32::try_from(COUNT / self.span).unwrap_or(1);
        *self = Self::new(now);
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
        (took < BUSY / scale).then(|| calls * 1000 / millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(meter: &mut Meter, calls: u64, millis: u64) -> Option<u64> {
        (1..calls).for_each(|_| assert_eq!(meter.count(), None));
        meter.calls += 1;
        meter.judge(meter.since + Duration::from_millis(millis))
    }

    #[test]
    fn who_makes_many_calls_in_a_second_is_too_busy() {
        let mut meter = Meter::new(Instant::now());
        assert_eq!(after(&mut meter, COUNT, 1000), None);
        assert_eq!(after(&mut meter, COUNT, 512), Some(32_000));
    }

    #[test]
    fn who_was_too_busy_is_soon_known_again() {
        let mut meter = Meter::again(Instant::now());
        assert!(after(&mut meter, SAMPLE, 10).is_some());
        let mut meter = Meter::again(Instant::now());
        assert_eq!(after(&mut meter, SAMPLE, 100), None);
    }
}
