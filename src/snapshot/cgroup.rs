//! Control groups: what the files of /sys/fs/cgroup say, by the names of
//! version 2, whichever version there is, cgroups(7).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Stands for "no limit" (`max`): larger than any value.
pub const UNLIMITED: i64 = i64::MAX;

/// The group of all shells at the start.
pub const HOST: &str = "host";

/// The control group hierarchies of the lab host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Hierarchy {
    /// Whether any is mounted.
    pub there: bool,
    /// Whether it is version 2: one hierarchy with all controllers.
    pub unified: bool,
    /// The controllers that groups may have.
    pub controllers: Vec<String>,
    /// The directories of the hierarchies on version 1.
    pub hierarchies: Vec<String>,
}

impl Hierarchy {
    /// The hierarchy from the controllers of version 2 (if it is mounted) and the hierarchies of
    /// version 1.
    pub fn new(controllers: Option<Vec<String>>, hierarchies: Vec<String>) -> Self {
        if let Some(controllers) = controllers {
            return Self {
                there: true,
                unified: true,
                controllers,
                hierarchies: Vec::new(),
            };
        }
        let all = hierarchies.iter().flat_map(|name| name.split(','));
        Self {
            there: !hierarchies.is_empty(),
            unified: false,
            controllers: all.map(str::to_owned).collect(),
            hierarchies,
        }
    }

    /// For a group inside another one on version 2: the file of the outer group that passes
    /// controllers on, and what to write to it (cgroups(7), `cgroup.subtree_control`).
    pub fn passed_on(&self, group: &str) -> Option<(String, String)> {
        let (outer, _) = group.rsplit_once('/').filter(|_| self.unified)?;
        // The controllers that a lab host itself passes on.
        let known = ["memory", "cpu", "pids", "cpuset", "io"];
        let there = self
            .controllers
            .iter()
            .filter(|name| known.contains(&name.as_str()));
        let words: Vec<String> = there.map(|name| format!("+{name}")).collect();
        Some((format!("{outer}/cgroup.subtree_control"), words.join(" ")))
    }

    /// The file that freezes a group or lets it go on, relative to the top, and what is written to
    /// it (`cgroup.freeze`; `freezer.state`).
    pub fn freezing(&self, group: &str, frozen: bool) -> (String, &'static str) {
        let (file, value) = match (self.unified, frozen) {
            (true, true) => ("cgroup.freeze", "1"),
            (true, false) => ("cgroup.freeze", "0"),
            (false, true) => ("freezer.state", "FROZEN"),
            (false, false) => ("freezer.state", "THAWED"),
        };
        let dir = self.dir_with("freezer", group);
        (format!("{dir}/{file}"), value)
    }

    /// The directories of a group, relative to the top: one on version 2, one per hierarchy on
    /// version 1.
    pub fn dirs(&self, group: &str) -> Vec<String> {
        if self.unified {
            return vec![group.to_owned()];
        }
        let hierarchies = self.hierarchies.iter();
        hierarchies
            .map(|hierarchy| format!("{hierarchy}/{group}"))
            .collect()
    }

    /// The directory of a group in the hierarchy with a controller; if none has it, the directory
    /// that it would have.
    pub fn dir_with(&self, controller: &str, group: &str) -> String {
        if self.unified {
            return group.to_owned();
        }
        let mut hierarchies = self.hierarchies.iter();
        let found = hierarchies.find(|all| all.split(',').any(|name| name == controller));
        format!("{}/{group}", found.map_or(controller, String::as_str))
    }
}

/// A control group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Cgroup {
    /// The pids of its processes in the lab host.
    pub processes: Vec<i64>,
    /// The controllers that it has.
    pub controllers: Vec<String>,
    /// Whether all its processes are frozen.
    pub frozen: bool,
    /// Its memory.
    pub memory: Memory,
    /// Its CPU time.
    pub cpu: Cpu,
    /// Its processes and threads.
    pub pids: Pids,
    /// How long some of its processes had to wait (version 2).
    pub pressure: Pressure,
}

impl Cgroup {
    /// A group that has just been made: it has neither limits nor processes.
    pub fn unlimited() -> Self {
        let mut group = Self::default();
        (group.memory.max, group.memory.high) = (UNLIMITED, UNLIMITED);
        (group.pids.max, group.cpu.quota_usec) = (UNLIMITED, UNLIMITED);
        group.cpu.weight = 100;
        group
    }
}

/// `memory.*`, in bytes. A limit of `max` is the largest number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Memory {
    /// Whether the group has the controller.
    pub enabled: bool,
    /// In use now (`memory.current`; `memory.usage_in_bytes`).
    pub current: i64,
    /// The part of it that was read from files (`file` of `memory.stat`; `cache`).
    pub file: i64,
    /// The limit (`memory.max`; `memory.limit_in_bytes`).
    pub max: i64,
    /// The limit above which it is throttled (`memory.high`; none on version 1).
    pub high: i64,
    /// The highest use so far (`memory.peak`; `memory.max_usage_in_bytes`).
    pub peak: i64,
    /// How often the limit was hit (`max` of `memory.events`; `memory.failcnt`).
    pub hits: i64,
    /// How many processes were killed for lack of memory (`oom_kill`).
    pub oom_kills: i64,
}

/// `cpu.*`. Times are in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Cpu {
    /// Whether the group has the controller.
    pub enabled: bool,
    /// The CPU time used so far.
    pub usage_usec: i64,
    /// The CPU time that it may use in each period.
    pub quota_usec: i64,
    /// The period.
    pub period_usec: i64,
    /// Its share of a busy CPU relative to its siblings, on the scale of version 2: 100 by default.
    pub weight: i64,
    /// In how many periods it was throttled because its time was used up.
    pub throttled_count: i64,
    /// How long it was throttled.
    pub throttled_usec: i64,
}

/// `pids.*`: processes and threads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Pids {
    /// Whether the group has the controller.
    pub enabled: bool,
    /// How many there are.
    pub current: i64,
    /// The limit.
    pub max: i64,
    /// How often a fork was refused (`max` of `pids.events`).
    pub refused: i64,
}

/// `*.pressure`: for how many microseconds some process waited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Pressure {
    /// Whether the kernel counts this.
    pub enabled: bool,
    /// For a CPU.
    pub cpu: i64,
    /// For memory.
    pub memory: i64,
}
