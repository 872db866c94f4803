//! Opening what lies within a directory, and never what lies outside, openat2(2).

use std::ffi::OsStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{Mode, OFlags, ResolveFlags};

use super::SysError;

/// How a name is looked up from a directory, openat2(2).
#[derive(Clone, Copy)]
pub(super) enum Within {
    /// Nothing on the way may be a symbolic link or lead out of it.
    Strictly,
    /// As a process sees it whose root it is.
    AsRoot,
}

pub(super) fn open_within(
    dir: impl AsFd,
    path: impl AsRef<OsStr>,
    flags: OFlags,
    within: Within,
) -> Result<OwnedFd, SysError> {
    let path = path.as_ref();
    let (resolve, name) = match within {
        Within::Strictly => (
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS,
            "RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS",
        ),
        Within::AsRoot => (ResolveFlags::IN_ROOT, "RESOLVE_IN_ROOT"),
    };
    let flags = flags | OFlags::RDONLY | OFlags::CLOEXEC;
    rustix::fs::openat2(dir, path, flags, Mode::empty(), resolve)
        .map_err(|e| SysError::new("openat2", format!("{path:?}, {name}"), e))
}

/// Opens a directory below another for reading, strictly within it; of "" itself.
pub fn open_below(dir: impl AsFd, path: impl AsRef<OsStr>) -> Result<OwnedFd, SysError> {
    let path = path.as_ref();
    let path = if path.is_empty() {
        OsStr::new(".")
    } else {
        path
    };
    open_within(dir, path, OFlags::DIRECTORY, Within::Strictly)
}

/// Opens a file below a directory for reading, strictly within it; a pipe or a
/// device is not waited for.
pub fn open_file_below(dir: impl AsFd, path: impl AsRef<OsStr>) -> Result<OwnedFd, SysError> {
    open_within(dir, path, OFlags::NONBLOCK, Within::Strictly)
}

/// Opens a directory as a process sees it whose root is `root`.
pub fn open_in_root(root: impl AsFd, path: &str) -> Result<OwnedFd, SysError> {
    open_within(root, path, OFlags::DIRECTORY, Within::AsRoot)
}

/// The same of a file, without waiting on what it may be.
pub fn open_file_in_root(root: impl AsFd, path: &str) -> Result<OwnedFd, SysError> {
    open_within(root, path, OFlags::NONBLOCK, Within::AsRoot)
}
