//! The recent usage of the control groups, for curves, rates and flashes.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::snapshot::{Cgroup, Snapshot};
use crate::word;

/// How many points of a curve are kept.
const POINTS: usize = 40;
/// The shortest time between two points, in milliseconds.
const APART: u64 = 150;
/// How far back a rate looks, in milliseconds.
const SPAN: u64 = 1_000;
/// How long a flash lasts, in milliseconds.
const FLASH: u64 = 1_000;
/// How long a mishap must not have happened until it flashes again, in milliseconds.
const QUIET: u64 = 2_000;

/// An event in a control group that the kernel counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mishap {
    /// A process was killed for memory.
    Killed,
    /// The memory limit was hit.
    AtTheLimit,
    /// The group was throttled: its CPU time was used up.
    Throttled,
    /// A fork was refused.
    Refused,
}

impl Mishap {
    const ALL: [Self; 4] = [
        Self::Killed,
        Self::AtTheLimit,
        Self::Throttled,
        Self::Refused,
    ];

    /// How often it happened.
    pub(super) fn count(self, group: &Cgroup) -> i64 {
        match self {
            Self::Killed => group.memory.oom_kills,
            Self::AtTheLimit => group.memory.hits,
            Self::Throttled => group.cpu.throttled_count,
            Self::Refused => group.pids.refused,
        }
    }

    /// In a word or two.
    pub(super) fn word(self) -> String {
        match self {
            Self::Killed => word!("cg-killed"),
            Self::AtTheLimit => word!("cg-at-limit"),
            Self::Throttled => word!("cg-throttled"),
            Self::Refused => word!("cg-refused"),
        }
    }
}

/// The usage of a group at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    /// Milliseconds since the lab began.
    at: u64,
    memory: i64,
    cpu: i64,
}

/// How often a mishap was counted and when last, in milliseconds since the lab began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    count: i64,
    last: Option<u64>,
    /// When the flash began.
    flash: Option<u64>,
}

impl Seen {
    fn take(&mut self, at: u64, count: i64) {
        if count > self.count {
            if self.last.is_none_or(|last| at >= last + QUIET) {
                self.flash = Some(at);
            }
            self.last = Some(at);
        }
        self.count = count;
    }
}

/// What is kept of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Past {
    /// The newest last.
    points: VecDeque<Point>,
    seen: BTreeMap<Mishap, Seen>,
}

impl Past {
    fn take(&mut self, at: u64, group: &Cgroup) {
        for mishap in Mishap::ALL {
            let seen = self.seen.entry(mishap).or_default();
            seen.take(at, mishap.count(group));
        }
        if self.points.back().is_some_and(|last| at < last.at + APART) {
            return;
        }
        self.points.push_back(Point {
            at,
            memory: group.memory.current,
            cpu: group.cpu.usage_usec,
        });
        if self.points.len() > POINTS {
            self.points.pop_front();
        }
    }
}

/// The past of each group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    groups: BTreeMap<String, Past>,
    now: u64,
}

impl History {
    /// Records what the groups use now; `at` is in milliseconds since the lab began. Returns
    /// whether the last flash has ended since the call before.
    pub fn record(&mut self, at: u64, now: &Snapshot) -> bool {
        let flashed = self.flash_left().is_some();
        self.now = at;
        self.groups.retain(|name, _| now.cgroups.contains_key(name));
        for (name, group) in &now.cgroups {
            self.groups.entry(name.clone()).or_default().take(at, group);
        }
        flashed && self.flash_left().is_none()
    }

    /// How long until no group flashes any longer; `None` if none does.
    pub fn flash_left(&self) -> Option<Duration> {
        let seen = self.groups.values().flat_map(|past| past.seen.values());
        let end = seen.filter_map(|seen| seen.flash).max()? + FLASH;
        let left = end.checked_sub(self.now)?;
        (left > 0).then(|| Duration::from_millis(left))
    }

    /// Whether a group flashes for a mishap.
    pub(super) fn flashes(&self, group: &str, mishap: Mishap) -> bool {
        let past = self.groups.get(group);
        let flash = past.and_then(|past| past.seen.get(&mishap)?.flash);
        flash.is_some_and(|flash| self.now < flash + FLASH)
    }

    fn points(&self, group: &str) -> impl DoubleEndedIterator<Item = &Point> + Clone {
        let past = self.groups.get(group);
        past.into_iter().flat_map(|past| &past.points)
    }

    /// A group's memory in use, in bytes, the newest last.
    pub(super) fn memory(&self, group: &str) -> Vec<i64> {
        self.points(group).map(|point| point.memory).collect()
    }

    /// Its CPU time in percent of one CPU from point to point, the newest last.
    pub(super) fn cpu(&self, group: &str) -> Vec<i64> {
        let points = self.points(group);
        let pairs = points.clone().zip(points.skip(1));
        pairs.filter_map(|(a, b)| percent(a, b)).collect()
    }

    /// Its CPU time in percent of one CPU over the last second.
    pub(super) fn cpu_percent(&self, group: &str) -> Option<i64> {
        let last = self.points(group).next_back()?;
        let mut points = self.points(group);
        percent(points.find(|point| point.at + SPAN >= last.at)?, last)
    }
}

/// CPU time between two points, in percent: microseconds per millisecond are tenths of a percent.
fn percent(first: &Point, last: &Point) -> Option<i64> {
    let time = i64::try_from(last.at.checked_sub(first.at)?).ok()?;
    (time > 0).then(|| (last.cpu - first.cpu) / time / 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Cpu;

    #[test]
    fn half_a_cpu_is_fifty_percent() {
        let mut history = History::default();
        for at in 0..10u64 {
            let cpu = Cpu {
                usage_usec: i64::try_from(at * 100_000).unwrap(),
                ..Cpu::default()
            };
            let group = Cgroup {
                cpu,
                ..Cgroup::default()
            };
            let mut now = Snapshot::default();
            now.cgroups.insert("demo".to_owned(), group);
            history.record(at * 200, &now);
        }
        assert_eq!(history.cpu_percent("demo"), Some(50));
        assert_eq!(history.cpu_percent("none"), None);
        assert_eq!(history.memory("demo").len(), 10);
        assert_eq!(history.cpu("demo"), [50; 9]);
    }

    #[test]
    fn what_goes_on_flashes_once() {
        let mut history = History::default();
        let mut now = Snapshot::default();
        now.cgroups.insert("demo".to_owned(), Cgroup::default());
        let mut at = |at, refused| {
            now.cgroups.get_mut("demo").unwrap().pids.refused = refused;
            let over = history.record(at, &now);
            (history.flashes("demo", Mishap::Refused), over)
        };
        assert_eq!(at(0, 0), (false, false));
        assert_eq!(at(100, 1), (true, false));
        assert_eq!(at(900, 2), (true, false));
        assert_eq!(
            at(1_200, 3),
            (false, true),
            "it goes on, and flashes no more"
        );
        assert_eq!(at(4_000, 4), (true, false), "after a quiet while it does");
        assert!(history.flash_left().is_some());
    }
}
