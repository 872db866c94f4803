//! Removing one thing that a lab host has on the machine: a control group, or a directory of
//! files. A link is never followed, and nothing is written to what is no group.

use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{idmap, owner};
use crate::sys::number;
use crate::sys::process::{self, Side};
use crate::sys::tree::{self, Content, Removal};
use crate::sys::{SysError, cgroup, file, identity, namespace};

/// Where directories for `/lab` are made: on disk, and for everybody.
pub(super) const PLACE: &str = "/var/tmp";
/// How long removing one of them may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long removing files may take, on a slow machine: a deep tree is gone down first, so who
/// gave up too early would never come to its end. The program does not wait that long.
pub(super) const LONGEST: Duration = Duration::from_secs(600);

/// Removes the control groups that ended programs left behind in one.
pub(super) fn sweep(dir: &Path) {
    for left in owner::left_behind(dir) {
        let _ = remove_group(&left);
    }
}

/// Removes a directory of ours. For a process with one thread.
pub(super) fn remove(dir: &Path) -> Result<(), SysError> {
    // Where everybody can make directories there are no groups, whatever is there.
    if dir.starts_with(PLACE) {
        remove_scratch(dir)
    } else {
        remove_group(dir)
    }
}

/// Removes a group with all groups in it; a group's files go with it. What was frozen is let
/// go on, or it could not end (version 1).
pub(super) fn remove_group(dir: &Path) -> Result<(), SysError> {
    let (parent, name) = match tree::parts(dir) {
        Err(e) if e.errno == number::ENOENT => return Ok(()),
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

/// Removes a directory for `/lab` with all that is in it. An ordinary user may own it, and not what is in it:
/// that belongs to ids that only a user namespace of the same map has. For a process with one
/// thread.
fn remove_scratch(path: &Path) -> Result<(), SysError> {
    let Ok(found) = path.symlink_metadata() else {
        return Ok(());
    };
    // The keeper is told of a name before it is taken: somebody else may have taken it.
    if found.uid() != identity::effective().0 {
        return Ok(());
    }
    let removed = remove_files(path);
    if removed.is_ok() || identity::effective().0 == 0 {
        return removed;
    }
    empty(path)?;
    remove_files(path)
}

fn empty(path: &Path) -> Result<(), SysError> {
    let (read, write) = file::pipe()?;
    let user = number::CLONE_NEWUSER;
    match process::clone3(user, &namespace::flag_names(user))? {
        Side::Child => {
            drop(write);
            let _ = file::read_all(read.as_fd());
            let _ = identity::set_uid(0);
            let gone = remove_files(path);
            process::exit(i32::from(gone.is_err()));
        }
        Side::Parent(pid) => {
            let mapped = idmap::write(&idmap::plan(), pid);
            drop((write, read));
            process::wait_for(pid);
            mapped
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

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
    fn a_directory_of_somebody_else_stays() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join(owner::own_name());
        fs::create_dir(&dir).unwrap();
        // Only root can give it away.
        if std::os::unix::fs::chown(&dir, Some(54_321), None).is_ok() {
            remove_scratch(&dir).unwrap();
            assert!(dir.exists());
            std::os::unix::fs::chown(&dir, Some(0), None).unwrap();
        }
        remove_scratch(&dir).unwrap();
        assert!(!dir.exists());
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
