//! The system calls that a whole lab host is refused, seccomp(2): calls that no namespace confines,
//! calls that would bypass the filter, and calls that no lab needs and that have been used to
//! escape.
//!
//! Each fails as on a kernel that lacks it or forbids it. Everything that a lab starts inherits the
//! filter; the facts count only filters besides this one.

use crate::sys::SysError;
use crate::sys::number;
use crate::sys::seccomp::{self, Refusal, When};

/// Socket families that a network namespace confines and that labs use. Some others reach the whole
/// machine, such as `AF_VSOCK` (vsock(7)).
const FAMILIES: &[i32] = &[
    number::AF_UNIX,
    number::AF_INET,
    number::AF_INET6,
    number::AF_NETLINK,
    number::AF_PACKET,
];

/// The refused calls, with the errno that each returns.
const REFUSALS: &[Refusal] = &[
    // Keys belong to users, not to namespaces (keyrings(7)).
    Refusal::always("add_key", number::ENOSYS),
    Refusal::always("request_key", number::ENOSYS),
    Refusal::always("keyctl", number::ENOSYS),
    // No filter sees the requests of io_uring(7).
    Refusal::always("io_uring_setup", number::ENOSYS),
    Refusal::always("io_uring_enter", number::ENOSYS),
    Refusal::always("io_uring_register", number::ENOSYS),
    Refusal::always("bpf", number::EPERM),
    Refusal::always("perf_event_open", number::EPERM),
    Refusal::always("userfaultfd", number::EPERM),
    Refusal::when("socket", When::FirstIsNone(FAMILIES), number::EAFNOSUPPORT),
    Refusal::when(
        "socketpair",
        When::FirstIsNone(FAMILIES),
        number::EAFNOSUPPORT,
    ),
    // These add and remove keys of encrypted file systems through any file of theirs, even one that
    // is read-only (the kernel's filesystems/fscrypt.rst).
    Refusal::when("ioctl", When::SecondIs(ADD_ENCRYPTION_KEY), number::ENOTTY),
    Refusal::when(
        "ioctl",
        When::SecondIs(REMOVE_ENCRYPTION_KEY),
        number::ENOTTY,
    ),
    Refusal::when(
        "ioctl",
        When::SecondIs(REMOVE_KEY_ALL_USERS),
        number::ENOTTY,
    ),
    // With a core limit other than 0 a crash would start the machine's own crash handler (core(5)).
    Refusal::when("setrlimit", When::FirstIs(CORE), number::EPERM),
    Refusal::when(
        "prlimit64",
        When::SecondIsAndThirdIsNotZero(CORE),
        number::EPERM,
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

/// Installs the filter for this process and everything that it starts. A kernel without seccomp is
/// not an error here: `gap` reports it.
pub(super) fn install() -> Result<(), SysError> {
    match seccomp::shield(REFUSALS) {
        Err(e) if [number::EINVAL, number::ENOSYS].contains(&e.errno) => Ok(()),
        installed => installed,
    }
}
