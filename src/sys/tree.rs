//! Removing a directory with all that is in it, without a path: by the descriptor of one
//! directory at a time, however deep it is nested. No link is followed and no other file
//! system entered.

use std::ffi::{CStr, CString};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Instant;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::SysError;

/// What is removed beside directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// All files.
    Files,
    /// None: the files of a control group go with its directory (cgroups(7)).
    Nothing,
}

/// How a directory is removed.
pub struct Removal<'a> {
    /// What is removed beside directories.
    pub content: Content,
    /// Called with each directory before what is in it is removed.
    pub enter: &'a mut dyn FnMut(BorrowedFd<'_>),
    /// When to give up.
    pub until: Instant,
}

/// A directory on the way from the first one to that which is open.
struct Level {
    name: CString,
    inode: Inode,
    /// Directories in it that are still to be removed.
    below: Vec<CString>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Inode {
    device: u64,
    number: u64,
}

fn inode(dir: &OwnedFd) -> Result<Inode, SysError> {
    let found = rustix::fs::fstat(dir).map_err(|e| SysError::new("fstat", "", e))?;
    Ok(Inode {
        device: found.st_dev,
        number: found.st_ino,
    })
}

/// Opens a directory that is no link, for reading.
pub fn open(parent: BorrowedFd<'_>, name: &CStr) -> Result<OwnedFd, SysError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(parent, name, flags, Mode::empty())
        .map_err(|e| SysError::new("openat", format!("{name:?}, O_DIRECTORY|O_NOFOLLOW"), e))
}

/// A path's directory, and its last part.
pub fn parts(path: &Path) -> Result<(OwnedFd, CString), SysError> {
    let invalid = || SysError::new("open", format!("{path:?}"), Errno::INVAL);
    let (parent, name) = path.parent().zip(path.file_name()).ok_or_else(invalid)?;
    let parent = super::file::open_dir(super::file::here(), &parent.to_string_lossy())?;
    let name = CString::new(name.as_encoded_bytes()).map_err(|_nul| invalid())?;
    Ok((parent, name))
}

fn rmdir(parent: &OwnedFd, name: &CStr) -> Result<(), Errno> {
    match rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR) {
        Err(Errno::NOENT) => Ok(()),
        removed => removed,
    }
}

fn refused(name: &CStr) -> impl FnOnce(Errno) -> SysError {
    let args = format!("{name:?}, AT_REMOVEDIR");
    move |e| SysError::new("unlinkat", args, e)
}

impl Removal<'_> {
    /// Removes a directory.
    ///
    /// # Errors
    /// The first refusal; all that can be removed is removed nevertheless. ETIMEDOUT, ESTALE
    /// if somebody moved a directory meanwhile.
    pub fn remove(&mut self, parent: &OwnedFd, name: &CStr) -> Result<(), SysError> {
        let top = match open(parent.as_fd(), name) {
            Err(e) if e.errno == libc::ENOENT => return Ok(()),
            opened => opened?,
        };
        let emptied = self.empty(top, name);
        let removed = rmdir(parent, name).map_err(refused(name));
        // Why it is not empty says more than that it is not.
        match removed {
            Ok(()) => Ok(()),
            Err(e) => Err(emptied.err().unwrap_or(e)),
        }
    }

    fn empty(&mut self, top: OwnedFd, name: &CStr) -> Result<(), SysError> {
        let mut refusal = None;
        let mut levels = vec![self.level(&top, name)?];
        let device = levels[0].inode.device;
        let mut open_dir = top;
        while let Some(level) = levels.last_mut() {
            if Instant::now() > self.until {
                return Err(SysError::new(
                    "unlinkat",
                    format!("{name:?}"),
                    Errno::TIMEDOUT,
                ));
            }
            let Some(child) = level.below.pop() else {
                open_dir = match up(&mut levels, &open_dir)? {
                    Up::There(dir, left) => {
                        refusal = refusal.or(rmdir(&dir, &left).err().map(refused(&left)));
                        dir
                    }
                    Up::Top => break,
                };
                continue;
            };
            // Most directories are empty, or hold only what goes with them.
            if self.content == Content::Nothing && rmdir(&open_dir, &child).is_ok() {
                continue;
            }
            let entered = open(open_dir.as_fd(), &child).and_then(|dir| {
                let level = self.level(&dir, &child)?;
                Ok((dir, level))
            });
            match entered {
                Ok((dir, level)) if level.inode.device == device => {
                    levels.push(level);
                    open_dir = dir;
                }
                Ok(_) => refusal = refusal.or(Some(refused(&child)(Errno::XDEV))),
                Err(e) => refusal = refusal.or(Some(e)),
            }
        }
        refusal.map_or(Ok(()), Err)
    }

    /// Comes into a directory: files go, and directories are listed.
    fn level(&mut self, dir: &OwnedFd, name: &CStr) -> Result<Level, SysError> {
        let error = |e| SysError::new("getdents64", format!("{name:?}"), e);
        (self.enter)(dir.as_fd());
        let mut below = Vec::new();
        for entry in Dir::read_from(dir).map_err(error)? {
            let entry = entry.map_err(error)?;
            let found = entry.file_name();
            if [c".", c".."].contains(&found) {
                continue;
            }
            if is_dir(dir, &entry) {
                below.push(found.to_owned());
            } else if self.content == Content::Files {
                // What cannot be removed is told when its directory is not empty.
                let _ = rustix::fs::unlinkat(dir, found, AtFlags::empty());
            }
        }
        Ok(Level {
            name: name.to_owned(),
            inode: inode(dir)?,
            below,
        })
    }
}

fn is_dir(dir: &OwnedFd, entry: &rustix::fs::DirEntry) -> bool {
    match entry.file_type() {
        FileType::Unknown => rustix::fs::statat(dir, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)
            .is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::Directory),
        kind => kind == FileType::Directory,
    }
}

/// Where one comes out of a directory that is done.
enum Up {
    /// In the one around it; with the name of the one that is done.
    There(OwnedFd, CString),
    /// Nowhere: it was the first.
    Top,
}

fn up(levels: &mut Vec<Level>, from: &OwnedFd) -> Result<Up, SysError> {
    let done = levels.pop().map(|level| level.name).unwrap_or_default();
    let Some(level) = levels.last() else {
        return Ok(Up::Top);
    };
    let around = open(from.as_fd(), c"..")?;
    if inode(&around)? != level.inode {
        return Err(SysError::new("openat", "\"..\"", Errno::STALE));
    }
    Ok(Up::There(around, done))
}
