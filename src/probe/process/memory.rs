//! Remembers processes that sleep, so that they need not be read again.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::{Raw, children, finish, page, status};
use crate::snapshot::ProcessState;
use crate::sys::{file, limit};

/// What was read about processes that have not run since: facts that only the process itself can
/// change still hold.
#[derive(Debug)]
pub struct Memory {
    known: BTreeMap<i64, Known>,
    /// How many descriptors may be kept open for this.
    room: usize,
    /// For each process its start time, and its parent when it was first seen.
    first: BTreeMap<i64, (u64, i64)>,
}

#[derive(Debug)]
struct Known {
    clock: Clock,
    raw: Raw,
    has_children: bool,
}

/// Tells whether a process has been on a CPU, by `/proc/PID/schedstat` (sched-stats in the kernel's
/// documentation). The open file never tells about another process that gets the same pid.
#[derive(Debug)]
pub(super) struct Clock {
    file: OwnedFd,
    said: Vec<u8>,
}

impl Clock {
    pub(super) fn open(proc: BorrowedFd<'_>, pid: i64) -> Option<Self> {
        let file = file::open_read(proc, &format!("{pid}/schedstat")).ok()?;
        let said = file::read_at_start(file.as_fd()).ok()?;
        // A kernel without this statistic shows this for every process.
        (said != b"0 0 0\n").then_some(Self { file, said })
    }

    pub(super) fn stands(&self) -> bool {
        file::read_at_start(self.file.as_fd()).is_ok_and(|said| said == self.said)
    }
}

impl Default for Memory {
    fn default() -> Self {
        // The other half of the limit is for the files of namespaces.
        let room = limit::raise_descriptors() / 2;
        Self {
            known: BTreeMap::new(),
            room,
            first: BTreeMap::new(),
        }
    }
}

impl Memory {
    /// Reads a process; `parent` is its present parent.
    pub(super) fn read(
        &mut self,
        proc: BorrowedFd<'_>,
        pid: i64,
        parent: i64,
    ) -> Option<(Raw, Vec<i64>)> {
        let (mut raw, children) = self.recall_or_read(proc, pid)?;
        raw.parent = parent;
        let first = self.first.entry(pid).or_insert((raw.started, parent));
        if first.0 != raw.started {
            *first = (raw.started, parent);
        }
        raw.orphan = first.1 != parent;
        Some((raw, children))
    }

    fn recall_or_read(&mut self, proc: BorrowedFd<'_>, pid: i64) -> Option<(Raw, Vec<i64>)> {
        if let Some(known) = self.known.get(&pid)
            && known.clock.stands()
        {
            let mut raw = known.raw.clone();
            raw.rested = true;
            // Pid 1 of a namespace adopts orphans even while it sleeps.
            let may_have = known.has_children || raw.pids.last() == Some(&1);
            let list = may_have.then(|| children(proc, pid, 1));
            return Some((raw, list.unwrap_or_default()));
        }
        self.known.remove(&pid);
        // Order: the clock first, so that a process that runs meanwhile is read again next time.
        let clock = (self.known.len() < self.room).then(|| Clock::open(proc, pid));
        let (raw, children) = read_with_children(proc, pid)?;
        if let Some(clock) = clock.flatten()
            && raw.changes_alone()
        {
            let known = Known {
                clock,
                raw: raw.clone(),
                has_children: !children.is_empty(),
            };
            self.known.insert(pid, known);
        }
        Some((raw, children))
    }

    pub(super) fn forget_others(&mut self, there: &BTreeMap<i64, Raw>) {
        self.known.retain(|pid, _| there.contains_key(pid));
        self.first.retain(|pid, _| there.contains_key(pid));
    }
}

impl Raw {
    /// Whether it sleeps and nothing else can change its facts: another process can change the
    /// foreground of a terminal, and other threads run by themselves.
    fn changes_alone(&self) -> bool {
        self.state == ProcessState::Sleeping && self.status.threads == 1 && self.foreground == -1
    }
}

/// Reads a process that is not remembered.
pub(super) fn read_with_children(proc: BorrowedFd<'_>, pid: i64) -> Option<(Raw, Vec<i64>)> {
    let status = status(&page(proc, pid, "status").ok()?)?;
    let children = children(proc, pid, status.threads);
    Some((finish(proc, pid, status)?, children))
}
