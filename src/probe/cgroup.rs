//! Control groups: the files of /sys/fs/cgroup are kept open and read again, because most numbers
//! change without an event. inotify(7) reports new directories and written files; until then an
//! empty group is taken to be unchanged.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use super::process::Table;
use crate::snapshot::cgroup::UNLIMITED;
use crate::snapshot::{Cgroup, Cpu, Hierarchy, Memory, Pids, Pressure};
use crate::sys::SysError;
use crate::sys::cgroup::{self, TOP};
use crate::sys::file;
use crate::sys::inotify::{self, Inotify};

/// The groups of one lab host.
#[derive(Debug, Default)]
pub struct Groups {
    hierarchy: Hierarchy,
    known: BTreeMap<String, Open>,
    inotify: Option<Inotify>,
    /// Whether an inotify watch was refused for lack of room: then everything is read each time.
    blind: Cell<bool>,
    walked: bool,
    /// The number of readings so far.
    readings: u32,
}

/// The open files of a group, by their version 2 names; files of controllers that it does not have
/// are missing.
#[derive(Debug, Default)]
struct Open {
    /// The path of `cgroup.procs` if it must be opened for each reading (version 1).
    procs: Option<String>,
    files: BTreeMap<&'static str, OwnedFd>,
    /// The group as it was last read.
    last: Option<Cgroup>,
}

/// The files of version 2, each with the controller and the name of the same file in version 1, if
/// there is one.
const FILES: [(&str, &str, &str); 17] = [
    ("cgroup.procs", "pids", "cgroup.procs"),
    ("cgroup.events", "freezer", "freezer.state"),
    ("memory.current", "memory", "memory.usage_in_bytes"),
    ("memory.stat", "memory", "memory.stat"),
    ("memory.max", "memory", "memory.limit_in_bytes"),
    ("memory.high", "", ""),
    ("memory.peak", "memory", "memory.max_usage_in_bytes"),
    ("memory.events", "memory", "memory.oom_control"),
    ("memory.failcnt", "memory", "memory.failcnt"),
    ("cpu.stat", "cpu", "cpu.stat"),
    ("cpuacct.usage", "cpuacct", "cpuacct.usage"),
    ("cpu.max", "cpu", "cpu.cfs_quota_us"),
    ("cpu.period", "cpu", "cpu.cfs_period_us"),
    ("cpu.weight", "cpu", "cpu.shares"),
    ("pids.current", "pids", "pids.current"),
    ("pids.max", "pids", "pids.max"),
    ("pids.events", "pids", "pids.events"),
];
/// Files that only version 2 has, whatever controllers are enabled.
const PRESSURE: [&str; 2] = ["cpu.pressure", "memory.pressure"];
/// Every `WHOLE`th reading reads all files, even of groups without processes.
const WHOLE: u32 = 16;
/// The version 2 files whose changes the kernel reports to inotify(7).
const TOLD: [&str; 3] = ["cgroup.events", "memory.events", "pids.events"];

impl Groups {
    /// The descriptor that wakes on changes.
    pub fn event(&self) -> Option<BorrowedFd<'_>> {
        self.inotify.as_ref().map(AsFd::as_fd)
    }

    /// Whether groups may change without an event.
    pub fn is_blind(&self) -> bool {
        self.blind.get()
    }

    /// Reads all groups.
    pub fn read(&mut self, table: &Table) -> (BTreeMap<String, Cgroup>, Hierarchy) {
        let told = self.inotify.as_ref().is_some_and(Inotify::told);
        let told = told || self.blind.take();
        if told || !self.walked || self.inotify.is_none() {
            self.walked = true;
            self.walk();
        }
        self.readings = self.readings.wrapping_add(1);
        let fresh = told || self.readings.is_multiple_of(WHOLE);
        let unified = self.hierarchy.unified;
        let mut groups = BTreeMap::new();
        for (name, open) in &mut self.known {
            groups.insert(name.clone(), open.refresh(unified, table, fresh));
        }
        (groups, self.hierarchy.clone())
    }

    /// Finds all groups and opens their files.
    fn walk(&mut self) {
        self.hierarchy = Hierarchy::new(cgroup::controllers(), cgroup::hierarchies());
        if !self.hierarchy.there {
            return;
        }
        if self.inotify.is_none() {
            self.inotify = self.told_of(Inotify::open());
        }
        let base = self.base();
        let mut found = Vec::new();
        below(&base, "", &mut found);
        if let Some(inotify) = &self.inotify {
            self.told_of(inotify.watch_dir(&base));
        }
        self.known.retain(|name, _| found.contains(name));
        for name in found {
            if !self.known.contains_key(&name) {
                let open = self.open(&name);
                self.known.insert(name, open);
            }
        }
    }

    /// Notes whether a watch was refused for lack of room.
    fn told_of<T>(&self, watched: Result<T, SysError>) -> Option<T> {
        let used_up = watched.as_ref().is_err_and(inotify::is_used_up);
        self.blind.set(self.blind.get() | used_up);
        watched.ok()
    }

    /// The directory below which groups are listed.
    fn base(&self) -> PathBuf {
        Path::new(TOP).join(self.hierarchy.dir_with("pids", ""))
    }

    fn open(&self, name: &str) -> Open {
        let mut files = BTreeMap::new();
        let top = Path::new(TOP);
        for (new, controller, old) in FILES {
            let file = if self.hierarchy.unified { new } else { old };
            if file.is_empty() {
                continue;
            }
            let dir = self.hierarchy.dir_with(controller, name);
            self.open_file(new, &top.join(dir).join(file), &mut files);
        }
        if self.hierarchy.unified {
            for file in PRESSURE {
                self.open_file(file, &top.join(name).join(file), &mut files);
            }
        }
        if let Some(inotify) = &self.inotify {
            for dir in self.hierarchy.dirs(name) {
                self.told_of(inotify.watch_dir(&top.join(dir)));
            }
        }
        let procs = self.base().join(name).join("cgroup.procs");
        let procs = (!self.hierarchy.unified).then(|| procs.display().to_string());
        Open {
            procs,
            files,
            last: None,
        }
    }

    fn open_file(
        &self,
        name: &'static str,
        path: &Path,
        files: &mut BTreeMap<&'static str, OwnedFd>,
    ) {
        if let Ok(fd) = file::open_read(file::here(), &path.to_string_lossy()) {
            files.insert(name, fd);
            if let Some(inotify) = self.inotify.as_ref().filter(|_| TOLD.contains(&name)) {
                self.told_of(inotify.watch_file(path));
            }
        }
    }
}

/// Lists all groups below one, by path.
fn below(base: &Path, name: &str, found: &mut Vec<String>) {
    let dir = base.join(name);
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let child = Path::new(name).join(entry.file_name());
            let child = child.to_string_lossy().into_owned();
            below(base, &child, found);
            found.push(child);
        }
    }
}

/// Parses a limit; `max`, -1 and the huge number of version 1 are all `UNLIMITED`.
fn number(text: &str) -> i64 {
    match text.trim().parse::<i64>() {
        Ok(n) if (0..i64::MAX / 4096 * 4096).contains(&n) => n,
        _ => UNLIMITED,
    }
}

/// The number after a word, as in `oom_kill 3`; 0 if it is missing.
fn field(text: &str, word: &str) -> i64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    line.and_then(count).unwrap_or(0)
}

/// Parses a counter; `None` for a number that no counter can reach.
fn count(text: &str) -> Option<i64> {
    let number = text.trim().parse().ok()?;
    (0..UNLIMITED).contains(&number).then_some(number)
}

impl Open {
    /// The processes in it. On version 1 the kernel keeps a pid list with each open file for a
    /// second, so the file is opened anew (`cgroup_pidlist_start`, kernel/cgroup/cgroup-v1.c).
    fn processes(&self, table: &Table) -> Vec<i64> {
        let fresh = self
            .procs
            .as_ref()
            .map(|path| file::read(file::here(), path).unwrap_or_default());
        let text = match fresh {
            Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            None => self.text("cgroup.procs").unwrap_or_default(),
        };
        let inner = |line: &str| Some(table.get(line.parse().ok()?)?.pid());
        text.lines().filter_map(inner).collect()
    }

    fn text(&self, name: &str) -> Option<String> {
        let fd = self.files.get(name)?;
        let bytes = file::read_at_start(fd.as_fd()).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The counter in a file, if it can be read.
    fn count(&self, name: &str) -> Option<i64> {
        count(&self.text(name)?)
    }

    fn number(&self, name: &str) -> i64 {
        self.text(name).map_or(UNLIMITED, |text| number(&text))
    }

    /// Reads the group. One that is empty and was empty at the last reading is not read: only its
    /// limits could have changed, and inotify(7) reports those.
    fn refresh(&mut self, unified: bool, table: &Table, fresh: bool) -> Cgroup {
        let is_empty = |group: &&Cgroup| group.pids.enabled && group.pids.current == 0;
        let last = self.last.as_ref().filter(is_empty).filter(|_| !fresh);
        if let Some(last) = last
            && self.number("pids.current") == 0
        {
            return last.clone();
        }
        let group = self.read(unified, table);
        self.last = Some(group.clone());
        group
    }

    fn read(&self, unified: bool, table: &Table) -> Cgroup {
        let events = self.text("cgroup.events").unwrap_or_default();
        let mut group = Cgroup {
            processes: self.processes(table),
            frozen: field(&events, "frozen") == 1 || events.trim() == "FROZEN",
            memory: self.memory(unified),
            cpu: self.cpu(unified),
            pids: self.pids(),
            pressure: self.pressure(),
            ..Cgroup::default()
        };
        let has = [
            ("memory", group.memory.enabled),
            ("cpu", group.cpu.enabled),
            ("pids", group.pids.enabled),
        ];
        let has = has.into_iter().filter(|(_, enabled)| *enabled);
        group.controllers = has.map(|(name, _)| name.to_owned()).collect();
        group
    }

    fn memory(&self, unified: bool) -> Memory {
        let events = self.text("memory.events").unwrap_or_default();
        let stat = self.text("memory.stat").unwrap_or_default();
        let current = self.count("memory.current");
        Memory {
            file: field(&stat, if unified { "file" } else { "cache" }),
            enabled: current.is_some(),
            current: current.unwrap_or(0),
            max: self.number("memory.max"),
            high: self.number("memory.high"),
            peak: self.count("memory.peak").unwrap_or(0),
            hits: if unified {
                field(&events, "max")
            } else {
                self.count("memory.failcnt").unwrap_or(0)
            },
            oom_kills: field(&events, "oom_kill"),
        }
    }

    fn cpu(&self, unified: bool) -> Cpu {
        let stat = self.text("cpu.stat").unwrap_or_default();
        let max = self.text("cpu.max").unwrap_or_default();
        let enabled = self.files.contains_key("cpu.weight");
        let throttled_count = field(&stat, "nr_throttled");
        if unified {
            let (quota, period) = max.trim().split_once(' ').unwrap_or(("max", "100000"));
            return Cpu {
                enabled,
                usage_usec: field(&stat, "usage_usec"),
                quota_usec: number(quota),
                period_usec: number(period),
                weight: self.number("cpu.weight"),
                throttled_count,
                throttled_usec: field(&stat, "throttled_usec"),
            };
        }
        // Version 1 counts nanoseconds, and its default weight is 1024 where version 2 has 100.
        let usage = self.count("cpuacct.usage").unwrap_or(0);
        Cpu {
            enabled,
            usage_usec: usage / 1000,
            quota_usec: number(&max),
            period_usec: self.number("cpu.period"),
            weight: self.number("cpu.weight").saturating_mul(100) / 1024,
            throttled_count,
            throttled_usec: field(&stat, "throttled_time") / 1000,
        }
    }

    fn pids(&self) -> Pids {
        let events = self.text("pids.events").unwrap_or_default();
        let current = self.count("pids.current");
        Pids {
            enabled: current.is_some(),
            current: current.unwrap_or(0),
            max: self.number("pids.max"),
            refused: field(&events, "max"),
        }
    }

    fn pressure(&self) -> Pressure {
        // If the kernel does not count pressure, the file exists but cannot be read.
        let some = |name: &str| -> Option<i64> {
            let text = self.text(name)?;
            let (_, total) = text.lines().next()?.split_once("total=")?;
            count(total)
        };
        let [cpu, memory] = PRESSURE.map(some);
        Pressure {
            enabled: cpu.is_some() && memory.is_some(),
            cpu: cpu.unwrap_or(0),
            memory: memory.unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests;
