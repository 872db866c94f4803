//! Changes of directories and files, inotify(7).

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};

use super::SysError;

/// What is watched.
#[derive(Debug)]
pub struct Inotify {
    fd: OwnedFd,
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

    fn add(&self, path: &Path, flags: WatchFlags) -> Result<(), SysError> {
        add_watch(&self.fd, path, flags)
            .map(drop)
            .map_err(|e| SysError::new("inotify_add_watch", format!("\"{}\"", path.display()), e))
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
