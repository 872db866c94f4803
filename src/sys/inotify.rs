//! Changes of directories and files, inotify(7).

use std::collections::BTreeSet;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};

use super::SysError;

/// An inotify instance.
#[derive(Debug)]
pub struct Inotify {
    fd: OwnedFd,
}

/// The events that were read.
#[derive(Debug, Default)]
pub struct Told {
    /// The watches with events.
    pub watches: BTreeSet<i32>,
    /// Whether the kernel's queue overflowed and events were lost.
    pub lost: bool,
}

/// Whether a watch was refused because this user, or the machine, has used up what inotify may take
/// (inotify(7)): `ENOSPC` for watches, `EMFILE` for instances.
pub fn is_used_up(why: &SysError) -> bool {
    ["ENOSPC", "EMFILE", "ENFILE", "ENOMEM"].contains(&why.errno_name().as_str())
}

/// Checks that one more directory can be watched.
///
/// # Errors
/// No instance can be made, or it can have no watch.
pub fn has_room() -> Result<(), SysError> {
    let inotify = Inotify::open()?;
    inotify.watch_all(Path::new("/")).map(drop)
}

impl Inotify {
    /// Makes an instance that watches nothing yet.
    pub fn open() -> Result<Self, SysError> {
        let fd = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)
            .map_err(|e| SysError::new("inotify_init1", "IN_CLOEXEC|IN_NONBLOCK", e))?;
        Ok(Self { fd })
    }

    /// Watches what is made, deleted or written in a directory.
    pub fn watch_dir(&self, path: &Path) -> Result<(), SysError> {
        self.add(
            path,
            WatchFlags::CREATE | WatchFlags::DELETE | WatchFlags::MODIFY | WatchFlags::ONLYDIR,
        )
    }

    /// Watches a file for writes, such as a kernel file that reports changes so.
    pub fn watch_file(&self, path: &Path) -> Result<(), SysError> {
        self.add(path, WatchFlags::MODIFY)
    }

    /// Watches everything that changes in a directory; returns the watch's number.
    pub fn watch_all(&self, dir: &Path) -> Result<i32, SysError> {
        let all = WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MODIFY
            | WatchFlags::ATTRIB
            | WatchFlags::MOVED_FROM
            | WatchFlags::MOVED_TO
            | WatchFlags::DELETE_SELF
            | WatchFlags::ONLYDIR;
        let args = || format!("\"{}\"", dir.display());
        add_watch(&self.fd, dir, all).map_err(|e| SysError::new("inotify_add_watch", args(), e))
    }

    /// Like `watch_all`, for an open directory.
    pub fn watch_here(&self, dir: &OwnedFd) -> Result<i32, SysError> {
        super::file::from_there(dir.as_fd(), || self.watch_all(Path::new(".")))
    }

    /// Removes a watch.
    pub fn forget(&self, watch: i32) {
        let _ = rustix::fs::inotify::remove_watch(&self.fd, watch);
    }

    fn add(&self, path: &Path, flags: WatchFlags) -> Result<(), SysError> {
        add_watch(&self.fd, path, flags)
            .map(drop)
            .map_err(|e| SysError::new("inotify_add_watch", format!("\"{}\"", path.display()), e))
    }

    /// Reads all pending events.
    pub fn drain(&self) -> Told {
        let mut buffer = [std::mem::MaybeUninit::uninit(); 16 * 1024];
        let mut reader = Reader::new(&self.fd, &mut buffer);
        let mut told = Told::default();
        while let Ok(event) = reader.next() {
            told.lost |= event.events().contains(ReadFlags::QUEUE_OVERFLOW);
            // A watch that was removed ends with an event, which is no change.
            if !event.events().contains(ReadFlags::IGNORED) {
                told.watches.insert(event.wd());
            }
        }
        told
    }

    /// Reads all pending events; returns whether there were any.
    pub fn told(&self) -> bool {
        let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(&self.fd, &mut buffer);
        let mut any = false;
        while reader.next().is_ok() {
            any = true;
        }
        any
    }
}

impl AsFd for Inotify {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
