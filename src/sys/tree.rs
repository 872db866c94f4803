//! Walking through a directory tree without paths: by the descriptor of one directory at a time,
//! however deep it is nested. Follows no links and enters no other file system.

use std::ffi::{CStr, CString};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Instant;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::SysError;

/// What a walk does with what it finds.
pub trait Visitor {
    /// Called when a directory is entered.
    fn enter(&mut self, _dir: BorrowedFd<'_>) {}

    /// Called for everything that is not a directory.
    fn found(&mut self, _dir: &OwnedFd, _name: &CStr) {}

    /// Called for a directory; true if the walk need not enter it.
    fn passes(&mut self, _parent: &OwnedFd, _name: &CStr) -> bool {
        false
    }

    /// Called for a directory of another file system, which is not entered; returns the error to
    /// report.
    fn bars(&mut self, _parent: &OwnedFd, _name: &CStr, why: SysError) -> SysError {
        why
    }

    /// Called when everything in a directory has been visited.
    ///
    /// # Errors
    /// The walk continues and returns the first error at its end.
    fn leave(&mut self, _parent: &OwnedFd, _name: &CStr) -> Result<(), SysError> {
        Ok(())
    }
}

/// A directory on the way from the top to the one that is open.
struct Level {
    name: CString,
    inode: Inode,
    /// The directories in it that are still to be entered.
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

/// Opens a directory for reading, not following a link.
pub fn open(parent: BorrowedFd<'_>, name: &CStr) -> Result<OwnedFd, SysError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(parent, name, flags, Mode::empty())
        .map_err(|e| SysError::new("openat", format!("{name:?}, O_DIRECTORY|O_NOFOLLOW"), e))
}

/// The parent directory of a path, opened, and its last name.
pub fn parts(path: &Path) -> Result<(OwnedFd, CString), SysError> {
    let invalid = || SysError::new("open", format!("{path:?}"), Errno::INVAL);
    let (parent, name) = path.parent().zip(path.file_name()).ok_or_else(invalid)?;
    let parent = match parent.to_string_lossy() {
        here if here.is_empty() => super::file::open_dir(super::file::here(), ".")?,
        parent => super::file::open_dir(super::file::here(), &parent)?,
    };
    let name = CString::new(name.as_encoded_bytes()).map_err(|_nul| invalid())?;
    Ok((parent, name))
}

/// Walks through a directory until a time; the caller leaves the top directory itself.
///
/// # Errors
/// The first refusal, although the walk continues after it. ETIMEDOUT; ESTALE if a directory was
/// moved meanwhile.
pub fn walk(top: OwnedFd, visitor: &mut dyn Visitor, until: Instant) -> Result<(), SysError> {
    let mut refusal = None;
    let mut levels = vec![level(&top, c".", visitor)?];
    let device = levels[0].inode.device;
    let mut here = top;
    while let Some(level) = levels.last_mut() {
        if Instant::now() > until {
            return Err(SysError::new("getdents64", "", Errno::TIMEDOUT));
        }
        match level.below.pop() {
            Some(child) if visitor.passes(&here, &child) => {}
            Some(child) => match into(&here, &child, device, visitor) {
                Ok(entered) => {
                    levels.push(entered.level);
                    here = entered.dir;
                }
                Err(e) if e.errno == libc::EXDEV => {
                    let why = visitor.bars(&here, &child, e);
                    refusal = refusal.or(Some(why));
                }
                Err(e) => refusal = refusal.or(Some(e)),
            },
            None => match up(&mut levels, &here)? {
                Up::There(dir, left) => {
                    refusal = refusal.or(visitor.leave(&dir, &left).err());
                    here = dir;
                }
                Up::Top => break,
            },
        }
    }
    refusal.map_or(Ok(()), Err)
}

/// A directory that the walk has entered.
struct Entered {
    dir: OwnedFd,
    level: Level,
}

fn into(
    here: &OwnedFd,
    child: &CStr,
    device: u64,
    visitor: &mut dyn Visitor,
) -> Result<Entered, SysError> {
    let dir = open(here.as_fd(), child)?;
    if inode(&dir)?.device != device {
        return Err(SysError::new("openat", format!("{child:?}"), Errno::XDEV));
    }
    let level = level(&dir, child, visitor)?;
    Ok(Entered { dir, level })
}

/// Enters a directory and lists the directories in it.
fn level(dir: &OwnedFd, name: &CStr, visitor: &mut dyn Visitor) -> Result<Level, SysError> {
    let error = |e| SysError::new("getdents64", format!("{name:?}"), e);
    visitor.enter(dir.as_fd());
    let mut below = Vec::new();
    for entry in Dir::read_from(dir).map_err(error)? {
        let entry = entry.map_err(error)?;
        let found = entry.file_name();
        if [c".", c".."].contains(&found) {
            continue;
        }
        if is_dir(dir, &entry) {
            below.push(found.to_owned());
        } else {
            visitor.found(dir, found);
        }
    }
    Ok(Level {
        name: name.to_owned(),
        inode: inode(dir)?,
        below,
    })
}

fn is_dir(dir: &OwnedFd, entry: &rustix::fs::DirEntry) -> bool {
    match entry.file_type() {
        FileType::Unknown => rustix::fs::statat(dir, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)
            .is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::Directory),
        kind => kind == FileType::Directory,
    }
}

/// The removal of a directory and what is in it.
pub struct Removal<'a> {
    /// What is removed besides directories.
    pub content: Content,
    /// Called with each directory before its content is removed.
    pub enter: &'a mut dyn FnMut(BorrowedFd<'_>),
    /// The time at which to give up.
    pub until: Instant,
}

/// Removes a directory with all files in it, if it exists.
///
/// # Errors
/// Why it still exists; everything that can be removed is removed all the same.
pub fn remove(dir: &Path, until: Instant) -> Result<(), SysError> {
    let (parent, name) = parts(dir)?;
    let mut removal = Removal {
        content: Content::Files,
        enter: &mut |_dir| {},
        until,
    };
    removal.remove(&parent, &name)
}

/// What a `Removal` removes besides directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// All files.
    Files,
    /// None: the files of a control group vanish with its directory (cgroups(7)).
    Nothing,
}

impl Removal<'_> {
    /// Removes the directory `name`.
    ///
    /// # Errors
    /// Why it still exists; everything that can be removed is removed all the same.
    pub fn remove(&mut self, parent: &OwnedFd, name: &CStr) -> Result<(), SysError> {
        let top = match open(parent.as_fd(), name) {
            Err(e) if e.errno == libc::ENOENT => return Ok(()),
            opened => opened?,
        };
        let until = self.until;
        let emptied = walk(top, self, until);
        // The reason why something in it was not removed says more than ENOTEMPTY.
        self.leave(parent, name)
            .map_err(|e| emptied.err().unwrap_or(e))
    }
}

impl Visitor for Removal<'_> {
    fn enter(&mut self, dir: BorrowedFd<'_>) {
        (self.enter)(dir);
    }

    fn found(&mut self, dir: &OwnedFd, name: &CStr) {
        if self.content == Content::Files {
            // If this fails, removing the directory fails too, and tells.
            let _ = rustix::fs::unlinkat(dir, name, AtFlags::empty());
        }
    }

    fn passes(&mut self, parent: &OwnedFd, name: &CStr) -> bool {
        // Most groups have no groups in them: their directory can be removed at once.
        self.content == Content::Nothing && self.leave(parent, name).is_ok()
    }

    /// The error of removing the mount point itself: EBUSY, rmdir(2).
    fn bars(&mut self, parent: &OwnedFd, name: &CStr, why: SysError) -> SysError {
        self.leave(parent, name).err().unwrap_or(why)
    }

    fn leave(&mut self, parent: &OwnedFd, name: &CStr) -> Result<(), SysError> {
        match rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(e) => Err(SysError::new(
                "unlinkat",
                format!("{name:?}, AT_REMOVEDIR"),
                e,
            )),
        }
    }
}

/// The disk space that files and directories take.
#[derive(Debug, Default)]
pub struct Usage {
    /// The space in bytes.
    pub bytes: u64,
    /// The number of files and directories.
    pub entries: u64,
}

impl Usage {
    fn add(&mut self, found: Result<rustix::fs::Stat, Errno>) {
        self.entries += 1;
        self.bytes += found.map_or(0, |found| super::file::on_disk(&found));
    }
}

impl Visitor for Usage {
    fn enter(&mut self, dir: BorrowedFd<'_>) {
        self.add(rustix::fs::fstat(dir));
    }

    fn found(&mut self, dir: &OwnedFd, name: &CStr) {
        self.add(rustix::fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW));
    }
}

/// Where the walk continues after a directory.
enum Up {
    /// In its parent; with the name of the directory that is done.
    There(OwnedFd, CString),
    /// Nowhere: it was the top.
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
