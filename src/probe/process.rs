//! Processes: the tree below the lab host's init, and which process is an actor's face.

mod descriptor;
mod memory;
mod status;
mod stir;

pub use descriptor::Open;
pub use memory::Memory;
use memory::read_with_children;
use status::{Status, status};
pub use stir::Stir;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::os::fd::BorrowedFd;
use std::time::Duration;

use crate::snapshot::{Actor, NamespaceKind, Namespaces, Process, ProcessState};
use crate::sys::{SysError, file};

/// How long a program must run in the foreground to count as "this shell".
const LONG_LIVED: Duration = Duration::from_millis(200);

/// What `/proc/PID/{stat,status}` tell about a process.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    /// Its pid in the reader's pid namespace.
    pub outer: i64,
    /// Its pids from the lab host's pid namespace inwards.
    pub pids: Vec<i64>,
    /// The pid of its parent in the reader's pid namespace.
    pub parent: i64,
    /// The command name.
    pub name: String,
    /// What it is doing.
    pub state: ProcessState,
    /// Its process group.
    pub group: i64,
    /// The foreground process group of its terminal; -1 without a terminal.
    pub foreground: i64,
    /// Its start time, in clock ticks since boot.
    pub started: u64,
    /// Its namespaces; all 0 for a zombie, and for init if the reader may not look.
    pub ns: Namespaces,
    /// Whether it has not been on a CPU since the last reading.
    pub rested: bool,
    /// Whether its parent has changed since it was first seen.
    pub orphan: bool,
    /// The namespaces that it has open.
    pub open: Vec<Open>,
    status: Status,
}

impl Raw {
    /// Its pid in the lab host.
    pub fn pid(&self) -> i64 {
        self.pids.first().copied().unwrap_or(0)
    }

    /// Whether it is a shell with job control: such a shell ignores SIGTTOU, to take the terminal
    /// back from a job (tcsetpgrp(3)).
    pub fn controls_jobs(&self) -> bool {
        self.status.ignored & (1 << (libc_sigttou() - 1)) != 0
    }

    /// Whether it is a zombie or dead (state Z or X).
    fn has_ended(&self) -> bool {
        matches!(self.state, ProcessState::Zombie | ProcessState::Dead)
    }

    fn age(&self) -> Duration {
        let ticks = crate::sys::process::clock_ticks().max(1);
        let now = crate::sys::process::since_boot();
        now.saturating_sub(Duration::from_millis(self.started * 1000 / ticks))
    }

    /// Fills in the facts of a face.
    pub fn tell(&self, actor: &mut Actor) {
        actor.pid = self.pid();
        actor.outer_pid = self.outer;
        actor.pids.clone_from(&self.pids);
        actor.name.clone_from(&self.name);
        (actor.uid, actor.gid) = (self.status.uid, self.status.gid);
        actor.no_new_privs = self.status.no_new_privs;
        actor.capabilities = super::capability::named(self.status.capabilities);
    }

    /// Its seccomp mode, 0 for none (seccomp(2)). A filter around the whole lab host does not
    /// count.
    pub fn seccomp(&self, init: Option<&Self>) -> i64 {
        let around = init.map_or(0, |init| init.status.filters);
        if self.status.filters > around || self.status.seccomp != FILTER {
            self.status.seccomp
        } else {
            0
        }
    }

    /// Reads one process.
    pub fn read(proc: BorrowedFd<'_>, pid: i64) -> Option<Self> {
        read(proc, pid)
    }

    /// Its ids and rights.
    pub fn identity(&self) -> Identity {
        let [inheritable, permitted, effective, bounding, _] = self.status.capabilities;
        let (uid, gid, no_new_privs) = (self.status.uid, self.status.gid, self.status.no_new_privs);
        Identity {
            uid,
            gid,
            inheritable,
            permitted,
            effective,
            bounding,
            no_new_privs,
            seccomp_filters: self.status.filters,
        }
    }

    /// The process as a fact.
    pub fn fact(&self, table: &Table) -> Process {
        Process {
            pid: self.pid(),
            outer_pid: self.outer,
            pids: self.pids.clone(),
            parent: table.get(self.parent).map_or(0, Self::pid),
            name: self.name.clone(),
            state: self.state,
            uid: self.status.uid,
            orphan: self.orphan,
        }
    }
}

/// Ids as the reader's user namespace maps them, and capability masks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each field is that of /proc/PID/status")]
pub struct Identity {
    pub uid: i64,
    pub gid: i64,
    pub inheritable: u64,
    pub permitted: u64,
    pub effective: u64,
    pub bounding: u64,
    pub no_new_privs: bool,
    pub seccomp_filters: i64,
}

/// `SECCOMP_MODE_FILTER` of linux/seccomp.h.
const FILTER: i64 = 2;

fn libc_sigttou() -> i32 {
    crate::sys::process::signal_number("TTOU").unwrap_or(22)
}

/// All processes of the lab host.
#[derive(Debug, Default)]
pub struct Table {
    /// The pids, parents before their children.
    order: Vec<i64>,
    by_outer: BTreeMap<i64, Raw>,
}

impl Table {
    /// Reads the tree below `init`.
    pub fn read(proc: BorrowedFd<'_>, init: i64, memory: &mut Memory) -> Self {
        let mut table = Self::default();
        table.grow(init, |pid, parent| memory.read(proc, pid, parent));
        memory.forget_others(&table.by_outer);
        // The pids of levels outside the lab host are the machine's: drop them.
        let level = table
            .get(init)
            .map_or(0, |raw| raw.pids.len().saturating_sub(1));
        for raw in table.by_outer.values_mut() {
            raw.pids.drain(..level.min(raw.pids.len()));
        }
        table.overlook_the_lens();
        table
    }

    /// What a process outside the lab host has stopped for a moment, the lens, runs as far as the
    /// lab host is concerned.
    fn overlook_the_lens(&mut self) {
        let traced = self.all().filter(|raw| raw.state == ProcessState::Traced);
        let outside = traced.filter(|raw| !self.by_outer.contains_key(&raw.status.tracer));
        let pids: Vec<i64> = outside.map(|raw| raw.outer).collect();
        for pid in pids {
            if let Some(raw) = self.by_outer.get_mut(&pid) {
                raw.state = ProcessState::Running;
            }
        }
    }

    /// Reads the trees below some shells, and the foreground processes of their terminals, from the
    /// lab host's own proc.
    pub fn below(proc: BorrowedFd<'_>, shells: &[i64]) -> Self {
        let mut table = Self::default();
        for shell in shells {
            table.grow(*shell, |pid, _| read_with_children(proc, pid));
            if let Some(group) = table.get(*shell).map(|raw| raw.foreground) {
                table.grow(group, |pid, _| read_with_children(proc, pid));
            }
        }
        table
    }

    /// Adds a process and everything below it that is missing; `read` gets its pid and its
    /// parent's.
    fn grow(&mut self, root: i64, mut read: impl FnMut(i64, i64) -> Option<(Raw, Vec<i64>)>) {
        let mut open = VecDeque::from([(root, 0)]);
        while let Some((pid, parent)) = open.pop_front() {
            if self.by_outer.contains_key(&pid) {
                continue;
            }
            let Some((raw, children)) = read(pid, parent) else {
                continue;
            };
            self.order.push(pid);
            self.by_outer.insert(pid, raw);
            open.extend(children.into_iter().map(|child| (child, pid)));
        }
    }

    /// All processes, parents before their children.
    pub fn all(&self) -> impl Iterator<Item = &Raw> {
        self.order.iter().filter_map(|pid| self.by_outer.get(pid))
    }

    /// The pids, in the reader's pid namespace, of those that have not ended.
    pub fn living(&self) -> Vec<i64> {
        let living = self.all().filter(|raw| !raw.has_ended());
        living.map(|raw| raw.outer).collect()
    }

    /// The pids, in the reader's pid namespace, of zombies.
    pub fn zombies(&self) -> BTreeSet<i64> {
        let ended = self.all().filter(|raw| raw.has_ended());
        ended.map(|raw| raw.outer).collect()
    }

    /// The process with this pid in the reader's pid namespace.
    pub fn get(&self, outer: i64) -> Option<&Raw> {
        self.by_outer.get(&outer)
    }

    /// The process with this pid in the lab host.
    pub fn by_inner(&self, pid: i64) -> Option<&Raw> {
        self.all().find(|raw| raw.pid() == pid)
    }

    /// The face of the pane that this shell belongs to, and the time until it may change without an
    /// event. The face is the terminal's foreground process or, while that is a short-lived
    /// program, its nearest ancestor that is not.
    pub fn face<'a>(&'a self, shell: &'a Raw) -> (&'a Raw, Option<Duration>) {
        let Some(mut process) = self.foreground(shell) else {
            return (shell, None);
        };
        let mut ripens = None;
        while process.outer != shell.outer {
            let age = process.age();
            if process.controls_jobs() || age >= LONG_LIVED {
                return (process, ripens);
            }
            ripens = Some(LONG_LIVED.checked_sub(age).unwrap_or_default());
            // The parent of an orphan is init, which is nobody's shell.
            match self.get(process.parent) {
                Some(parent) if parent.pids != [1] => process = parent,
                _ => break,
            }
        }
        (shell, ripens)
    }

    fn foreground(&self, shell: &Raw) -> Option<&Raw> {
        let group = shell.foreground;
        self.get(group)
            .or_else(|| self.all().find(|raw| raw.group == group))
    }
}

/// The children of all threads of a process (`/proc/PID/task/TID/children`, `proc_tid_children(5)`).
fn children(proc: BorrowedFd<'_>, pid: i64, threads: i64) -> Vec<i64> {
    let threads = match threads {
        1 => vec![pid.to_string()],
        _ => file::names(proc, &format!("{pid}/task")).unwrap_or_default(),
    };
    let lists = threads
        .iter()
        .filter_map(|tid| file::read(proc, &format!("{pid}/task/{tid}/children")).ok());
    lists
        .flat_map(|list| numbers(&String::from_utf8_lossy(&list)))
        .collect()
}

fn numbers(text: &str) -> Vec<i64> {
    text.split_ascii_whitespace()
        .filter_map(|n| n.parse().ok())
        .collect()
}

/// A file of a process, as text.
pub fn text(proc: BorrowedFd<'_>, pid: i64, name: &str) -> Result<String, SysError> {
    let bytes = file::read(proc, &format!("{pid}/{name}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A file of a process that fits into a page, as text.
fn page(proc: BorrowedFd<'_>, pid: i64, name: &str) -> Result<String, SysError> {
    file::read_page(proc, &format!("{pid}/{name}"))
        .map(|b| String::from_utf8_lossy(&b).into_owned())
}

/// The target of a link of a process.
pub fn link(proc: BorrowedFd<'_>, pid: i64, name: &str) -> Result<String, SysError> {
    file::read_link(proc, &format!("{pid}/{name}"))
}

fn read(proc: BorrowedFd<'_>, pid: i64) -> Option<Raw> {
    finish(proc, pid, status(&page(proc, pid, "status").ok()?)?)
}

/// Reads what `status` does not tell.
fn finish(proc: BorrowedFd<'_>, pid: i64, status: Status) -> Option<Raw> {
    let mut raw = stat(&page(proc, pid, "stat").ok()?)?;
    raw.pids.clone_from(&status.pids);
    raw.status = status;
    for kind in NamespaceKind::ALL {
        let link = link(proc, pid, &format!("ns/{}", kind.name()));
        let inode = super::namespace::inode(&link.unwrap_or_default());
        raw.ns.set(kind, inode);
    }
    raw.open = descriptor::namespaces(proc, pid);
    Some(raw)
}

/// Parses a line of `/proc/PID/stat`, `proc_pid_stat(5)`. The name may contain anything, even
/// spaces and brackets.
pub fn stat(line: &str) -> Option<Raw> {
    let (open, close) = (line.find('(')?, line.rfind(')')?);
    let rest: Vec<&str> = line.get(close + 1..)?.split_ascii_whitespace().collect();
    Some(Raw {
        outer: line.get(..open)?.trim().parse().ok()?,
        name: line.get(open + 1..close)?.to_owned(),
        state: ProcessState::of(rest.first()?),
        parent: number(&rest, 1)?,
        group: number(&rest, 2)?,
        foreground: number(&rest, 5)?,
        started: number(&rest, 19)?.unsigned_abs(),
        ..Raw::default()
    })
}

/// The number that stands at some place among words.
fn number(words: &[&str], at: usize) -> Option<i64> {
    words.get(at).and_then(|word| word.parse().ok())
}

/// Whether a process is in the foreground of its terminal and waits for input: it sleeps in read(2)
/// of its standard input, or in poll(2), select(2) or the like (`/proc/PID/syscall`,
/// `proc_pid_syscall(5)`).
pub fn waits_for_input(proc: BorrowedFd<'_>, raw: &Raw) -> bool {
    if raw.group != raw.foreground || raw.state != ProcessState::Sleeping {
        return false;
    }
    let line = page(proc, raw.outer, "syscall").unwrap_or_default();
    let mut words = line.split_ascii_whitespace();
    let call = words.next().and_then(|n| n.parse::<i64>().ok());
    call.is_some_and(|n| crate::sys::process::is_wait_for_input(n, words.next() == Some("0x0")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_brackets_and_spaces() {
        let line = "42 (a) b (c) S 1 42 42 34816 43 4194304 1 2 3 4 5 6 7 8 20 0 1 0 12345 6 7";
        let raw = stat(line).unwrap_or_default();
        assert_eq!(
            (raw.outer, raw.name.as_str(), raw.state),
            (42, "a) b (c", ProcessState::Sleeping)
        );
        assert_eq!(
            (raw.parent, raw.group, raw.foreground, raw.started),
            (1, 42, 43, 12345)
        );
    }

    #[test]
    fn a_line_cut_off_is_no_process() {
        assert!(stat("42 (a").is_none());
        assert!(stat("42 (a) S 1").is_none());
    }
}
