//! Which system calls a whole lab host is refused, seccomp(2): what no namespace keeps
//! apart, what would walk around the filter, and what nobody in a lab has a use for while
//! its faults were others' way out.
//!
//! Each answers as a kernel does that does not have it, or does not allow it. A filter
//! stays with all that a lab starts; facts tell of filters beside this one.

use nix::libc;

use crate::sys::SysError;
use crate::sys::seccomp::{self, Refusal, When};

/// Families of sockets that a network namespace keeps apart, and that labs use. Of the
/// others some belong to the whole machine, as `AF_VSOCK` (vsock(7)) does.
const FAMILIES: &[i32] = &[
    libc::AF_UNIX,
    libc::AF_INET,
    libc::AF_INET6,
    libc::AF_NETLINK,
    libc::AF_PACKET,
];

/// What is refused.
const REFUSALS: &[Refusal] = &[
    // Keys belong to users, not to namespaces (keyrings(7)).
    Refusal::always("add_key", libc::ENOSYS),
    Refusal::always("request_key", libc::ENOSYS),
    Refusal::always("keyctl", libc::ENOSYS),
    // Its requests are seen by no filter.
    Refusal::always("io_uring_setup", libc::ENOSYS),
    Refusal::always("io_uring_enter", libc::ENOSYS),
    Refusal::always("io_uring_register", libc::ENOSYS),
    Refusal::always("bpf", libc::EPERM),
    Refusal::always("perf_event_open", libc::EPERM),
    Refusal::always("userfaultfd", libc::EPERM),
    Refusal::when("socket", When::FirstIsNone(FAMILIES), libc::EAFNOSUPPORT),
    Refusal::when(
        "socketpair",
        When::FirstIsNone(FAMILIES),
        libc::EAFNOSUPPORT,
    ),
    // Keys of encrypted file systems, by any file of theirs, also one that is read-only
    // (the kernel's filesystems/fscrypt.rst).
    Refusal::when("ioctl", When::SecondIs(ADD_ENCRYPTION_KEY), libc::ENOTTY),
    Refusal::when("ioctl", When::SecondIs(REMOVE_ENCRYPTION_KEY), libc::ENOTTY),
    Refusal::when("ioctl", When::SecondIs(REMOVE_KEY_ALL_USERS), libc::ENOTTY),
    // With a limit of 0 a crash would start the machine's own program for crashes (core(5)).
    Refusal::when("setrlimit", When::FirstIs(CORE), libc::EPERM),
    Refusal::when(
        "prlimit64",
        When::SecondIsAndThirdIsNotZero(CORE),
        libc::EPERM,
    ),
];

/// `FS_IOC_ADD_ENCRYPTION_KEY` of linux/fscrypt.h.
const ADD_ENCRYPTION_KEY: u32 = 0xc050_6617;
/// `FS_IOC_REMOVE_ENCRYPTION_KEY`.
const REMOVE_ENCRYPTION_KEY: u32 = 0xc040_6618;
/// `FS_IOC_REMOVE_ENCRYPTION_KEY_ALL_USERS`.
const REMOVE_KEY_ALL_USERS: u32 = 0xc040_6619;
/// `RLIMIT_CORE` of asm-generic/resource.h.
const CORE: i32 = 4;

/// Puts it around this process and all that it will start. A kernel that has no filters is
/// one of the gaps that are told (`gap`).
pub(super) fn install() -> Result<(), SysError> {
    match seccomp::shield(REFUSALS) {
        Err(e) if [libc::EINVAL, libc::ENOSYS].contains(&e.errno) => Ok(()),
        installed => installed,
    }
}
