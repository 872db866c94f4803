//! How much space file systems use and have left, statfs(2).

use std::os::fd::{AsFd, BorrowedFd};

use super::open_place;
use crate::sys::SysError;

/// The space used on a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// Its device number.
    pub device: u64,
    /// The bytes in use.
    pub bytes: u64,
}

/// The file system that a path below a directory is on, fstatfs(2).
pub fn used(dir: impl AsFd, path: &str) -> Result<Used, SysError> {
    let place = open_place(dir, path)?;
    let found = rustix::fs::fstatfs(&place).map_err(|e| SysError::new("fstatfs", "", e))?;
    let stat = rustix::fs::fstat(&place).map_err(|e| SysError::new("fstat", "", e))?;
    Ok(Used {
        device: stat.st_dev,
        bytes: found.f_blocks.saturating_sub(found.f_bfree) * found.f_bsize.unsigned_abs(),
    })
}

/// What an ordinary user may still use of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Free {
    /// The bytes left.
    pub bytes: u64,
    /// The number of files that can still be made.
    pub files: u64,
    /// Whether less than a sixteenth of its blocks is left.
    pub short: bool,
}

/// What an ordinary user may still use of the file system that `fd` is on, fstatfs(2).
pub fn free(fd: BorrowedFd<'_>) -> Result<Free, SysError> {
    let found = rustix::fs::fstatfs(fd).map_err(|e| SysError::new("fstatfs", "", e))?;
    Ok(Free {
        bytes: found.f_bavail * found.f_bsize.unsigned_abs(),
        files: found.f_ffree,
        short: found.f_bavail < found.f_blocks / 16,
    })
}

/// The space that a file takes on disk, in bytes: `st_blocks` counts units of 512, stat(3type).
pub(in crate::sys) fn on_disk(found: &rustix::fs::Stat) -> u64 {
    found.st_blocks.unsigned_abs() * 512
}

/// A file whose last name was removed while it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nameless {
    /// Its inode number.
    pub inode: u64,
    /// The space that it takes on disk, in bytes.
    pub bytes: u64,
}

/// The open file at a path such as `PID/fd/3` below a proc directory, if it is on `device` and has
/// no name any more.
pub fn nameless_at(proc: impl AsFd, path: &str, device: u64) -> Option<Nameless> {
    let found = rustix::fs::statat(proc, path, rustix::fs::AtFlags::empty()).ok()?;
    let is_one = found.st_dev == device && found.st_nlink == 0;
    is_one.then(|| Nameless {
        inode: found.st_ino,
        bytes: on_disk(&found),
    })
}

/// The number of the device that an open file is on, fstat(2).
pub fn device_of(fd: BorrowedFd<'_>) -> Result<u64, SysError> {
    let found = rustix::fs::fstat(fd).map_err(|e| SysError::new("fstat", "", e))?;
    Ok(found.st_dev)
}
