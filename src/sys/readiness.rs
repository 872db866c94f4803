//! Descriptors that the async runtime waits for, epoll(7).

use std::os::fd::OwnedFd;

use tokio::io::unix::AsyncFd;

use super::SysError;

/// Registers a non-blocking descriptor with the runtime.
pub fn watched(fd: OwnedFd) -> Result<AsyncFd<OwnedFd>, SysError> {
    // SAFETY: the `AsyncFd` owns the descriptor, which stays open until it is dropped.
    unsafe { AsyncFd::register(fd) }
        .map_err(|e| SysError::new("epoll_ctl", "EPOLL_CTL_ADD", std::io::Error::from(e)))
}
