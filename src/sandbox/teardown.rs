//! What a lab host may leave behind when it is killed: nothing but directories
//! named `isolab-<pid>-<start time>` at the top of a cgroup hierarchy. They are
//! removed when their owner is gone; nothing else is ever touched.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where such directories may be.
const CGROUPS: &str = "/sys/fs/cgroup";

/// What earlier runs left behind: the paths that were XX file systems cannot be listed.
pub fn clean(dry_run: bool) -> io::Result<Vec<String>> {
    let mut told = Vec::new();
    for dir in hierarchies(Path::new(CGROUPS))? {
        for left in left_behind(&dir) {
            if dry_run || fs::remove_dir(&left).is_ok() {
                told.push(left.display().to_string());
            }
        }
    }
    Ok(told)
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

fn left_behind(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    entries
        .filter(|e| {
            e.file_name()
                .to_str()
                .and_then(owner)
                .is_some_and(|owner| !owner.lives())
        })
        .map(|e| e.path())
        .collect()
}

/// The name of a directory of this process.
pub(super) fn own_name() -> String {
    let pid = std::process::id();
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let started = crate::probe::process::stat(&stat).map_or(0, |raw| raw.started);
    format!("isolab-{pid}-{started}")
}

/// Who made a directory.
#[derive(Debug, PartialEq, Eq)]
struct Owner {
    pid: u32,
    started: u64,
}

/// The owner that a name tells; `None` for a name that is not ours.
fn owner(name: &str) -> Option<Owner> {
    let (pid, started) = name.strip_prefix("isolab-")?.split_once('-')?;
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
            owner("isolab-12-345"),
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
