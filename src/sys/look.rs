//! Looking at what is at a path without opening it.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt as _;

use rustix::fs::{AtFlags, Mode, OFlags};

use super::SysError;
use super::file::{self, Within, open_within};

/// The place of a path as a process with the root `root` sees it; a link at its end is not
/// followed.
pub fn place(root: impl AsFd, path: &str) -> Result<OwnedFd, SysError> {
    open_within(root, path, OFlags::PATH | OFlags::NOFOLLOW, Within::AsRoot)
}

/// The metadata of what is there, fstat(2).
pub fn stat(place: &OwnedFd) -> Result<Stat, SysError> {
    let stat = rustix::fs::statat(place, "", AtFlags::EMPTY_PATH);
    stat.map(Stat::from)
        .map_err(|e| SysError::new("newfstatat", "\"\", AT_EMPTY_PATH", e))
}

/// Opens what is there for reading, through the caller's own proc directory: never something that
/// has replaced it since. `O_NONBLOCK`, because some kernel files would wait for news.
pub fn open(proc: BorrowedFd<'_>, place: &OwnedFd) -> Result<OwnedFd, SysError> {
    let own = format!("self/fd/{}", place.as_raw_fd());
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    rustix::fs::openat(proc, own.as_str(), flags, Mode::empty())
        .map_err(|e| SysError::new("openat", format!("\"{own}\", O_NONBLOCK"), e))
}

/// The first `most` bytes of a file.
pub fn text(proc: BorrowedFd<'_>, place: &OwnedFd, most: usize) -> Result<String, SysError> {
    let open = open(proc, place)?;
    let bytes = file::read_up_to(open.as_fd(), most)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The last `most` bytes of a file.
pub fn end(proc: BorrowedFd<'_>, place: &OwnedFd, most: usize) -> Result<String, SysError> {
    let open = std::fs::File::from(open(proc, place)?);
    let size = usize::try_from(stat(place)?.size).unwrap_or(0);
    let mut bytes = vec![0; most.min(size)];
    let from = u64::try_from(size - bytes.len()).unwrap_or(0);
    let read = open.read_at(&mut bytes, from);
    bytes.truncate(read.map_err(|e| SysError::new("pread", "", e))?);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The target of a symbolic link, readlinkat(2).
pub fn target(place: &OwnedFd) -> Result<String, SysError> {
    file::read_link(place, "")
}

/// The result of stat(2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// The file type and the permission bits.
    pub mode: u32,
    /// The size in bytes.
    pub size: i64,
    /// The inode number.
    pub inode: u64,
    /// The device number of a device node; else 0.
    pub device: u64,
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// The number of hard links.
    pub links: u64,
    /// The last modification: seconds and nanoseconds since 1970.
    pub mtime: (i64, i64),
}

impl From<rustix::fs::Stat> for Stat {
    fn from(stat: rustix::fs::Stat) -> Self {
        Self {
            mode: stat.st_mode,
            size: stat.st_size,
            inode: stat.st_ino,
            device: stat.st_rdev,
            uid: stat.st_uid,
            gid: stat.st_gid,
            links: stat.st_nlink,
            mtime: (stat.st_mtime, stat.st_mtime_nsec.cast_signed()),
        }
    }
}

impl Stat {
    /// The file type, inode(7), such as `S_IFREG`.
    pub fn kind(&self) -> u32 {
        self.mode & nix::libc::S_IFMT
    }

    /// The permission bits in octal.
    pub fn permissions(&self) -> String {
        format!("{:04o}", self.mode & 0o7777)
    }
}

/// The metadata of a name in a directory, not following a link, fstatat(2).
pub fn stat_at(dir: impl AsFd, name: &str) -> Result<Stat, SysError> {
    let stat = rustix::fs::statat(dir, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)
        .map_err(|e| SysError::new("newfstatat", format!("\"{name}\""), e))?;
    Ok(stat.into())
}
