//! Namespaces: unsharing, joining, identifying.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd as _, OwnedFd};

use rustix::fs::{AtFlags, Mode, OFlags, openat};

use super::SysError;

/// A set of namespace kinds, as clone(2) flags.
pub type Flags = i32;

/// The clone(2) flag of a kind by its name under `/proc/PID/ns`; 0 for an unknown name.
pub fn flag(name: &str) -> Flags {
    match name {
        "cgroup" => libc::CLONE_NEWCGROUP,
        "ipc" => libc::CLONE_NEWIPC,
        "mnt" => libc::CLONE_NEWNS,
        "net" => libc::CLONE_NEWNET,
        "pid" => libc::CLONE_NEWPID,
        "time" => libc::CLONE_NEWTIME,
        "user" => libc::CLONE_NEWUSER,
        "uts" => libc::CLONE_NEWUTS,
        _ => 0,
    }
}

/// The names of the flags, such as `CLONE_NEWUTS|CLONE_NEWIPC`.
pub fn flag_names(flags: Flags) -> String {
    const NAMES: [(Flags, &str); 8] = [
        (libc::CLONE_NEWUSER, "CLONE_NEWUSER"),
        (libc::CLONE_NEWNS, "CLONE_NEWNS"),
        (libc::CLONE_NEWPID, "CLONE_NEWPID"),
        (libc::CLONE_NEWUTS, "CLONE_NEWUTS"),
        (libc::CLONE_NEWIPC, "CLONE_NEWIPC"),
        (libc::CLONE_NEWNET, "CLONE_NEWNET"),
        (libc::CLONE_NEWCGROUP, "CLONE_NEWCGROUP"),
        (libc::CLONE_NEWTIME, "CLONE_NEWTIME"),
    ];
    let names: Vec<&str> = NAMES
        .iter()
        .filter(|(flag, _)| flags & flag != 0)
        .map(|(_, name)| *name)
        .collect();
    names.join("|")
}

/// The inode of the namespace that a file refers to; `None` for any other file.
pub fn file_inode(path: &str) -> Option<i64> {
    // NSFS_MAGIC of linux/magic.h.
    let is_namespace = rustix::fs::statfs(path).is_ok_and(|fs| fs.f_type == 0x6e73_6673);
    let inode = rustix::fs::stat(path).ok()?.st_ino;
    is_namespace.then_some(i64::try_from(inode).ok()?)
}

/// unshare(2).
pub fn unshare(flags: Flags) -> Result<(), SysError> {
    // SAFETY: plain flags; the callers are single-threaded processes.
    super::check(
        "unshare",
        flag_names(flags),
        unsafe { libc::unshare(flags) }.into(),
    )
    .map(drop)
}

/// setns(2) on a namespace file, or on a pidfd with several kinds at once.
pub fn setns(fd: BorrowedFd<'_>, flags: Flags) -> Result<(), SysError> {
    // SAFETY: the descriptor is open for as long as the borrow lasts.
    let result = unsafe { libc::setns(fd.as_raw_fd(), flags) };
    super::check(
        "setns",
        format!("{}, {}", fd.as_raw_fd(), flag_names(flags)),
        result.into(),
    )
    .map(drop)
}

/// Opens `PID/ns/KIND` below a proc directory.
pub fn open(proc: impl AsFd, pid: i64, kind: &str) -> Result<OwnedFd, SysError> {
    let path = format!("{pid}/ns/{kind}");
    openat(
        proc,
        path.as_str(),
        OFlags::RDONLY | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .map_err(|e| SysError::new("openat", format!("\"/proc/{path}\""), e))
}

/// The device number of nsfs, the file system of all namespace files.
pub fn device(proc: BorrowedFd<'_>) -> Option<u64> {
    Some(
        rustix::fs::statat(proc, "self/ns/user", AtFlags::empty())
            .ok()?
            .st_dev,
    )
}

/// Opens a namespace that a process has open, by a path such as `PID/fd/3` below a proc directory.
/// Opens nothing else, even if the process replaces it meanwhile.
pub fn held(proc: BorrowedFd<'_>, path: &str, device: u64) -> Option<OwnedFd> {
    let is_one = |stat: rustix::fs::Stat| stat.st_dev == device;
    let stat = rustix::fs::statat(proc, path, AtFlags::empty()).ok()?;
    if !is_one(stat) {
        return None;
    }
    let place = super::file::open_place(proc, path).ok()?;
    let same = is_one(rustix::fs::fstat(&place).ok()?);
    same.then(|| super::look::open(proc, &place).ok())?
}

/// The kind of a namespace as its clone(2) flag (`NS_GET_NSTYPE`, `ioctl_nsfs(2)`).
pub fn kind(fd: BorrowedFd<'_>) -> Result<Flags, SysError> {
    // SAFETY: the request takes no argument; the descriptor is open as long as the borrow lasts.
    let result = unsafe { libc::ioctl(fd.as_raw_fd(), 0xb703) };
    let args = format!("{}, NS_GET_NSTYPE", fd.as_raw_fd());
    super::check("ioctl", args, result.into())?;
    Ok(result)
}

/// sethostname(2).
pub fn sethostname(name: &str) -> Result<(), SysError> {
    nix::unistd::sethostname(name)
        .map_err(|e| SysError::new("sethostname", format!("\"{name}\""), e))
}

/// The kernel's release: `6.12.9-amd64`, uname(2).
pub fn kernel_release() -> String {
    rustix::system::uname()
        .release()
        .to_string_lossy()
        .into_owned()
}

/// The host name of the caller's uts namespace, uname(2).
pub fn hostname() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

/// An ioctl on a namespace file that returns another one, `ioctl_nsfs(2)`.
fn relative(fd: BorrowedFd<'_>, request: libc::Ioctl, name: &str) -> Result<OwnedFd, SysError> {
    // SAFETY: the request takes no argument; the descriptor is open as long as the borrow lasts.
    let result = unsafe { libc::ioctl(fd.as_raw_fd(), request) };
    let args = format!("{}, {name}", fd.as_raw_fd());
    super::check("ioctl", args, result.into())?;
    // SAFETY: the call succeeded, so that this is a new descriptor, and ours.
    Ok(unsafe { OwnedFd::from_raw_fd(result) })
}

/// The user namespace that owns a namespace. EPERM if that is outside the caller's own.
pub fn owner(fd: BorrowedFd<'_>) -> Result<OwnedFd, SysError> {
    // `_IO(0xb7, 0x1)` of linux/nsfs.h.
    relative(fd, 0xb701, "NS_GET_USERNS")
}

/// The parent of a pid or user namespace. EPERM if that is outside the caller's own.
pub fn parent(fd: BorrowedFd<'_>) -> Result<OwnedFd, SysError> {
    // `_IO(0xb7, 0x2)` of linux/nsfs.h.
    relative(fd, 0xb702, "NS_GET_PARENT")
}
