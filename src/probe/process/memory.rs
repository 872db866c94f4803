//! Processes that sleep are not read again and again.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::{Raw, children, finish, page, status};
use crate::sys::{file, limit};

/// What was read of processes that have not run since: what only a process itself
/// can change of itself is as it was.
#[derive(Debug)]
pub struct Memory {
    known: BTreeMap<i64, Known>,
    /// How many descriptors may be kept for it.
    room: usize,
    /// When each process started, and who was its parent when it was seen first.
    first: BTreeMap<i64, (u64, i64)>,
}

#[derive(Debug)]
struct Known {
    clock: Clock,
    raw: Raw,
    has_children: bool,
}

/// Says how often and for how long a process was on a CPU, `/proc/PID/schedstat`
/// (sched-stats of the kernel's documents). Open, it never tells of another
/// process, whatever that one's number is.
#[derive(Debug)]
pub(super) struct Clock {
    file: OwnedFd,
    said: Vec<u8>,
}

impl Clock {
    pub(super) fn open(proc: BorrowedFd<'_>, pid: i64) -> Option<Self> {
        let file = file::open_read(proc, &format!("{pid}/schedstat")).ok()?;
        let said = file::read_at_start(file.as_fd()).ok()?;
        // A kernel that does not count says this of every process.
        (said != b"0 0 0\n").then_some(Self { file, said })
    }

    pub(super) fn stands(&self) -> bool {
        file::read_at_start(self.file.as_fd()).is_ok_and(|said| said == self.said)
    }
}

impl Default for Memory {
    fn default() -> Self {
        // Half of what there may be is for the files of namespaces.
        let room = limit::raise_descriptors() / 2;
        Self {
            known: BTreeMap::new(),
            room,
            first: BTreeMap::new(),
        }
    }
}

impl Memory {
    /// A process whose parent is this one, as it is now.
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
            // Number one of a namespace gets the children of others, asleep or not.
            let may_have = known.has_children || raw.pids.last() == Some(&1);
            let list = may_have.then(|| children(proc, pid, 1));
            return Some((raw, list.unwrap_or_default()));
        }
        self.known.remove(&pid);
        // Order: first of all, so that whoever runs meanwhile is read again next time.
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
    /// Whether it sleeps, and nobody else can change what is known of it: with a
    /// terminal another one comes to the foreground, and threads run for themselves.
    fn changes_alone(&self) -> bool {
        self.state == "S" && self.status.threads == 1 && self.foreground == -1
    }
}

/// Reads a process of which nothing is remembered.
pub(super) fn read_with_children(proc: BorrowedFd<'_>, pid: i64) -> Option<(Raw, Vec<i64>)> {
    let status = status(&page(proc, pid, "status").ok()?)?;
    let children = children(proc, pid, status.threads);
    Some((finish(proc, pid, status)?, children))
}
