//! What the in-memory file systems hold that the processes of a lab host have mounted.

use std::collections::BTreeSet;
use std::os::fd::BorrowedFd;
use std::time::Instant;

use super::MIB;
use crate::probe::mount;
use crate::sys::file;

/// The sum, as far as it can be found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Files {
    pub(super) mib: u64,
    /// Whether some cannot be looked into: others are mounted over them, or there are too many.
    pub(super) hidden: bool,
}

impl Files {
    /// Adds up what can be found until a time.
    pub(super) fn find(proc: BorrowedFd<'_>, pids: &[i64], until: Instant) -> Self {
        let mut search = Search {
            proc,
            until,
            missing: BTreeSet::new(),
            bytes: 0,
        };
        let whole = search.by_mounts(pids) && search.by_processes(pids);
        Self {
            mib: search.bytes / MIB,
            hidden: !(whole && search.missing.is_empty()),
        }
    }
}

/// A search that counts each file system once.
struct Search<'a> {
    proc: BorrowedFd<'a>,
    until: Instant,
    /// The devices that were not reached yet.
    missing: BTreeSet<u64>,
    bytes: u64,
}

impl Search<'_> {
    fn is_over(&self) -> bool {
        Instant::now() > self.until
    }

    /// Counts the file system that a path below the proc directory leads to, if it is missing.
    fn reach(&mut self, path: &str) {
        if let Ok(used) = file::used(self.proc, path)
            && self.missing.remove(&used.device)
        {
            self.bytes += used.bytes;
        }
    }

    /// Finds them by where they are mounted; returns whether there was time for all.
    fn by_mounts(&mut self, pids: &[i64]) -> bool {
        let mut spaces = BTreeSet::new();
        let mut places = Vec::new();
        for pid in pids {
            let space = file::read_link(self.proc, &format!("{pid}/ns/mnt")).unwrap_or_default();
            if !spaces.insert(space) {
                continue;
            }
            if self.is_over() {
                return false;
            }
            let text = file::read(self.proc, &format!("{pid}/mountinfo")).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let found = text.lines().filter_map(place);
            places.extend(found.map(|place| (place.device, format!("{pid}/root{}", place.target))));
        }
        self.missing.extend(places.iter().map(|(device, _)| device));
        for (device, path) in places {
            if self.is_over() {
                return false;
            }
            if self.missing.contains(&device) {
                self.reach(&path);
            }
        }
        true
    }

    /// Finds the missing ones by what processes have open in them; returns whether there was time
    /// for all.
    fn by_processes(&mut self, pids: &[i64]) -> bool {
        for pid in pids {
            let fds = file::names(self.proc, &format!("{pid}/fd")).unwrap_or_default();
            let fds = fds.into_iter().map(|fd| format!("{pid}/fd/{fd}"));
            for path in [format!("{pid}/cwd")].into_iter().chain(fds) {
                if self.missing.is_empty() || self.is_over() {
                    return self.missing.is_empty();
                }
                self.reach(&path);
            }
        }
        true
    }
}

/// Where a file system in memory is mounted.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    device: u64,
    target: String,
}

/// The place that a line of mountinfo gives, if its file system is in memory; the third field is
/// the device (`proc_pid_mountinfo(5)`).
fn place(line: &str) -> Option<Place> {
    let mount = mount::parse(line).pop()?;
    let (major, minor) = line.split(' ').nth(2)?.split_once(':')?;
    let device = file::device(major.parse().ok()?, minor.parse().ok()?);
    let in_memory = ["tmpfs", "ramfs"].contains(&mount.kind.as_str());
    in_memory.then_some(Place {
        device,
        target: mount.target,
    })
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;

    use super::*;

    #[test]
    fn a_place_in_memory_has_a_device_and_a_target() {
        let line = |kind| format!("36 35 0:1234 / /mnt\\040x rw - {kind} none rw,size=4k");
        let place = place(&line("tmpfs")).unwrap();
        assert_eq!(place.device, file::device(0, 1234));
        assert_eq!(place.target, "/mnt x");
        assert_eq!(super::place(&line("ext4")), None);
    }

    #[test]
    fn what_cannot_be_looked_through_in_time_is_hidden() {
        let proc = file::open_dir(file::here(), "/proc").unwrap();
        let own = [i64::from(std::process::id())];
        let past = Instant::now();
        assert!(Files::find(proc.as_fd(), &own, past).hidden);
    }

    #[test]
    fn what_is_mounted_over_is_found_by_what_is_open_in_it() {
        let proc = file::open_dir(file::here(), "/proc").unwrap();
        let open = file::in_memory("isolab-test").unwrap();
        let device = file::device_of(open.as_fd()).unwrap();
        let mut search = Search {
            proc: proc.as_fd(),
            until: Instant::now() + super::super::PATIENCE,
            missing: [device, u64::MAX].into(),
            bytes: 0,
        };
        assert!(search.by_processes(&[i64::from(std::process::id())]));
        assert_eq!(search.missing, [u64::MAX].into());
    }
}
