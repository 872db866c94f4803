//! The only room that makes system calls: one function per call. A failed call comes back as
//! `SysError` with the call's name, its arguments and the errno, so that a refusal can be shown as
//! it happened.
//!
//! Invariant: nothing is decided here; which calls are made, and in which order, is the business of
//! `action`, `probe` and `sandbox`.
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
pub mod number;
pub mod packet;
pub mod process;
pub mod pty;
pub mod readiness;
pub mod seccomp;
pub mod socket;
pub mod thread;
pub mod trace;
pub mod tree;
pub mod wait;
mod within;

use std::path::Path;

use nix::errno::Errno;
pub use rustix::io;

/// A call that the kernel refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call}({args}) => {}: {}", errno_name(*.errno), words(*.errno))]
pub struct SysError {
    /// The call, as the kernel spells it.
    pub call: &'static str,
    /// Its arguments, as strace(1) would show them.
    pub args: String,
    /// The errno, errno(3).
    pub errno: i32,
    /// The kernel's own explanation, which only netlink gives; else empty.
    pub text: String,
}

impl SysError {
    /// Makes an error of a call, its arguments and its errno.
    pub fn new(call: &'static str, args: impl Into<String>, errno: impl Into<Code>) -> Self {
        Self {
            call,
            args: args.into(),
            errno: errno.into().0,
            text: String::new(),
        }
    }

    /// The name of the errno: `ENOENT`.
    pub fn errno_name(&self) -> String {
        errno_name(self.errno)
    }

    /// The result of the call as strace(1) shows it: `-1 ENOENT (No such file or directory)`.
    pub fn result(&self) -> String {
        format!("-1 {} ({})", self.errno_name(), self.words())
    }

    /// The error in words: strerror(3), and the kernel's explanation.
    pub fn words(&self) -> String {
        match self.text.as_str() {
            "" => words(self.errno),
            text => format!("{}: {text}", words(self.errno)),
        }
    }
}

/// The `SysError` of a refused call for a path.
pub fn refused<E: Into<Code>>(
    call: &'static str,
    path: impl AsRef<Path>,
) -> impl FnOnce(E) -> SysError {
    let args = format!("{:?}", path.as_ref());
    move |e| SysError::new(call, args, e)
}

impl From<SysError> for std::io::Error {
    fn from(error: SysError) -> Self {
        Self::new(Self::from_raw_os_error(error.errno).kind(), error)
    }
}

/// The words of strerror(3): the standard library adds the number, which other programs do not
/// show.
fn words(errno: i32) -> String {
    let all = std::io::Error::from_raw_os_error(errno).to_string();
    let end = all.rfind(" (os error").unwrap_or(all.len());
    all[..end].to_owned()
}

/// The name of an errno: `ENOENT`.
pub fn errno_name(errno: i32) -> String {
    format!("{:?}", Errno::from_raw(errno))
}

/// An error number from `nix`, `rustix` or the standard library.
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

/// Turns the result of a raw libc call into a `Result`.
fn check(call: &'static str, args: impl Into<String>, result: i64) -> Result<i64, SysError> {
    if result < 0 {
        Err(SysError::new(call, args, Errno::last()))
    } else {
        Ok(result)
    }
}
