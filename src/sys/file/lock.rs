//! Locks on open files and directories, flock(2).

use std::os::fd::OwnedFd;

use crate::sys::SysError;

/// Takes a shared lock until the descriptor is closed, flock(2). EWOULDBLOCK if somebody holds an
/// exclusive one.
pub fn lock_shared(fd: &OwnedFd) -> Result<(), SysError> {
    rustix::fs::flock(fd, rustix::fs::FlockOperation::NonBlockingLockShared)
        .map_err(|e| SysError::new("flock", "LOCK_SH|LOCK_NB", e))
}

/// Takes an exclusive lock, flock(2). EWOULDBLOCK if somebody holds one.
pub fn lock_alone(fd: &OwnedFd) -> Result<(), SysError> {
    rustix::fs::flock(fd, rustix::fs::FlockOperation::NonBlockingLockExclusive)
        .map_err(|e| SysError::new("flock", "LOCK_EX|LOCK_NB", e))
}
