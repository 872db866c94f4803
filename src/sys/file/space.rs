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

/// How many bytes a user may still write to a file system.
pub fn free(fd: BorrowedFd<'_>) -> Result<u64, SysError> {
    let found = rustix::fs::fstatfs(fd).map_err(|e| SysError::new("fstatfs", "", e))?;
    Ok(found.f_bavail * found.f_bsize.unsigned_abs())
}
