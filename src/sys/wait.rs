//! Waiting on several descriptors, poll(2).

use std::os::fd::BorrowedFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::SysError;

/// What to wait for on a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Data to read, or the end of it.
    Input,
    /// A change of a proc(5) file such as mountinfo or hostname.
    Change,
}

/// Waits until a descriptor is ready or the time is up; returns which ones are ready.
pub fn ready(
    fds: &[(BorrowedFd<'_>, For)],
    limit: Option<Duration>,
) -> Result<Vec<bool>, SysError> {
    let mut polls: Vec<PollFd<'_>> = fds
        .iter()
        .map(|(fd, what)| PollFd::new(*fd, flags(*what)))
        .collect();
    let timeout = limit.map_or(PollTimeout::NONE, |d| {
        PollTimeout::try_from(d.as_millis() + 1).unwrap_or(PollTimeout::MAX)
    });
    match poll(&mut polls, timeout) {
        Ok(_) => {}
        Err(Errno::EINTR) => return Ok(vec![false; fds.len()]),
        Err(e) => return Err(SysError::new("poll", "", e)),
    }
    Ok(polls.iter().map(|p| p.any().unwrap_or(false)).collect())
}

fn flags(what: For) -> PollFlags {
    match what {
        For::Input => PollFlags::POLLIN,
        For::Change => PollFlags::POLLPRI,
    }
}

/// Sleeps.
pub fn pause(time: std::time::Duration) {
    std::thread::sleep(time);
}
