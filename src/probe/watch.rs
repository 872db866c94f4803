//! What wakes the observer: the descriptors on which the kernel reports changes.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::sys::wait::For;
use crate::sys::{file, process};

/// The most processes whose end is watched.
const MOST: usize = 256;

/// The processes to watch, by their pids in the reader's pid namespace.
#[derive(Debug, Default)]
pub struct Watched {
    /// Those whose mount table is watched: the faces and shells.
    pub mounts: Vec<i64>,
    /// Those whose end is watched, the most important first.
    pub ends: Vec<i64>,
}

/// The watched descriptors of one lab host. All but the pidfds report a change once and are then
/// quiet until the next.
#[derive(Debug, Default)]
pub struct Watch {
    /// `/proc/sys/kernel/hostname`: wakes for the host name of any uts namespace (poll since Linux
    /// 3.3).
    hostname: Option<OwnedFd>,
    /// `mountinfo` of each face and shell: wakes for a change of its mount table.
    mounts: BTreeMap<i64, OwnedFd>,
    /// Ends of processes, `pidfd_open(2)`.
    ends: BTreeMap<i64, OwnedFd>,
}

impl Watch {
    /// Replaces the watched processes.
    pub fn set(&mut self, proc: BorrowedFd<'_>, watched: &Watched) {
        if self.hostname.is_none() {
            self.hostname = file::open_read(proc, "sys/kernel/hostname").ok();
        }
        let ends = &watched.ends[..watched.ends.len().min(MOST)];
        keep(&mut self.ends, ends, |pid| process::pidfd_open(pid).ok());
        keep(&mut self.mounts, &watched.mounts, |pid| {
            file::open_read(proc, &format!("{pid}/mountinfo")).ok()
        });
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

    /// Stops watching the ends of processes: the pidfd of an ended one would wake for ever.
    pub fn forget_ended(&mut self) {
        self.ends.clear();
    }
}

/// Closes the descriptors of processes that are no longer watched, and opens those of new ones.
fn keep(held: &mut BTreeMap<i64, OwnedFd>, pids: &[i64], open: impl Fn(i64) -> Option<OwnedFd>) {
    let wanted: BTreeSet<i64> = pids.iter().copied().collect();
    held.retain(|pid, _| wanted.contains(pid));
    for pid in wanted {
        if let Entry::Vacant(place) = held.entry(pid)
            && let Some(fd) = open(pid)
        {
            place.insert(fd);
        }
    }
}
