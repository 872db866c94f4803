//! Locks on open files and directories, flock(2).

use std::os::fd::OwnedFd;

use crate::sys::SysError;

/// Shares a lock on an open file or directory with others, until it is closed, flock(2).
/// EWOULDBLOCK if somebody has it alone.
pub fn lock_shared(fd: &OwnedFd) -> Result<(), SysError> {
    rustix::fs::flock(fd, rustix::fs::FlockOperation::NonBlockingLockShared)
        .map_err(|e| SysError::new("flock", "LOCK_SH|LOCK_NB", e))
}

/// Has such a lock alone. EWOULDBLOCK if somebody has one.
pub fn lock_alone(fd: &OwnedFd) -> Result<(), SysError> {
    rustix::fs::flock(fd, rustix::fs::FlockOperation::NonBlockingLockExclusive)
        .map_err(|e| SysError::new("flock", "LOCK_EX|LOCK_NB", e))
}
