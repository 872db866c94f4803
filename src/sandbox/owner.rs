//! Who owns a directory that a lab host made on the machine: its name tells which process made it,
//! and whoever needs it holds a lock on it.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::sys::{SysError, file, identity};

/// A name for a new directory of this process: `isolab-<pid>-<start time>-<number>`.
pub(super) fn own_name() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let pid = std::process::id();
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let started = crate::probe::process::stat(&stat).map_or(0, |raw| raw.started);
    format!("isolab-{pid}-{started}-{number}")
}

/// Locks a directory for as long as the descriptor is open, flock(2). From another pid namespace
/// the pid in its name tells nothing.
pub(super) fn hold(dir: &Path) -> Result<OwnedFd, SysError> {
    let open = file::open_dir(file::here(), &dir.to_string_lossy())?;
    file::lock_shared(&open)?;
    Ok(open)
}

/// The directories that ended programs left behind in `dir`: their maker is gone, nobody holds a
/// lock on them, and this user may remove them.
pub(super) fn left_behind(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let is_left = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let maker = name.to_str().and_then(maker);
        maker.is_some_and(|maker| !maker.lives()) && is_free(&entry.path())
    };
    entries.filter(is_left).map(|entry| entry.path()).collect()
}

/// Whether it is a directory (no link) that nobody holds and that is this user's, or a control
/// group.
fn is_free(dir: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(dir) else {
        return false;
    };
    let ours = found.uid() == identity::effective().0;
    if !found.is_dir() || !(ours || crate::sys::cgroup::is_group(dir)) {
        return false;
    }
    let open = file::open_dir(file::here(), &dir.to_string_lossy());
    open.and_then(|open| file::lock_alone(&open)).is_ok()
}

/// The process that made a directory.
#[derive(Debug, PartialEq, Eq)]
struct Maker {
    pid: u32,
    started: u64,
}

/// The maker that a directory name gives; `None` for any other name.
fn maker(name: &str) -> Option<Maker> {
    let (pid, rest) = name.strip_prefix("isolab-")?.split_once('-')?;
    let started = rest.split_once('-').map_or(rest, |(started, _)| started);
    Some(Maker {
        pid: pid.parse().ok()?,
        started: started.parse().ok()?,
    })
}

impl Maker {
    /// Whether a process with this pid and start time exists.
    fn lives(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        crate::probe::process::stat(&stat).is_some_and(|raw| raw.started == self.started)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_names_have_makers() {
        assert_eq!(
            maker("isolab-12-345-6"),
            Some(Maker {
                pid: 12,
                started: 345
            })
        );
        for name in ["isolab", "isolab-", "isolab-x-1", "isolab-1", "other-1-2"] {
            assert_eq!(maker(name), None, "{name}");
        }
    }

    #[test]
    fn who_makes_a_directory_lives() {
        assert!(maker(&own_name()).unwrap().lives());
    }

    #[test]
    fn the_dead_do_not_live() {
        assert!(
            !Maker {
                pid: 1,
                started: u64::MAX
            }
            .lives()
        );
    }

    #[test]
    fn what_somebody_holds_is_not_left() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("isolab-4294967295-1-0");
        fs::create_dir(&dir).unwrap();
        let held = hold(&dir).unwrap();
        assert_eq!(left_behind(place.path()), Vec::<PathBuf>::new());
        drop(held);
        assert_eq!(left_behind(place.path()), std::slice::from_ref(&dir));
        // A link to it is not left behind, it is not ours.
        std::os::unix::fs::symlink(&dir, place.path().join("isolab-4294967295-1-1")).unwrap();
        assert_eq!(left_behind(place.path()), [dir]);
    }
}
