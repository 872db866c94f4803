//! Processes that sleep are not read again and again.

use std::collections::BTreeMap;
use std::os::fd::BorrowedFd;

use super::{Raw, Status, children, finish, page, status};
use crate::sys::file;

/// What was read of processes that have not run since: what only a process itself
/// can change of itself is as it was.
#[derive(Debug, Default)]
pub struct Memory {
    known: BTreeMap<i64, Known>,
}

#[derive(Debug)]
struct Known {
    /// Of its directory in proc: the kernel gives no other process the same.
    inode: u64,
    raw: Raw,
    has_children: bool,
}

impl Known {
    /// Whether the process sleeps, and has not been on a CPU since it was read: one
    /// that runs is taken from it again, and that is counted. With a terminal, or
    /// with other threads, it is read anew all the same.
    fn still_holds(&self, inode: u64, status: &Status) -> bool {
        let asleep = status.state == "S" && self.raw.state == "S";
        let alone = status.threads == 1 && self.raw.foreground == -1;
        inode == self.inode && asleep && alone && status.switches == self.raw.status.switches
    }
}

impl Memory {
    pub(super) fn read(&mut self, proc: BorrowedFd<'_>, pid: i64) -> Option<(Raw, Vec<i64>)> {
        let inode = file::stat_at(proc, &pid.to_string()).ok()?.inode;
        // Order: first of all, so that whoever runs meanwhile is read again next time.
        let status = status(&page(proc, pid, "status").ok()?);
        if let Some(known) = self.known.get(&pid)
            && known.still_holds(inode, &status)
        {
            let mut raw = known.raw.clone();
            raw.parent = status.parent;
            // Number one of a namespace gets the children of others, asleep or not.
            let may_have = known.has_children || status.pids.last() == Some(&1);
            raw.pids.clone_from(&status.pids);
            let children = if may_have {
                children(proc, pid, &status)
            } else {
                Vec::new()
            };
            return Some((raw, children));
        }
        let children = children(proc, pid, &status);
        let raw = finish(proc, pid, status)?;
        let known = Known {
            inode,
            raw: raw.clone(),
            has_children: !children.is_empty(),
        };
        self.known.insert(pid, known);
        Some((raw, children))
    }

    pub(super) fn forget_others(&mut self, there: &BTreeMap<i64, Raw>) {
        self.known.retain(|pid, _| there.contains_key(pid));
    }
}

/// Reads a process of which nothing is remembered.
pub(super) fn read_with_children(proc: BorrowedFd<'_>, pid: i64) -> Option<(Raw, Vec<i64>)> {
    let status = status(&page(proc, pid, "status").ok()?);
    let children = children(proc, pid, &status);
    Some((finish(proc, pid, status)?, children))
}
