//! How full file systems are, statfs(2).

use std::os::fd::{AsFd, BorrowedFd};

use super::open_place;
use crate::sys::SysError;

/// A file system of which some is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// Its device number.
    pub device: u64,
    /// How much is in use, in bytes.
    pub bytes: u64,
}

/// The file system to which a path below a directory leads, fstatfs(2).
pub fn used(dir: impl AsFd, path: &str) -> Result<Used, SysError> {
    let place = open_place(dir, path)?;
    let found = rustix::fs::fstatfs(&place).map_err(|e| SysError::new("fstatfs", "", e))?;
    let stat = rustix::fs::fstat(&place).map_err(|e| SysError::new("fstat", "", e))?;
    Ok(Used {
        device: stat.st_dev,
        bytes: found.f_blocks.saturating_sub(found.f_bfree) * found.f_bsize.unsigned_abs(),
    })
}

/// What a user may still make on a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Free {
    /// In bytes.
    pub bytes: u64,
    /// How many files.
    pub files: u64,
    /// Whether it is nearly full: less than a sixteenth of it is left.
    pub short: bool,
}

/// What a user may still make on a file system.
pub fn free(fd: BorrowedFd<'_>) -> Result<Free, SysError> {
    let found = rustix::fs::fstatfs(fd).map_err(|e| SysError::new("fstatfs", "", e))?;
    Ok(Free {
        bytes: found.f_bavail * found.f_bsize.unsigned_abs(),
        files: found.f_ffree,
        short: found.f_bavail < found.f_blocks / 16,
    })
}

/// What a file takes on disk, in bytes: blocks of 512, stat(3type).
pub(in crate::sys) fn on_disk(found: &rustix::fs::Stat) -> u64 {
    found.st_blocks.unsigned_abs() * 512
}

/// A file that has no name any more, and is there for as long as it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nameless {
    /// Its number on its file system.
    pub inode: u64,
    /// What it takes on disk, in bytes.
    pub bytes: u64,
}

/// What a process has open, by a path such as `PID/fd/3` below a proc directory, if that is on a
/// device and has no name any more.
pub fn nameless_at(proc: impl AsFd, path: &str, device: u64) -> Option<Nameless> {
    let found = rustix::fs::statat(proc, path, rustix::fs::AtFlags::empty()).ok()?;
    let is_one = found.st_dev == device && found.st_nlink == 0;
    is_one.then(|| Nameless {
        inode: found.st_ino,
        bytes: on_disk(&found),
    })
}

/// The number of the device on which an open file is, fstat(2).
pub fn device_of(fd: BorrowedFd<'_>) -> Result<u64, SysError> {
    let found = rustix::fs::fstat(fd).map_err(|e| SysError::new("fstat", "", e))?;
    Ok(found.st_dev)
}
