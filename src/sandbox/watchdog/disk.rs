//! What a lab host holds on the machine's disk, if `/lab` is on one.

use std::collections::BTreeSet;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::time::Instant;

use super::{MIB, PATIENCE, pids};
use crate::sys::file::Free;
use crate::sys::tree::{self, Usage};
use crate::sys::{SysError, file, mount};

/// The limit, in MiB.
const MOST: u64 = 512;
/// What a file or directory counts besides its content, in bytes: 200,000 of them reach the limit,
/// as many as a root file system in memory may have.
const ENTRY: u64 = MOST * MIB / 200_000;

/// The disk that a directory is on.
#[derive(Debug)]
pub(super) struct Disk {
    /// A private copy of the mount: nothing can be mounted over its content.
    lab: OwnedFd,
    device: u64,
    /// What was left at the last look, in bytes, plus what the lab had then.
    free: u64,
    /// How many bytes were left at first.
    begun: u64,
}

fn room(free: Free) -> u64 {
    free.bytes.saturating_add(free.files.saturating_mul(ENTRY))
}

impl Disk {
    pub(super) fn of(path: &str) -> Result<Self, SysError> {
        Self::below(mount::copy(path)?)
    }

    fn below(lab: OwnedFd) -> Result<Self, SysError> {
        let free = file::free(lab.as_fd())?;
        Ok(Self {
            device: file::device_of(lab.as_fd())?,
            lab,
            free: room(free),
            begun: free.bytes,
        })
    }

    /// What the lab host has too much of, in MiB. Others write to this disk too, so its own files
    /// are only added up when much space is gone.
    pub(super) fn look(&mut self, proc: BorrowedFd<'_>) -> Option<u64> {
        let now = file::free(self.lab.as_fd()).ok()?;
        let gone = self.begun.saturating_sub(now.bytes) / MIB;
        // A removed file that is only mapped, or on its way in a socket, cannot be found. When the
        // disk is nearly full, all growth counts as the lab host's.
        if now.short && gone >= MOST {
            return Some(gone);
        }
        let free = room(now);
        if self.free.saturating_sub(free) < MOST * MIB {
            self.free = self.free.max(free);
            return None;
        }
        let (used, whole) = self.used(proc);
        if used / MIB >= MOST {
            return Some(used / MIB);
        }
        // Others have written it: from here on the growth is counted anew, on top of what the lab
        // has.
        if whole {
            self.free = free + used;
        }
        None
    }

    /// The bytes that the lab has, and whether everything could be counted in time.
    fn used(&self, proc: BorrowedFd<'_>) -> (u64, bool) {
        let until = Instant::now() + PATIENCE;
        let mut usage = Usage::default();
        let walked = file::open_dir(&self.lab, ".");
        let walked = walked.and_then(|lab| tree::walk(lab, &mut usage, until));
        let named = usage.bytes + usage.entries * ENTRY;
        let open = nameless(proc, self.device, until);
        (named + open, walked.is_ok() && Instant::now() < until)
    }
}

/// The bytes in files that were removed but are still open.
fn nameless(proc: BorrowedFd<'_>, device: u64, until: Instant) -> u64 {
    let mut seen = BTreeSet::new();
    let mut bytes = 0;
    for pid in pids(proc) {
        let fds = file::names(proc, &format!("{pid}/fd")).unwrap_or_default();
        for fd in fds {
            if Instant::now() > until {
                return bytes;
            }
            let found = file::nameless_at(proc, &format!("{pid}/fd/{fd}"), device);
            bytes += found
                .filter(|found| seen.insert(found.inode))
                .map_or(0, |found| found.bytes + ENTRY);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn proc() -> OwnedFd {
        file::open_dir(file::here(), "/proc").unwrap()
    }

    #[test]
    fn empty_files_and_directories_count() {
        let place = tempfile::tempdir().unwrap();
        let disk =
            Disk::below(file::open_dir(file::here(), &place.path().to_string_lossy()).unwrap());
        let disk = disk.unwrap();
        let before = disk.used(proc().as_fd()).0;
        for number in 0..50 {
            std::fs::write(place.path().join(format!("f{number}")), "").unwrap();
            std::fs::create_dir(place.path().join(format!("d{number}"))).unwrap();
        }
        let after = disk.used(proc().as_fd()).0;
        assert!(after >= before + 100 * ENTRY, "{before} {after}");
    }

    #[test]
    fn a_file_that_was_removed_counts_while_it_is_open() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![1; 3 << 20]).unwrap();
        file.sync_all().unwrap();
        let device = file::device_of(file.as_fd()).unwrap();
        let until = Instant::now() + PATIENCE;
        assert!(nameless(proc().as_fd(), device, until) >= 3 << 20);
        drop(file);
    }
}
