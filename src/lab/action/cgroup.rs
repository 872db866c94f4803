//! Verbs of the cgroup family. A group is named by its path below
//! `/sys/fs/cgroup`: `demo`, `demo/inner`. Limits have the names of cgroup v2;
//! on v1 they are translated.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::critic::Critic;
use super::host;
use super::table::{family, outlines};
use super::verb::Leaves;

family! { ($)
    /// Makes a control group.
    "cgroup" Cgroup(Cgroup),
    /// Sets limits of a control group.
    "limit" Limit(Limit),
    /// Moves a process into a control group.
    "attach" Attach(Attach),
    /// Uses memory, CPU time or processes.
    "load" Load(Load),
    /// Stops the processes of a control group.
    "freeze" Freeze(Freeze),
    /// Lets them go on.
    "thaw" Thaw(Thaw),
    /// Kills the processes of a control group.
    "kill_group" KillGroup(KillGroup),
    /// Removes a control group.
    "remove_group" RemoveGroup(RemoveGroup),
}

outlines! { |a|
    Cgroup { leaves: Leaves::Group(&a.name) } => judge,
    Limit {} => judge,
    Attach {} => judge,
    Load { tool: Some("load"), leaves: Leaves::Program(&a.name) },
    Freeze {} => judge,
    Thaw {} => judge,
    KillGroup {} => judge,
    RemoveGroup {} => judge,
}

/// Limits of a group, each as it is written to its file; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The most memory, in bytes or as `50M`; `max` for no limit.
    #[serde(rename = "memory.max", skip_serializing_if = "Option::is_none")]
    pub memory_max: Option<String>,
    /// The memory above which the group is slowed and reclaimed from (v2 only).
    #[serde(rename = "memory.high", skip_serializing_if = "Option::is_none")]
    pub memory_high: Option<String>,
    /// The most swap (v2 only).
    #[serde(rename = "memory.swap.max", skip_serializing_if = "Option::is_none")]
    pub swap_max: Option<String>,
    /// The CPU time in each period, both in microseconds: `50000 100000`.
    #[serde(rename = "cpu.max", skip_serializing_if = "Option::is_none")]
    pub cpu_max: Option<String>,
    /// The share of a busy CPU, 1 to 10000; 100 where nothing is said.
    #[serde(rename = "cpu.weight", skip_serializing_if = "Option::is_none")]
    pub cpu_weight: Option<u32>,
    /// The CPUs that may be used: `0`, `0-1`.
    #[serde(rename = "cpuset.cpus", skip_serializing_if = "Option::is_none")]
    pub cpus: Option<String>,
    /// What a device may be asked for, `MAJOR:MINOR wbps=1048576` (v2 only).
    #[serde(rename = "io.max", skip_serializing_if = "Option::is_none")]
    pub io_max: Option<String>,
    /// The most processes and threads.
    #[serde(rename = "pids.max", skip_serializing_if = "Option::is_none")]
    pub pids_max: Option<String>,
}

impl Limits {
    /// The limits that are given, by their v2 names, in the order in which they are written.
    pub fn said(&self) -> Vec<(&'static str, String)> {
        let weight = self.cpu_weight.map(|weight| weight.to_string());
        let all = [
            ("cpuset.cpus", &self.cpus),
            ("memory.max", &self.memory_max),
            ("memory.high", &self.memory_high),
            ("memory.swap.max", &self.swap_max),
            ("cpu.max", &self.cpu_max),
            ("cpu.weight", &weight),
            ("io.max", &self.io_max),
            ("pids.max", &self.pids_max),
        ];
        let said = all.into_iter();
        said.filter_map(|(name, value)| Some((name, value.clone()?)))
            .collect()
    }
}

/// The v1 form of a limit: the controller, and its files with their values. `None` if v1 has none.
pub fn legacy(name: &str, value: &str) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    Some(match name {
        "memory.max" => ("memory", vec![("memory.limit_in_bytes", old_limit(value))]),
        "cpu.max" => {
            let (quota, period) = value.split_once(' ').unwrap_or((value, "100000"));
            let period = ("cpu.cfs_period_us", period.to_owned());
            ("cpu", vec![period, ("cpu.cfs_quota_us", old_limit(quota))])
        }
        "cpu.weight" => {
            // 100 (v2) and 1024 (v1) are the defaults.
            let shares = value.parse::<u64>().ok()? * 1024 / 100;
            ("cpu", vec![("cpu.shares", shares.to_string())])
        }
        "cpuset.cpus" => ("cpuset", vec![("cpuset.cpus", value.to_owned())]),
        "pids.max" => ("pids", vec![("pids.max", value.to_owned())]),
        _ => return None,
    })
}

/// A limit as version 1 writes it.
fn old_limit(value: &str) -> String {
    if value == "max" { "-1" } else { value }.to_owned()
}

/// Makes a control group, with limits. Example: `cgroup: {name: demo, limits: {memory.max: 50M}}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cgroup {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// Its path below `/sys/fs/cgroup`.
    pub name: String,
    /// Its limits.
    #[serde(default)]
    pub limits: Limits,
}

impl Cgroup {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.group("name", &self.name);
    }
}

/// Sets limits of a control group. Example: `limit: {group: demo, limits: {pids.max: "10"}}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The group.
    pub group: String,
    /// The limits.
    pub limits: Limits,
}

impl Limit {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.group("group", &self.group);
    }
}

/// Moves a process into a control group, by writing its number to
/// `cgroup.procs`. Example: `attach: {in: box, group: demo}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attach {
    /// The actor that does it; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The group.
    pub group: String,
    /// The program that is moved, by the name that `spawn` or `load` gave it;
    /// the actor's own shell where it is left out.
    #[serde(default)]
    pub program: Option<String>,
}

impl Attach {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.group("group", &self.group);
        if let Some(program) = &self.program {
            critic.program(program);
        }
    }
}

/// What a load uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Use {
    /// Memory that is written to.
    Memory(Fill),
    /// Page cache: files of the machine's programs are read.
    Cache(Fill),
    /// CPU time.
    Cpu(Spin),
    /// Processes that sleep, so many.
    Fork(u32),
}

/// Memory, a MiB after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    /// How many MiB.
    pub mib: u32,
    /// How many of them in a second, so that a gauge can be seen to climb.
    #[serde(default = "Fill::rate")]
    pub rate: u32,
}

impl Fill {
    /// The rate where none is said, as `load` has it too.
    pub const RATE: u32 = 100;

    fn rate() -> u32 {
        Self::RATE
    }

    /// The arguments for `load`; the default rate is left out.
    fn words(&self) -> (u32, Option<u32>) {
        (self.mib, (self.rate != Self::RATE).then_some(self.rate))
    }
}

/// Threads that do nothing but count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spin {
    /// How many.
    pub threads: u32,
    /// The processor that they all stay on; any where it is left out.
    #[serde(default)]
    pub on: Option<u32>,
}

/// Uses memory, CPU time or processes, in the background, in the group of the
/// actor's shell; after a quarter of an hour it stops by itself.
/// Example: `load: {in: box, name: hog, use: {memory: {mib: 80}}}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// A name for the program, for `attach`, `signal` and `wait`.
    pub name: String,
    /// What it uses.
    #[serde(rename = "use")]
    pub what: Use,
}

impl Load {
    /// The command that starts it: isolab's own `load`.
    pub fn program(&self) -> Vec<String> {
        let (kind, (amount, more)) = match &self.what {
            Use::Memory(fill) => ("memory", fill.words()),
            Use::Cache(fill) => ("cache", fill.words()),
            Use::Cpu(spin) => ("cpu", (spin.threads, spin.on)),
            Use::Fork(n) => ("fork", (*n, None)),
        };
        let mut words = vec!["load".to_owned(), kind.to_owned(), amount.to_string()];
        words.extend(more.map(|more| more.to_string()));
        words
    }
}

/// Stops all processes of a control group where they are. Example: `freeze: {group: demo}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The group.
    pub group: String,
}

impl Freeze {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.group("group", &self.group);
    }
}

/// Lets them go on. Example: `thaw: {group: demo}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Thaw {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The group.
    pub group: String,
}

impl Thaw {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.group("group", &self.group);
    }
}

/// Kills all processes of a control group: by one write on v2, one by one on
/// v1. Example: `kill_group: {group: demo}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KillGroup {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The group.
    pub group: String,
}

impl KillGroup {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.group("group", &self.group);
    }
}

/// Removes a control group, which must be empty. Example: `remove_group: {group: demo}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveGroup {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The group.
    pub group: String,
}

impl RemoveGroup {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.group("group", &self.group);
    }
}
