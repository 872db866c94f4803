//! What wakes a panel: the descriptors on which the kernel tells of changes.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::sys::wait::For;
use crate::sys::{file, process};

/// The descriptors of one lab host. All but the pidfds tell a change once and
/// are then quiet until the next.
#[derive(Debug, Default)]
pub struct Watch {
    /// `/proc/sys/kernel/hostname`: any uts namespace's host name (poll since Linux 3.3).
    hostname: Option<OwnedFd>,
    /// `mountinfo` of every face and shell: changes of its mount table.
    mounts: BTreeMap<i64, OwnedFd>,
    /// Their ends, `pidfd_open(2)`.
    ends: BTreeMap<i64, OwnedFd>,
}

impl Watch {
    /// Watches exactly these processes (numbers as in `proc`).
    pub fn set(&mut self, proc: BorrowedFd<'_>, pids: &[i64]) {
        if self.hostname.is_none() {
            self.hostname = file::open_read(proc, "sys/kernel/hostname").ok();
        }
        self.mounts.retain(|pid, _| pids.contains(pid));
        self.ends.retain(|pid, _| pids.contains(pid));
        for pid in pids {
            if !self.ends.contains_key(pid)
                && let Ok(fd) = process::pidfd_open(*pid)
            {
                self.ends.insert(*pid, fd);
            }
            if !self.mounts.contains_key(pid)
                && let Ok(fd) = file::open_read(proc, &format!("{pid}/mountinfo"))
            {
                self.mounts.insert(*pid, fd);
            }
        }
    }

    /// Whether the first descriptor is that of host names.
    pub fn has_names(&self) -> bool {
        self.hostname.is_some()
    }

    /// The descriptors, and what to wait for on each.
    pub fn list(&self) -> Vec<(BorrowedFd<'_>, For)> {
        let changes = self.hostname.iter().chain(self.mounts.values());
        let ends = self.ends.values().map(|fd| (fd.as_fd(), For::Input));
        changes
            .map(|fd| (fd.as_fd(), For::Change))
            .chain(ends)
            .collect()
    }

    /// Stops watching processes that have ended: their pidfds would wake for ever.
    pub fn forget_ended(&mut self) {
        self.ends.clear();
    }
}
