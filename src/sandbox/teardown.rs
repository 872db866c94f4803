//! What a lab host may leave behind when it is killed: nothing but directories
//! named `isolab-<pid>-<start time>-<number>`, at the top of a cgroup hierarchy or in
//! `/var/tmp`. They are removed when their owner is gone; nothing else is ever touched.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{keeper, scratch};
use crate::sys::cgroup;

/// Where such directories may be.
const CGROUPS: &str = "/sys/fs/cgroup";

/// Removes what earlier runs left behind; the paths that were removed, or would be.
pub fn clean(dry_run: bool) -> io::Result<Vec<String>> {
    let places = hierarchies(Path::new(CGROUPS))?;
    let mut left: Vec<PathBuf> = places.iter().flat_map(|dir| left_behind(dir)).collect();
    if !dry_run {
        left.retain(|dir| remove_group(dir));
    }
    let mut scratch = left_behind(Path::new(scratch::PLACE));
    if !dry_run {
        scratch::have_removed("/proc/self/exe", &scratch);
        keeper::await_burials();
        scratch.retain(|dir| !dir.exists());
    }
    let told = left.into_iter().chain(scratch);
    Ok(told.map(|dir| dir.display().to_string()).collect())
}

/// The tops of the hierarchies: of v2 the directory itself, of v1 those in it.
fn hierarchies(top: &Path) -> io::Result<Vec<PathBuf>> {
    if !top.is_dir() {
        return Ok(Vec::new());
    }
    let below = fs::read_dir(top)?
        .filter_map(Result::ok)
        .map(|e| e.path())
        .filter(|p| p.is_dir());
    Ok(std::iter::once(top.to_owned()).chain(below).collect())
}

/// What ended programs left behind in a directory.
pub(super) fn left_behind(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    entries
        .filter(|e| e.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|e| {
            e.file_name()
                .to_str()
                .and_then(owner)
                .is_some_and(|owner| !owner.lives())
        })
        .map(|e| e.path())
        .collect()
}

/// Removes the control groups that ended programs left behind in one.
pub(super) fn sweep(dir: &Path) {
    for left in left_behind(dir) {
        remove_group(&left);
    }
}

/// Removes a directory of ours; whether it is gone. For a process with one thread.
pub(super) fn remove(dir: &Path) -> bool {
    // What a lab put into its scratch directory must never be taken for a group's
    // files: those are written to.
    if cgroup::is_group(dir) {
        remove_group(dir)
    } else {
        scratch::remove(dir)
    }
}

/// Removes a group with all groups in it; whether it is gone. A group's files go with it.
/// What was frozen is let go on, or it could not end (version 1).
pub(super) fn remove_group(dir: &Path) -> bool {
    for (file, value) in [("freezer.state", "THAWED"), ("cgroup.freeze", "0")] {
        let path = dir.join(file);
        if path.exists() {
            let _ = fs::write(path, value);
        }
    }
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    for entry in entries.filter(|e| e.file_type().is_ok_and(|kind| kind.is_dir())) {
        remove_group(&entry.path());
    }
    match fs::remove_dir(dir) {
        Ok(()) => true,
        Err(e) => e.kind() == io::ErrorKind::NotFound,
    }
}

/// The name of a new directory of this process.
pub(super) fn own_name() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let pid = std::process::id();
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let started = crate::probe::process::stat(&stat).map_or(0, |raw| raw.started);
    format!("isolab-{pid}-{started}-{number}")
}

/// Who made a directory.
#[derive(Debug, PartialEq, Eq)]
struct Owner {
    pid: u32,
    started: u64,
}

/// The owner that a name tells; `None` for a name that is not ours.
fn owner(name: &str) -> Option<Owner> {
    let (pid, rest) = name.strip_prefix("isolab-")?.split_once('-')?;
    let started = rest.split_once('-').map_or(rest, |(started, _)| started);
    Some(Owner {
        pid: pid.parse().ok()?,
        started: started.parse().ok()?,
    })
}

impl Owner {
    /// Whether a process with this number and start time is there.
    fn lives(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        crate::probe::process::stat(&stat).is_some_and(|raw| raw.started == self.started)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_names_have_owners() {
        assert_eq!(
            owner("isolab-12-345-6"),
            Some(Owner {
                pid: 12,
                started: 345
            })
        );
        for name in ["isolab", "isolab-", "isolab-x-1", "isolab-1", "other-1-2"] {
            assert_eq!(owner(name), None, "{name}");
        }
    }

    #[test]
    fn a_file_of_a_groups_name_is_only_removed() {
        let place = tempfile::tempdir().unwrap();
        let victim = place.path().join("victim");
        fs::write(&victim, "safe").unwrap();
        let dir = place.path().join(own_name());
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("cgroup.procs"), "").unwrap();
        for name in ["cgroup.freeze", "freezer.state"] {
            std::os::unix::fs::symlink(&victim, dir.join(name)).unwrap();
        }
        assert!(remove(&dir) && !dir.exists());
        assert_eq!(fs::read_to_string(&victim).unwrap(), "safe");
    }

    #[test]
    fn who_makes_a_directory_lives() {
        assert!(owner(&own_name()).unwrap().lives());
    }

    #[test]
    fn the_dead_do_not_live() {
        assert!(
            !Owner {
                pid: 1,
                started: u64::MAX
            }
            .lives()
        );
    }
}
