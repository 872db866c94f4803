//! A directory on disk for `/lab`, for machines whose tmpfs has no user extended attributes (before
//! Linux 6.6): overlays in a user namespace keep their marks in those. It stays when the lab host
//! ends, so it has a keeper.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt as _, chown};
use std::path::{Path, PathBuf};

use super::idmap::Ids;
use super::keeper::Keeper;
use super::owner;
use super::removal::PLACE;
use crate::sys::create;
use crate::sys::{SysError, file};

/// A tmpfs that every machine has.
const TMPFS: &str = "/dev/shm";
/// The attribute that is tried.
const TRIED: &str = "user.isolab";

/// The directory; dropping it has it removed.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) path: String,
    _keeper: Keeper,
    /// The lock that tells other isolab processes that it is in use.
    _held: Option<OwnedFd>,
}

impl Scratch {
    /// Makes a directory if this machine needs one; `None` if it does not, or if none can be made.
    pub(super) fn make(program: &str) -> Result<Option<Self>, SysError> {
        if !is_needed() {
            return Ok(None);
        }
        let place = Path::new(PLACE);
        have_removed(program, &owner::left_behind(place));
        // Mode 0700: a lab's set-user-id programs must not be reachable for others on the machine.
        let path = place.join(owner::own_name());
        let mut keeper = Keeper::of(program);
        keeper.take(&path)?;
        // Without one `/lab` is in memory as elsewhere, but overlays cannot be mounted on it.
        if make_dir(&path, 0o700).is_err() {
            return Ok(None);
        }
        // Order: locked at once, because an isolab in another pid namespace may clean up here too.
        let held = owner::hold(&path).ok();
        // From here on dropping `scratch` removes it.
        let scratch = Self {
            path: path.display().to_string(),
            _keeper: keeper,
            _held: held,
        };
        make_dir(Path::new(&lab(&scratch.path)), 0o755)?;
        if !file::open_dir(file::here(), &scratch.path).is_ok_and(|open| takes_attributes(&open)) {
            return Ok(None);
        }
        Ok(Some(scratch))
    }
}

/// Whether this machine's tmpfs lacks user extended attributes.
pub(super) fn is_needed() -> bool {
    // Tried on a file without a name, of which nothing is left however this process ends. If it
    // cannot be tried, a current kernel is assumed.
    file::nameless(TMPFS).is_ok_and(|open| !takes_attributes(&open))
}

fn make_dir(path: &Path, mode: u32) -> Result<(), SysError> {
    let made = fs::DirBuilder::new().mode(mode).create(path);
    made.map_err(|e| SysError::new("mkdir", format!("{path:?}"), e))
}

/// The directory in it that becomes `/lab`.
pub(super) fn lab(path: &str) -> String {
    format!("{path}/lab")
}

/// Starts a keeper that removes directories that earlier runs left behind: removing may take new
/// namespaces, which this process must not enter.
pub(super) fn have_removed(program: &str, left: &[PathBuf]) {
    let mut keeper = Keeper::of(program);
    for dir in left {
        // One that cannot be told is left for the next run.
        let _ = keeper.take(dir);
    }
}

/// Whether an open file or directory takes user extended attributes, by trying it.
fn takes_attributes(open: &OwnedFd) -> bool {
    create::set_open_xattr(open, TRIED, b"1").is_ok()
}

/// Gives the directory that becomes `/lab` to the lab host's root. The directory around it keeps
/// its owner.
pub(super) fn lend(path: &str, root: Ids) -> Result<(), SysError> {
    let lab = lab(path);
    chown(&lab, Some(root.uid), Some(root.gid))
        .map_err(|e| SysError::new("chown", format!("{lab:?}"), e))
}
