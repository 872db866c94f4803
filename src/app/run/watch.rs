//! When a snapshot is begun: a clock that is told what time it is.

use std::time::{Duration, Instant};

/// The rest between two snapshots that only changes ask for, in times of what
/// the last one took: so however much there is to read, most of the time is left.
const REST: u32 = 8;
/// The shortest rest.
const SHORTEST: Duration = Duration::from_millis(4);
/// The longest rest.
const LONGEST: Duration = Duration::from_millis(500);

/// How often counters are read of which no event tells.
const TICK: Duration = Duration::from_millis(200);

/// How much a snapshot is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Want {
    /// Not at all: nothing changed since the last one was begun.
    Nothing,
    /// Something changed; a rest may come first.
    Change,
    /// The session waits for it.
    Asked,
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing.
    Nothing,
    /// Look again after this time.
    Rest(Duration),
    /// Take a snapshot; it is under way from now on.
    Snapshot,
}

/// The snapshots of a run: what is wanted, and what is under way.
#[derive(Debug)]
pub(super) struct Watch {
    want: Want,
    /// A snapshot is under way.
    observing: bool,
    /// A rest between two snapshots is under way.
    resting: bool,
    /// How many snapshots were begun.
    begun: u64,
    /// The number of the last one that came back.
    done: u64,
    /// When that was.
    last: Instant,
    /// The CPU time that it took.
    cost: Duration,
}

impl Watch {
    /// No snapshot is wanted yet.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            want: Want::Nothing,
            observing: false,
            resting: false,
            begun: 0,
            done: 0,
            last: now,
            cost: Duration::ZERO,
        }
    }

    /// A new lab host: what is wanted and under way is about the old one.
    pub(super) fn begin(&mut self) {
        (self.observing, self.resting) = (false, false);
        self.want = Want::Nothing;
    }

    /// Something changed in the lab host.
    pub(super) fn change(&mut self) {
        self.want = self.want.max(Want::Change);
    }

    /// Somebody waits for a snapshot that is begun from now on; its number.
    pub(super) fn ask(&mut self) -> u64 {
        self.want = Want::Asked;
        self.begun + 1
    }

    /// Whether somebody waits for a snapshot that is not begun yet.
    pub(super) fn is_asked(&self) -> bool {
        self.want == Want::Asked
    }

    /// Whether a snapshot is under way.
    pub(super) fn is_observing(&self) -> bool {
        self.observing
    }

    /// Whether a snapshot with this number, or a later one, has come back.
    pub(super) fn has_come(&self, number: u64) -> bool {
        number <= self.done
    }

    /// What is to be done at a time. Who asked is not kept waiting by a rest.
    pub(super) fn look(&mut self, now: Instant) -> Due {
        if self.observing || self.want == Want::Nothing {
            return Due::Nothing;
        }
        let rest = (self.cost * REST).clamp(SHORTEST, LONGEST);
        let left = rest.saturating_sub(now.saturating_duration_since(self.last));
        if self.want == Want::Change && !left.is_zero() {
            let rests = std::mem::replace(&mut self.resting, true);
            return if rests { Due::Nothing } else { Due::Rest(left) };
        }
        self.observing = true;
        self.begun += 1;
        self.want = Want::Nothing;
        Due::Snapshot
    }

    /// The rest is over.
    pub(super) fn rested(&mut self) {
        self.resting = false;
    }

    /// The snapshot that is under way has come back, and took so much CPU time.
    pub(super) fn came(&mut self, now: Instant, cost: Duration) {
        self.observing = false;
        self.done = self.begun;
        (self.last, self.cost) = (now, cost);
    }

    /// When counters of which no event tells are read again; not while a snapshot is
    /// under way or wanted, which reads them as well.
    pub(super) fn tick(&self) -> Option<Instant> {
        let idle = !self.observing && self.want == Want::Nothing;
        idle.then(|| self.last + TICK)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Due, Watch};

    /// A clock that stands still until it is moved.
    struct Clock(Instant);

    impl Clock {
        fn after(&self, ms: u64) -> Instant {
            self.0 + Duration::from_millis(ms)
        }
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// One that has taken a snapshot of this cost, which came back at 0.
    fn watched(cost: Duration) -> (Watch, Clock) {
        let clock = Clock(Instant::now());
        let mut watch = Watch::new(clock.0);
        watch.ask();
        assert_eq!(watch.look(clock.0), Due::Snapshot);
        watch.came(clock.0, cost);
        (watch, clock)
    }

    #[test]
    fn nothing_is_done_that_nobody_wants() {
        let (mut watch, clock) = watched(ms(1));
        assert_eq!(watch.look(clock.after(10_000)), Due::Nothing);
    }

    #[test]
    fn a_change_waits_eight_times_what_the_last_snapshot_took_and_no_millisecond_more() {
        let (mut watch, clock) = watched(ms(5));
        watch.change();
        assert_eq!(watch.look(clock.after(1)), Due::Rest(ms(39)));
        // One rest is enough.
        assert_eq!(watch.look(clock.after(2)), Due::Nothing);
        watch.rested();
        assert_eq!(watch.look(clock.after(39)), Due::Rest(ms(1)));
        watch.rested();
        assert_eq!(watch.look(clock.after(40)), Due::Snapshot);
    }

    #[test]
    fn a_rest_is_neither_shorter_nor_longer_than_its_limits() {
        for (cost, rest) in [(0, 4), (1, 8), (62, 496), (63, 500), (10_000, 500)] {
            let (mut watch, clock) = watched(ms(cost));
            watch.change();
            assert_eq!(watch.look(clock.after(0)), Due::Rest(ms(rest)), "{cost} ms");
        }
    }

    #[test]
    fn who_asks_is_not_kept_waiting_by_a_rest() {
        let (mut watch, clock) = watched(ms(50));
        watch.change();
        assert_eq!(watch.look(clock.after(1)), Due::Rest(ms(399)));
        let number = watch.ask();
        assert!(watch.is_asked());
        assert_eq!(watch.look(clock.after(2)), Due::Snapshot);
        assert!(!watch.is_asked() && !watch.has_come(number));
        watch.came(clock.after(9), ms(1));
        assert!(watch.has_come(number));
        // The rest of before ends without harm.
        watch.rested();
        assert_eq!(watch.look(clock.after(400)), Due::Nothing);
    }

    #[test]
    fn who_asks_gets_a_snapshot_that_is_begun_afterwards() {
        let (mut watch, clock) = watched(ms(1));
        watch.change();
        assert_eq!(watch.look(clock.after(8)), Due::Snapshot);
        let number = watch.ask();
        assert_eq!(watch.look(clock.after(9)), Due::Nothing);
        watch.came(clock.after(10), ms(1));
        assert!(!watch.has_come(number) && watch.is_asked());
        assert_eq!(watch.look(clock.after(10)), Due::Snapshot);
        watch.came(clock.after(11), ms(1));
        assert!(watch.has_come(number));
    }

    #[test]
    fn what_changes_while_a_snapshot_is_taken_wants_another_one() {
        let (mut watch, clock) = watched(ms(1));
        watch.change();
        assert_eq!(watch.look(clock.after(8)), Due::Snapshot);
        watch.change();
        assert_eq!(watch.look(clock.after(9)), Due::Nothing);
        watch.came(clock.after(10), ms(1));
        assert_eq!(watch.look(clock.after(10)), Due::Rest(ms(8)));
    }

    #[test]
    fn counters_are_read_five_times_a_second_while_nothing_else_is() {
        let (mut watch, clock) = watched(ms(1));
        assert_eq!(watch.tick(), Some(clock.after(200)));
        watch.change();
        assert_eq!(watch.tick(), None);
        assert_eq!(watch.look(clock.after(8)), Due::Snapshot);
        assert_eq!(watch.tick(), None);
        watch.came(clock.after(12), ms(1));
        assert_eq!(watch.tick(), Some(clock.after(212)));
    }

    #[test]
    fn a_new_lab_host_waits_for_nothing_of_the_old_one() {
        let (mut watch, clock) = watched(ms(50));
        watch.change();
        assert_eq!(watch.look(clock.after(1)), Due::Rest(ms(399)));
        watch.ask();
        assert_eq!(watch.look(clock.after(2)), Due::Snapshot);
        let number = watch.ask();
        watch.begin();
        assert_eq!(watch.look(clock.after(3)), Due::Nothing);
        // It rests anew: the rest of before was about the old one.
        watch.change();
        assert_eq!(watch.look(clock.after(3)), Due::Rest(ms(397)));
        watch.ask();
        assert_eq!(watch.look(clock.after(4)), Due::Snapshot);
        watch.came(clock.after(5), ms(1));
        assert!(watch.has_come(number));
    }
}
