//! The only room that talks to the kernel by system call: one call, one
//! function. A failed call comes back as `SysError` with the call's name, its
//! arguments and the errno, so that a refusal can be shown as it is.
//!
//! Invariant: nothing is decided here; which calls, and in which order, is the
//! business of `action`, `probe` and `sandbox`.
#![allow(unsafe_code, reason = "this is the room that is allowed to")]

pub mod capability;
pub mod cgroup;
pub mod create;
pub mod exec;
pub mod file;
pub mod icmp;
pub mod identity;
pub mod inherit;
pub mod inotify;
pub mod ipc;
pub mod limit;
pub mod look;
pub mod memory;
pub mod mount;
pub mod namespace;
pub mod nat;
pub mod netlink;
pub mod network;
pub mod packet;
pub mod process;
pub mod pty;
pub mod readiness;
pub mod seccomp;
pub mod socket;
pub mod thread;
pub mod tree;
pub mod wait;
mod within;

use std::path::Path;

use nix::errno::Errno;

/// A call that the kernel refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call}({args}) => {}: {}", errno_name(*.errno), words(*.errno))]
pub struct SysError {
    /// The call, as the kernel spells it.
    pub call: &'static str,
    /// Its arguments, as strace(1) would show them.
    pub args: String,
    /// The error number, errno(3).
    pub errno: i32,
    /// What the kernel adds in words of its own (netlink only); else empty.
    pub text: String,
}

impl SysError {
    /// From a call, its arguments and the error it gave.
    pub fn new(call: &'static str, args: impl Into<String>, errno: impl Into<Code>) -> Self {
        Self {
            call,
            args: args.into(),
            errno: errno.into().0,
            text: String::new(),
        }
    }

    /// The error's name: `ENOENT`.
    pub fn errno_name(&self) -> String {
        errno_name(self.errno)
    }

    /// The error in words: strerror(3), and what the kernel adds.
    pub fn words(&self) -> String {
        match self.text.as_str() {
            "" => words(self.errno),
            text => format!("{}: {text}", words(self.errno)),
        }
    }
}

/// The refusal of a call of the standard library's, for a path.
pub fn refused(
    call: &'static str,
    path: impl AsRef<Path>,
) -> impl FnOnce(std::io::Error) -> SysError {
    let args = format!("{:?}", path.as_ref());
    move |e| SysError::new(call, args, e)
}

impl From<SysError> for std::io::Error {
    fn from(error: SysError) -> Self {
        Self::new(Self::from_raw_os_error(error.errno).kind(), error)
    }
}

/// As strerror(3) has it, and so every program here: the standard library adds the number.
fn words(errno: i32) -> String {
    let all = std::io::Error::from_raw_os_error(errno).to_string();
    let end = all.rfind(" (os error").unwrap_or(all.len());
    all[..end].to_owned()
}

/// The name of an error number: `ENOENT`.
pub fn errno_name(errno: i32) -> String {
    format!("{:?}", Errno::from_raw(errno))
}

/// An error number, from whichever crate it comes.
#[derive(Clone, Copy, Debug)]
pub struct Code(pub i32);

impl From<Errno> for Code {
    fn from(errno: Errno) -> Self {
        Self(errno as i32)
    }
}

impl From<rustix::io::Errno> for Code {
    fn from(errno: rustix::io::Errno) -> Self {
        Self(errno.raw_os_error())
    }
}

impl From<std::io::Error> for Code {
    fn from(error: std::io::Error) -> Self {
        Self(error.raw_os_error().unwrap_or(libc::EIO))
    }
}

/// What a raw libc call returned, as a result.
fn check(call: &'static str, args: impl Into<String>, result: i64) -> Result<i64, SysError> {
    if result < 0 {
        Err(SysError::new(call, args, Errno::last()))
    } else {
        Ok(result)
    }
}
