//! What the control groups used a short while ago: for curves and rates.

use std::collections::{BTreeMap, VecDeque};

use crate::snapshot::Snapshot;

/// How many points of a curve are kept.
const POINTS: usize = 40;
/// The shortest time between two points, in milliseconds.
const APART: u64 = 150;
/// How far back a rate looks, in milliseconds.
const SPAN: u64 = 1_000;

/// A group at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    /// Milliseconds since the lab began.
    at: u64,
    memory: i64,
    cpu: i64,
}

/// The points of each group, the newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    groups: BTreeMap<String, VecDeque<Point>>,
}

impl History {
    /// Keeps what the groups use now; `at` is in milliseconds since the lab began.
    pub fn record(&mut self, at: u64, now: &Snapshot) {
        self.groups.retain(|name, _| now.cgroups.contains_key(name));
        for (name, group) in &now.cgroups {
            let points = self.groups.entry(name.clone()).or_default();
            if points.back().is_some_and(|last| at < last.at + APART) {
                continue;
            }
            points.push_back(Point {
                at,
                memory: group.memory.current,
                cpu: group.cpu.usage_usec,
            });
            if points.len() > POINTS {
                points.pop_front();
            }
        }
    }

    /// A group's memory in use, in bytes, the newest last.
    pub(super) fn memory(&self, group: &str) -> Vec<i64> {
        let points = self.groups.get(group).into_iter().flatten();
        points.map(|point| point.memory).collect()
    }

    /// Its CPU time in percent of one CPU over the last second.
    pub(super) fn cpu_percent(&self, group: &str) -> Option<i64> {
        let points = self.groups.get(group)?;
        let last = points.back()?;
        let first = points.iter().find(|point| point.at + SPAN >= last.at)?;
        let time = i64::try_from(last.at.checked_sub(first.at)?).ok()?;
        // Microseconds in milliseconds are tenths of percents.
        (time > 0).then(|| (last.cpu - first.cpu) / time / 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Cgroup, Cpu};

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
    }
}
