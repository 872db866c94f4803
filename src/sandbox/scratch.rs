//! A directory on disk for `/lab`, where a tmpfs takes no extended attributes of
//! users (before Linux 6.6): overlays in a user namespace keep their marks in such.
//! It outlives the lab host by nature, so it has a keeper.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt as _, chown};
use std::path::{Path, PathBuf};

use super::idmap::{self, Ids};
use super::keeper::Keeper;
use super::{owner, teardown};
use crate::sys::create;
use crate::sys::process::{self, Side};
use crate::sys::{SysError, file, identity, namespace};

/// Where such directories are made: on disk, and for everybody.
pub(super) const PLACE: &str = "/var/tmp";
/// A tmpfs that there is on every machine.
const TMPFS: &str = "/dev/shm";
/// An attribute to try.
const TRIED: &str = "user.isolab";

/// The directory; dropping it has it removed.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) path: String,
    keeper: Option<Keeper>,
    /// Says to others that it is needed.
    _held: Option<OwnedFd>,
}

impl Scratch {
    /// Makes one if it is needed.
    pub(super) fn make(program: &str) -> Result<Option<Self>, SysError> {
        if !is_needed() {
            return Ok(None);
        }
        let place = Path::new(PLACE);
        have_removed(program, &owner::left_behind(place));
        // Nobody else on the machine may look in: a lab's set-user-id programs are not for them.
        let path = place.join(owner::own_name());
        // Where there is no such place, /lab is as elsewhere, but no overlay can be on it.
        if make_dir(&path, 0o700).is_err() {
            return Ok(None);
        }
        // Order: at once, as somebody in another pid namespace may remove what is left here too.
        let held = owner::hold(&path).ok();
        // From here on it is removed if anything is refused.
        let mut scratch = Self {
            path: path.display().to_string(),
            keeper: None,
            _held: held,
        };
        make_dir(Path::new(&lab(&scratch.path)), 0o755)?;
        if !file::open_dir(file::here(), &scratch.path).is_ok_and(|open| takes_attributes(&open)) {
            return Ok(None);
        }
        scratch.keeper = Some(Keeper::start(program, [scratch.path.as_str()].into_iter())?);
        Ok(Some(scratch))
    }
}

/// Whether a lab host needs one on this machine.
pub(super) fn is_needed() -> bool {
    // On a file without a name: nothing is left of it, however this process ends. What cannot
    // be tried is taken to be as it is today.
    file::nameless(TMPFS).is_ok_and(|open| !takes_attributes(&open))
}

fn make_dir(path: &Path, mode: u32) -> Result<(), SysError> {
    let made = fs::DirBuilder::new().mode(mode).create(path);
    made.map_err(|e| SysError::new("mkdir", format!("{path:?}"), e))
}

/// The directory in it that is to be `/lab`.
pub(super) fn lab(path: &str) -> String {
    format!("{path}/lab")
}

/// Has directories removed that earlier runs left behind: by a process of its own,
/// as that may have to make others.
pub(super) fn have_removed(program: &str, left: &[PathBuf]) {
    if !left.is_empty() {
        let left = left.iter().filter_map(|dir| dir.to_str());
        drop(Keeper::start(program, left));
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Without a keeper nobody has written to it.
        if self.keeper.is_none() {
            let _ = fs::remove_dir(lab(&self.path));
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Whether an open file or directory of ours may have attributes of users: tried.
fn takes_attributes(open: &OwnedFd) -> bool {
    create::set_open_xattr(open, TRIED, b"1").is_ok()
}

/// Lends what is to be `/lab` to the lab host's root. What is around it stays with who made it.
pub(super) fn lend(path: &str, root: Ids) -> Result<(), SysError> {
    let lab = lab(path);
    chown(&lab, Some(root.uid), Some(root.gid))
        .map_err(|e| SysError::new("chown", format!("{lab:?}"), e))
}

/// Removes one with all that is in it. An ordinary user may own it, and not what is in it:
/// that belongs to ids that only a user namespace of the same map has. For a process with one
/// thread.
pub(super) fn remove(path: &Path) -> Result<(), SysError> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let removed = teardown::remove_files(path);
    if removed.is_ok() || identity::effective().0 == 0 {
        return removed;
    }
    empty(path)?;
    teardown::remove_files(path)
}

fn empty(path: &Path) -> Result<(), SysError> {
    let (read, write) = file::pipe()?;
    let user = nix::libc::CLONE_NEWUSER;
    match process::clone3(user, &namespace::flag_names(user))? {
        Side::Child => {
            drop(write);
            let _ = file::read_all(std::os::fd::AsFd::as_fd(&read));
            let _ = identity::set_uid(0);
            let gone = teardown::remove_files(path);
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
