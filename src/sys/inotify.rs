//! Changes of directories and files, inotify(7).

use std::collections::BTreeSet;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};

use super::SysError;

/// What is watched.
#[derive(Debug)]
pub struct Inotify {
    fd: OwnedFd,
}

/// What was told.
#[derive(Debug, Default)]
pub struct Told {
    /// The watches on which something happened.
    pub watches: BTreeSet<i32>,
    /// Whether more happened than the kernel could keep.
    pub lost: bool,
}

/// Whether a watch was refused because there are too many already, of this program's or of
/// others of the same user: `ENOSPC` for watches, `EMFILE` for instances (inotify(7)).
pub fn is_used_up(why: &SysError) -> bool {
    ["ENOSPC", "EMFILE", "ENFILE", "ENOMEM"].contains(&why.errno_name().as_str())
}

/// Tries whether one more directory can be watched.
///
/// # Errors
/// There can be no instance, or it can have no watch.
pub fn has_room() -> Result<(), SysError> {
    let inotify = Inotify::open()?;
    inotify.watch_all(Path::new("/")).map(drop)
}

impl Inotify {
    /// Watches nothing yet.
    pub fn open() -> Result<Self, SysError> {
        let fd = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)
            .map_err(|e| SysError::new("inotify_init1", "IN_CLOEXEC|IN_NONBLOCK", e))?;
        Ok(Self { fd })
    }

    /// Watches what is made, removed or written in a directory.
    pub fn watch_dir(&self, path: &Path) -> Result<(), SysError> {
        self.add(
            path,
            WatchFlags::CREATE | WatchFlags::DELETE | WatchFlags::MODIFY | WatchFlags::ONLYDIR,
        )
    }

    /// Watches a file whose change the kernel tells.
    pub fn watch_file(&self, path: &Path) -> Result<(), SysError> {
        self.add(path, WatchFlags::MODIFY)
    }

    /// Watches everything that changes in a directory; the watch's number.
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

    /// The same of an open directory.
    pub fn watch_here(&self, dir: &OwnedFd) -> Result<i32, SysError> {
        super::file::from_there(dir.as_fd(), || self.watch_all(Path::new(".")))
    }

    /// Ends a watch.
    pub fn forget(&self, watch: i32) {
        let _ = rustix::fs::inotify::remove_watch(&self.fd, watch);
    }

    fn add(&self, path: &Path, flags: WatchFlags) -> Result<(), SysError> {
        add_watch(&self.fd, path, flags)
            .map(drop)
            .map_err(|e| SysError::new("inotify_add_watch", format!("\"{}\"", path.display()), e))
    }

    /// Reads away all that was told: of which watches.
    pub fn drain(&self) -> Told {
        let mut buffer = [std::mem::MaybeUninit::uninit(); 16 * 1024];
        let mut reader = Reader::new(&self.fd, &mut buffer);
        let mut told = Told::default();
        while let Ok(event) = reader.next() {
            told.lost |= event.events().contains(ReadFlags::QUEUE_OVERFLOW);
            // The end of a watch that was taken away is no news.
            if !event.events().contains(ReadFlags::IGNORED) {
                told.watches.insert(event.wd());
            }
        }
        told
    }

    /// Reads away all that was told; whether anything was.
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
