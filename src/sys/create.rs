//! Making names in an open directory without following links.

use std::ffi::OsStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, Timespec, Timestamps, Uid, XattrFlags};

use super::SysError;
use super::file::from_there;

/// A user and a group.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// The user id.
    pub uid: u32,
    /// The group id.
    pub gid: u32,
}

/// A name in an open directory.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    /// The directory.
    pub dir: &'a OwnedFd,
    /// The name in it.
    pub name: &'a OsStr,
}

fn refused(call: &'static str, name: &OsStr) -> impl FnOnce(rustix::io::Errno) -> SysError {
    let args = format!("{name:?}");
    move |e| SysError::new(call, args, e)
}

/// Makes a directory if the name is free, mkdirat(2); anything that has the name stays. Returns
/// whether it was made.
pub fn directory_if_missing(dir: &OwnedFd, name: impl AsRef<OsStr>) -> Result<bool, SysError> {
    let name = name.as_ref();
    match rustix::fs::mkdirat(dir, name, Mode::from_raw_mode(0o755)) {
        Err(rustix::io::Errno::EXIST) => Ok(false),
        made => made.map(|()| true).map_err(refused("mkdirat", name)),
    }
}

/// Makes a new file, open for writing; EEXIST if the name is taken.
pub fn file(dir: &OwnedFd, name: impl AsRef<OsStr>) -> Result<OwnedFd, SysError> {
    let name = name.as_ref();
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(dir, name, flags, Mode::from_raw_mode(0o600))
        .map_err(refused("openat", name))
}

/// Makes a symbolic link, symlinkat(2).
pub fn symlink(
    target: impl AsRef<OsStr>,
    dir: &OwnedFd,
    name: impl AsRef<OsStr>,
) -> Result<(), SysError> {
    let name = name.as_ref();
    rustix::fs::symlinkat(target.as_ref(), dir, name).map_err(refused("symlinkat", name))
}

/// Makes a hard link, linkat(2).
pub fn link(from: Name<'_>, to: Name<'_>) -> Result<(), SysError> {
    rustix::fs::linkat(from.dir, from.name, to.dir, to.name, AtFlags::empty())
        .map_err(refused("linkat", to.name))
}

/// Makes a named pipe, mknodat(2).
pub fn fifo(dir: &OwnedFd, name: impl AsRef<OsStr>) -> Result<(), SysError> {
    let name = name.as_ref();
    rustix::fs::mknodat(dir, name, FileType::Fifo, Mode::from_raw_mode(0o600), 0)
        .map_err(refused("mknodat", name))
}

/// Makes a whiteout: the character device 0/0, which needs no privilege (Linux 5.8).
pub fn whiteout(dir: &OwnedFd, name: impl AsRef<OsStr>) -> Result<(), SysError> {
    let name = name.as_ref();
    let kind = FileType::CharacterDevice;
    rustix::fs::mknodat(dir, name, kind, Mode::empty(), 0).map_err(refused("mknodat", name))
}

/// Removes a name that is not a directory, unlinkat(2).
pub fn remove(dir: &OwnedFd, name: impl AsRef<OsStr>) -> Result<(), SysError> {
    let name = name.as_ref();
    rustix::fs::unlinkat(dir, name, AtFlags::empty()).map_err(refused("unlinkat", name))
}

/// Sets the owner of a name, fchownat(2).
pub fn set_owner(dir: &OwnedFd, name: impl AsRef<OsStr>, owner: &Owner) -> Result<(), SysError> {
    let name = name.as_ref();
    let (uid, gid) = (Uid::from_raw(owner.uid), Gid::from_raw(owner.gid));
    rustix::fs::chownat(dir, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)
        .map_err(refused("fchownat", name))
}

/// Sets the permission bits of a name that is not a symbolic link, fchmodat(2).
pub fn set_mode(dir: &OwnedFd, name: impl AsRef<OsStr>, mode: u32) -> Result<(), SysError> {
    let name = name.as_ref();
    rustix::fs::chmodat(dir, name, Mode::from_raw_mode(mode), AtFlags::empty())
        .map_err(refused("fchmodat", name))
}

/// Sets both timestamps of a name, in seconds since 1970, utimensat(2).
pub fn set_time(dir: &OwnedFd, name: impl AsRef<OsStr>, seconds: i64) -> Result<(), SysError> {
    let name = name.as_ref();
    let time = Timespec {
        tv_sec: seconds,
        tv_nsec: 0,
    };
    let times = Timestamps {
        last_access: time,
        last_modification: time,
    };
    rustix::fs::utimensat(dir, name, &times, AtFlags::SYMLINK_NOFOLLOW)
        .map_err(refused("utimensat", name))
}

/// Sets an extended attribute of an open file or directory, fsetxattr(2).
pub fn set_open_xattr(fd: &OwnedFd, attribute: &str, value: &[u8]) -> Result<(), SysError> {
    rustix::fs::fsetxattr(fd, attribute, value, XattrFlags::empty())
        .map_err(refused("fsetxattr", attribute.as_ref()))
}

/// Sets an extended attribute of a name, lsetxattr(2).
pub fn set_xattr(
    dir: &OwnedFd,
    name: impl AsRef<OsStr>,
    attribute: &str,
    value: &[u8],
) -> Result<(), SysError> {
    let name = name.as_ref();
    from_there(dir.as_fd(), || {
        rustix::fs::lsetxattr(name, attribute, value, XattrFlags::empty())
            .map_err(|e| SysError::new("lsetxattr", format!("{name:?}, \"{attribute}\""), e))
    })
}
