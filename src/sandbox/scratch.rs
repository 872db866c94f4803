//! A directory on disk for `/lab`, where a tmpfs takes no extended attributes of
//! users (before Linux 6.6): overlays in a user namespace keep their marks in such.
//! It outlives the lab host by nature, so it has a keeper.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, chown};
use std::path::Path;

use super::idmap;
use super::keeper::Keeper;
use super::teardown;
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
}

impl Scratch {
    /// Makes one if it is needed.
    pub(super) fn make(program: &str) -> Result<Option<Self>, SysError> {
        if takes_attributes(Path::new(TMPFS)) {
            return Ok(None);
        }
        let place = Path::new(PLACE);
        teardown::sweep(place);
        let path = place.join(teardown::own_name());
        let made = fs::DirBuilder::new().mode(0o755).create(&path);
        made.map_err(|e| SysError::new("mkdir", format!("{path:?}"), e))?;
        let path = path.display().to_string();
        // From here on it is removed if anything is refused.
        let mut scratch = Self { path, keeper: None };
        if !takes_attributes(Path::new(&scratch.path)) {
            return Ok(None);
        }
        scratch.keeper = Some(Keeper::start(program, [scratch.path.as_str()].into_iter())?);
        Ok(Some(scratch))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Without a keeper nobody has written to it.
        if self.keeper.is_none() {
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Whether files in a directory may have attributes of users: tried on a new one.
fn takes_attributes(dir: &Path) -> bool {
    let name = teardown::own_name();
    let path = dir.join(&name);
    if fs::create_dir(&path).is_err() {
        // What cannot be tried is taken to be as it is today.
        return true;
    }
    let open = file::open_dir(file::here(), &path.to_string_lossy());
    let tried = open.and_then(|open| create::set_open_xattr(&open, TRIED, b"1"));
    let _ = fs::remove_dir(&path);
    tried.is_ok()
}

/// Lends it to the lab host's root.
pub(super) fn lend(path: &str, (uid, gid): (u32, u32)) -> Result<(), SysError> {
    chown(path, Some(uid), Some(gid)).map_err(|e| SysError::new("chown", format!("\"{path}\""), e))
}

/// Removes one with all that is in it; whether it is gone. An ordinary user may
/// own it, and not what is in it: that belongs to ids that only a user namespace
/// of the same map has.
pub(super) fn remove(path: &Path) -> bool {
    if !path.exists() {
        return true;
    }
    if identity::effective().0 != 0 {
        let _ = empty(path);
    }
    fs::remove_dir_all(path).is_ok()
}

fn empty(path: &Path) -> Result<(), SysError> {
    let (read, write) = file::pipe()?;
    let user = nix::libc::CLONE_NEWUSER;
    match process::clone3(user, &namespace::flag_names(user))? {
        Side::Child => {
            drop(write);
            let _ = file::read_all(std::os::fd::AsFd::as_fd(&read));
            let _ = identity::set_uid(0);
            let gone = fs::remove_dir_all(path);
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
