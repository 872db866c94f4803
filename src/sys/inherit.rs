//! What a process inherits from the one that started it, and how it gets rid of that.

use std::os::fd::{AsRawFd, BorrowedFd};

use super::SysError;

/// The highest descriptor that is closed one by one.
const HIGHEST: i32 = 65_536;
/// `KEYCTL_JOIN_SESSION_KEYRING` of linux/keyctl.h.
const JOIN_SESSION_KEYRING: libc::c_int = 1;

/// Makes every descriptor but the standard ones close-on-exec, `close_range(2)` with
/// `CLOSE_RANGE_CLOEXEC` (Linux 5.11): the caller may have left some open.
pub fn keep_no_descriptors() {
    let flags = libc::CLOSE_RANGE_CLOEXEC;
    // SAFETY: plain numbers; what has an owner in this process stays open in it.
    let result = unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, flags) };
    if result < 0 {
        close_on_exec_one_by_one();
    }
}

/// Closes every descriptor but the standard ones and these, `close_range(2)`: for a process that was
/// forked and never drops what it had from its parent.
pub fn keep_only(kept: &[BorrowedFd<'_>]) {
    let mut kept: Vec<i32> = kept.iter().map(AsRawFd::as_raw_fd).collect();
    kept.sort_unstable();
    let mut first = 3;
    for end in kept.into_iter().chain([i32::MAX]) {
        close(first, end - 1);
        first = first.max(end.saturating_add(1));
    }
}

/// Closes the descriptors from `first` to `last`.
fn close(first: i32, last: i32) {
    if first > last {
        return;
    }
    let (from, to) = (first.cast_unsigned(), last.cast_unsigned());
    // SAFETY: plain numbers; the caller promises that their owners in this process are never used.
    let result = unsafe { libc::syscall(libc::SYS_close_range, from, to, 0) };
    if result < 0 {
        for fd in first..=last.min(HIGHEST) {
            // SAFETY: as above.
            unsafe { libc::close(fd) };
        }
    }
}

/// Makes them so one by one if the call is refused, `proc_pid_fd(5)`.
fn close_on_exec_one_by_one() {
    let entries = std::fs::read_dir("/proc/self/fd").into_iter().flatten();
    let names = entries.flatten().map(|entry| entry.file_name());
    let numbers = names.filter_map(|name| name.to_str()?.parse::<i32>().ok());
    for fd in numbers.filter(|fd| *fd > 2) {
        // SAFETY: plain numbers; a descriptor that is gone is refused without harm.
        unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
}

/// Leaves the inherited session keyring for a new one of its own, `keyctl_join_session_keyring(3)`:
/// no namespace confines keys. On a kernel without keyrings (ENOSYS), or under a filter that
/// forbids them (EPERM), there is none to leave.
pub fn leave_session_keyring() -> Result<(), SysError> {
    // SAFETY: no name is passed, so that the keyring is anonymous.
    let result = unsafe {
        libc::syscall(
            libc::SYS_keyctl,
            JOIN_SESSION_KEYRING,
            std::ptr::null::<libc::c_char>(),
        )
    };
    match super::check("keyctl", "KEYCTL_JOIN_SESSION_KEYRING, NULL", result) {
        Err(e) if [libc::ENOSYS, libc::EPERM].contains(&e.errno) => Ok(()),
        joined => joined.map(drop),
    }
}

/// Sets the permission bits that new files do not get, umask(2).
pub fn set_umask(bits: u32) {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(bits));
}
