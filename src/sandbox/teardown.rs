//! Removing what a lab host has on the machine beside its processes: control groups, and on
//! older kernels a directory in `/var/tmp`, all with names of their own (`owner`). What earlier
//! runs left behind is removed when nobody needs it; nothing else is ever touched.

use std::fs;
use std::io;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{keeper, owner, scratch};
use crate::sys::tree::{self, Content, Removal};
use crate::sys::{SysError, cgroup, file};

/// Where control groups may be.
const CGROUPS: &str = "/sys/fs/cgroup";
/// How long removing one of them may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long removing files may take, on a slow machine: a deep tree is gone down first, so who
/// gave up too early would never come to its end. The program does not wait that long.
pub(super) const LONGEST: Duration = Duration::from_secs(600);

/// What came of cleaning up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// What was removed, or would be.
    pub removed: Vec<String>,
    /// What is still there, each with the reason.
    pub left: Vec<String>,
}

/// Removes what earlier runs left behind.
pub fn clean(dry_run: bool) -> Cleaned {
    let mut cleaned = Cleaned::default();
    let places = hierarchies(Path::new(CGROUPS));
    // What cannot be looked at keeps nothing else from being removed.
    if let Err(why) = &places {
        cleaned.left.push(format!("{CGROUPS}: {why}"));
    }
    let places = places.iter().flatten();
    let groups: Vec<PathBuf> = places.flat_map(|dir| owner::left_behind(dir)).collect();
    let scratch = owner::left_behind(Path::new(scratch::PLACE));
    if dry_run {
        let all = groups.iter().chain(&scratch);
        cleaned
            .removed
            .extend(all.map(|dir| dir.display().to_string()));
        return cleaned;
    }
    for dir in groups {
        cleaned.tell(&dir, remove_group(&dir));
    }
    scratch::have_removed("/proc/self/exe", &scratch);
    keeper::await_all();
    for dir in scratch {
        let there = fs::symlink_metadata(&dir).is_ok();
        // What is still there is tried once more, to say why.
        let removed = if there { remove_files(&dir) } else { Ok(()) };
        cleaned.tell(&dir, removed);
    }
    cleaned
}

impl Cleaned {
    fn tell(&mut self, dir: &Path, removed: Result<(), SysError>) {
        match removed {
            Ok(()) => self.removed.push(dir.display().to_string()),
            Err(why) => self.left.push(format!("{}: {why}", dir.display())),
        }
    }
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

/// Removes the control groups that ended programs left behind in one.
pub(super) fn sweep(dir: &Path) {
    for left in owner::left_behind(dir) {
        let _ = remove_group(&left);
    }
}

/// Removes a directory of ours. For a process with one thread.
pub(super) fn remove(dir: &Path) -> Result<(), SysError> {
    // Where everybody can make directories there are no groups, whatever is there.
    if dir.starts_with(scratch::PLACE) {
        scratch::remove(dir)
    } else {
        remove_group(dir)
    }
}

/// Removes a group with all groups in it; a group's files go with it. What was frozen is let
/// go on, or it could not end (version 1).
pub(super) fn remove_group(dir: &Path) -> Result<(), SysError> {
    let (parent, name) = match tree::parts(dir) {
        Err(e) if e.errno == nix::libc::ENOENT => return Ok(()),
        parts => parts?,
    };
    let mut removal = Removal {
        content: Content::Nothing,
        enter: &mut let_go_on,
        until: Instant::now() + PATIENCE,
    };
    removal.remove(&parent, &name)
}

/// A directory that is no group is left as it is: what a lab put there is not written to.
fn let_go_on(group: BorrowedFd<'_>) {
    if !cgroup::is_open_group(group) {
        return;
    }
    for (name, value) in [("freezer.state", "THAWED"), ("cgroup.freeze", "0")] {
        let _ = file::write_below(group, name, value);
    }
}

/// Removes a directory with all files in it.
pub(super) fn remove_files(dir: &Path) -> Result<(), SysError> {
    tree::remove(dir, Instant::now() + LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_groups_name_is_only_removed() {
        let place = tempfile::tempdir().unwrap();
        let victim = place.path().join("victim");
        fs::write(&victim, "safe").unwrap();
        let dir = place.path().join(owner::own_name());
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("cgroup.procs"), "").unwrap();
        for name in ["cgroup.freeze", "freezer.state"] {
            std::os::unix::fs::symlink(&victim, dir.join(name)).unwrap();
        }
        assert!(remove_group(&dir).is_err());
        remove_files(&dir).unwrap();
        assert!(!dir.exists());
        assert_eq!(fs::read_to_string(&victim).unwrap(), "safe");
    }

    #[test]
    fn a_link_is_never_followed() {
        let place = tempfile::tempdir().unwrap();
        let victim = place.path().join("victim");
        fs::create_dir_all(victim.join("in it")).unwrap();
        let dir = place.path().join(owner::own_name());
        fs::create_dir(&dir).unwrap();
        std::os::unix::fs::symlink(&victim, dir.join("away")).unwrap();
        remove_files(&dir).unwrap();
        assert!(!dir.exists() && victim.join("in it").exists());
        let link = place.path().join(owner::own_name());
        std::os::unix::fs::symlink(&victim, &link).unwrap();
        assert!(remove_files(&link).is_err() && victim.join("in it").exists());
    }

    #[test]
    fn however_deep_it_is_it_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join(owner::own_name());
        fs::create_dir(&dir).unwrap();
        // No path is that long, and no stack that high.
        let mut deep = file::open_dir(file::here(), &dir.to_string_lossy()).unwrap();
        for _ in 0..5_000 {
            crate::sys::create::directory_if_missing(&deep, "d").unwrap();
            drop(crate::sys::create::file(&deep, "f").unwrap());
            deep = file::open_below(&deep, "d").unwrap();
        }
        remove_files(&dir).unwrap();
        assert!(!dir.exists());
    }
}
