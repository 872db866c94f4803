//! Going through a directory and all that is in it, without a path: by the descriptor of one
//! directory at a time, however deep it is nested. No link is followed and no other file
//! system entered.

use std::ffi::{CStr, CString};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Instant;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::SysError;

/// What is done on the way through a directory and all that is in it.
pub trait Visitor {
    /// Comes into a directory.
    fn enter(&mut self, _dir: BorrowedFd<'_>) {}

    /// Finds something that is no directory.
    fn found(&mut self, _dir: &OwnedFd, _name: &CStr) {}

    /// Finds a directory, and says whether that is all that is to be done with it.
    fn passes(&mut self, _parent: &OwnedFd, _name: &CStr) -> bool {
        false
    }

    /// Finds a directory of another file system, which is not entered, and says why.
    fn bars(&mut self, _parent: &OwnedFd, _name: &CStr, why: SysError) -> SysError {
        why
    }

    /// Has been through a directory.
    ///
    /// # Errors
    /// What is told as the walk's own error at its end.
    fn leave(&mut self, _parent: &OwnedFd, _name: &CStr) -> Result<(), SysError> {
        Ok(())
    }
}

/// A directory on the way from the first one to that which is open.
struct Level {
    name: CString,
    inode: Inode,
    /// Directories in it that are still to be gone through.
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
    let parent = match parent.to_string_lossy() {
        here if here.is_empty() => super::file::open_dir(super::file::here(), ".")?,
        parent => super::file::open_dir(super::file::here(), &parent)?,
    };
    let name = CString::new(name.as_encoded_bytes()).map_err(|_nul| invalid())?;
    Ok((parent, name))
}

/// Goes through a directory until a time; the directory itself is left by the caller.
///
/// # Errors
/// The first refusal; the walk goes on nevertheless. ETIMEDOUT, ESTALE if somebody moved a
/// directory meanwhile.
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

/// A directory that was entered.
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

/// Comes into a directory, and lists the directories in it.
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

/// Removes a directory with what is in it.
pub struct Removal<'a> {
    /// What is removed beside directories.
    pub content: Content,
    /// Called with each directory before what is in it is removed.
    pub enter: &'a mut dyn FnMut(BorrowedFd<'_>),
    /// When to give up.
    pub until: Instant,
}

/// Removes a directory with all files in it, if it is there.
///
/// # Errors
/// Why it is still there; all that can be removed is removed nevertheless.
pub fn remove(dir: &Path, until: Instant) -> Result<(), SysError> {
    let (parent, name) = parts(dir)?;
    let mut removal = Removal {
        content: Content::Files,
        enter: &mut |_dir| {},
        until,
    };
    removal.remove(&parent, &name)
}

/// What is removed beside directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// All files.
    Files,
    /// None: the files of a control group go with its directory (cgroups(7)).
    Nothing,
}

impl Removal<'_> {
    /// Removes it.
    ///
    /// # Errors
    /// Why it is still there; all that can be removed is removed nevertheless.
    pub fn remove(&mut self, parent: &OwnedFd, name: &CStr) -> Result<(), SysError> {
        let top = match open(parent.as_fd(), name) {
            Err(e) if e.errno == libc::ENOENT => return Ok(()),
            opened => opened?,
        };
        let until = self.until;
        let emptied = walk(top, self, until);
        // Why it is not empty says more than that it is not.
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
            // What cannot be removed is told when its directory is not empty.
            let _ = rustix::fs::unlinkat(dir, name, AtFlags::empty());
        }
    }

    fn passes(&mut self, parent: &OwnedFd, name: &CStr) -> bool {
        // Most groups have no others in them.
        self.content == Content::Nothing && self.leave(parent, name).is_ok()
    }

    /// The kernel's own word for what is mounted there: EBUSY, rmdir(2).
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

/// How much files and directories take on disk.
#[derive(Debug, Default)]
pub struct Usage {
    /// In bytes.
    pub bytes: u64,
    /// How many there are.
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
