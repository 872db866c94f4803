//! Opening only what is inside a directory, openat2(2).

use std::ffi::OsStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{Mode, OFlags, ResolveFlags};

use super::SysError;

/// How a path is resolved from a directory, openat2(2).
#[derive(Clone, Copy)]
pub(super) enum Within {
    /// Symbolic links and ways out of the directory are refused.
    Strictly,
    /// As for a process whose root is that directory.
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

/// Opens a directory strictly within `dir` for reading; "" is `dir` itself.
pub fn open_below(dir: impl AsFd, path: impl AsRef<OsStr>) -> Result<OwnedFd, SysError> {
    let path = path.as_ref();
    let path = if path.is_empty() {
        OsStr::new(".")
    } else {
        path
    };
    open_within(dir, path, OFlags::DIRECTORY, Within::Strictly)
}

/// Opens a file strictly within `dir` for reading, without waiting for a pipe or device.
pub fn open_file_below(dir: impl AsFd, path: impl AsRef<OsStr>) -> Result<OwnedFd, SysError> {
    open_within(dir, path, OFlags::NONBLOCK, Within::Strictly)
}

/// Opens a directory as a process with the root `root` sees it.
pub fn open_in_root(root: impl AsFd, path: &str) -> Result<OwnedFd, SysError> {
    open_within(root, path, OFlags::DIRECTORY, Within::AsRoot)
}

/// Opens a file as a process with the root `root` sees it, without waiting for a pipe or device.
pub fn open_file_in_root(root: impl AsFd, path: &str) -> Result<OwnedFd, SysError> {
    open_within(root, path, OFlags::NONBLOCK, Within::AsRoot)
}
