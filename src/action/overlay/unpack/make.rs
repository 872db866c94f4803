//! Making what an entry describes: directories, files, links, pipes.

use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io::{self, Read, Seek as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use tar::EntryType;

use super::super::archive::{LARGEST, too_large, unreadable};
use super::super::attributes::Attributes;
use super::super::lower::{self, Found};
use super::{Archived, Brought, Item, Place, Unpacker};
use crate::action::counted;
use crate::sys::create::{self, Name};
use crate::sys::number;
use crate::sys::tree::{Content, Removal};
use crate::sys::{SysError, file};

/// How long removing a directory that another entry replaces may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a file was not written.
enum Unwritten {
    Read(io::Error),
    Write(io::Error),
    Large,
}

impl Unpacker<'_> {
    /// Makes what the entry describes.
    pub(super) fn make(&mut self, item: Item, entry: &mut Archived<'_>) -> Result<(), SysError> {
        match item.kind {
            EntryType::Directory => self.directory(&item)?,
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                self.file(&item, entry)?;
            }
            EntryType::Symlink => self.symlink(&item, entry)?,
            EntryType::Link => self.link(&item, entry)?,
            EntryType::Fifo => {
                self.clear(&item.place, &item.path)?;
                create::fifo(&item.place.dir, &item.place.name)?;
            }
            EntryType::Char | EntryType::Block => {
                return Err(self.bad(&item.path, "a device has no place in a layer"));
            }
            _ => return Err(self.bad(&item.path, "an entry of no known kind")),
        }
        if item.kind != EntryType::Link {
            let at = item.place.name();
            item.attributes.set(at, &item.path, &mut self.done.lost)?;
        }
        let brought = match item.kind {
            EntryType::Directory => Brought::Directory(Some(item.attributes.mtime)),
            _ => Brought::Other,
        };
        self.brought.insert(item.path, brought);
        Ok(())
    }

    /// Frees a name: what had it is removed, as tar(1) does.
    pub(super) fn clear(&mut self, place: &Place, path: &Path) -> Result<(), SysError> {
        // A removed file can no longer get a second name.
        self.copied.retain(|_, copied| !copied.starts_with(path));
        match create::remove(&place.dir, &place.name) {
            Err(e) if e.errno == number::EISDIR => self.clear_directory(place, path),
            Err(e) if e.errno != number::ENOENT => Err(e),
            _ => Ok(()),
        }
    }

    fn clear_directory(&mut self, place: &Place, path: &Path) -> Result<(), SysError> {
        let mut removal = Removal {
            content: Content::Files,
            enter: &mut |_dir| {},
            until: Instant::now() + PATIENCE,
        };
        let name = CString::new(place.name.as_bytes())
            .map_err(|_nul| self.bad(path, "no name has a zero byte"))?;
        removal.remove(&place.dir, &name)?;
        self.brought.retain(|brought, _| !brought.starts_with(path));
        Ok(())
    }

    fn directory(&mut self, item: &Item) -> Result<(), SysError> {
        self.tell("mkdirat", format!("{:?}", item.path));
        if self.directory_at(&item.path).is_ok() {
            return Ok(());
        }
        self.clear(&item.place, &item.path)?;
        create::directory_if_missing(&item.place.dir, &item.place.name)?;
        self.directory_at(&item.path).map(drop)
    }

    fn file(&mut self, item: &Item, entry: &mut Archived<'_>) -> Result<(), SysError> {
        self.clear(&item.place, &item.path)?;
        let sparse = item.sparse.as_ref();
        let size = sparse.map_or(entry.size(), |sparse| sparse.size);
        let args = format!(
            "{:?}, O_WRONLY|O_CREAT|O_EXCL, {}",
            item.path,
            counted(size, "byte")
        );
        self.tell("openat", args);
        let file = File::from(create::file(&item.place.dir, &item.place.name)?);
        let written = match sparse {
            Some(sparse) => self.content(&mut sparse.fill(entry), &file),
            None => self.content(entry, &file),
        };
        written.map_err(|e| self.unwritten(&item.path, e))
    }

    fn unwritten(&self, path: &Path, error: Unwritten) -> SysError {
        match error {
            Unwritten::Read(e) => unreadable("unpack", self.archive, &e),
            Unwritten::Write(e) => SysError::new("write", format!("{path:?}"), e),
            Unwritten::Large => self.bad(path, &too_large(LARGEST)),
        }
    }

    /// Copies the content as far as the limit allows; zeros become holes.
    fn content(&mut self, from: &mut impl Read, mut to: &File) -> Result<(), Unwritten> {
        let mut buffer = vec![0; 1 << 16];
        let mut size = 0;
        loop {
            let read = from.read(&mut buffer).map_err(Unwritten::Read)?;
            if read == 0 {
                return to.set_len(size).map_err(Unwritten::Write);
            }
            size += read as u64;
            let left = self.left.checked_sub(read as u64);
            self.left = left.ok_or(Unwritten::Large)?;
            let bytes = &buffer[..read];
            if bytes.iter().all(|byte| *byte == 0) {
                let end = io::SeekFrom::Start(size);
                to.seek(end).map_err(Unwritten::Write)?;
            } else {
                to.write_all(bytes).map_err(Unwritten::Write)?;
            }
        }
    }

    fn symlink(&mut self, item: &Item, entry: &mut Archived<'_>) -> Result<(), SysError> {
        let link = entry.link_name_bytes().unwrap_or_default().into_owned();
        if leads_out(&item.path, &link) {
            return Err(self.bad(&item.path, "a symbolic link that leads out of the root"));
        }
        self.clear(&item.place, &item.path)?;
        let target = OsStr::from_bytes(&link);
        self.tell("symlinkat", format!("{target:?}, {:?}", item.path));
        create::symlink(target, &item.place.dir, &item.place.name)
    }

    /// Makes a hard link to a file of this archive, or of a lower layer, which is then copied into
    /// this one, as an overlay would copy it up.
    fn link(&mut self, item: &Item, entry: &mut Archived<'_>) -> Result<(), SysError> {
        let target = self.path(&entry.link_name_bytes().unwrap_or_default())?;
        // A name that this archive has unpacked hides those of lower layers.
        if self.is_here(&target) {
            return self.second_name(&target, item);
        }
        if let Some(copied) = self.copied.get(&target).cloned() {
            return self.second_name(&copied, item);
        }
        let Some(found) = self.lower.find(&target) else {
            let why = format!("a second name of {target:?}, which is not there");
            return Err(self.bad(&item.path, &why));
        };
        self.clear(&item.place, &item.path)?;
        self.copy_up(&found, item)?;
        self.copied.insert(target, item.path.clone());
        Ok(())
    }

    /// Whether this layer has the path.
    fn is_here(&self, path: &Path) -> bool {
        let above = path.parent().unwrap_or(Path::new(""));
        let name = path.file_name().unwrap_or(OsStr::new("."));
        let dir = self.directory_at(above);
        dir.is_ok_and(|dir| lower::stat(&dir, name).is_ok())
    }

    fn second_name(&mut self, source: &Path, item: &Item) -> Result<(), SysError> {
        if source == item.path {
            return Ok(());
        }
        if source.starts_with(&item.path) {
            return Err(self.bad(&item.path, "a second name of what lies in it"));
        }
        let Some(name) = source.file_name() else {
            return Err(self.bad(&item.path, "a second name of the root"));
        };
        let dir = self.directory_at(source.parent().unwrap_or(Path::new("")))?;
        self.clear(&item.place, &item.path)?;
        self.tell("linkat", format!("{source:?}, {:?}", item.path));
        create::link(Name { dir: &dir, name }, item.place.name())
    }

    /// Copies a file of a lower layer.
    fn copy_up(&mut self, found: &Found, item: &Item) -> Result<(), SysError> {
        let Place { dir, name } = &item.place;
        self.done.taken = true;
        self.tell("copy up", format!("{:?}, {:?}", found.name, item.path));
        if found.stat.is_symlink() {
            let target = found.target()?;
            create::symlink(&target, dir, name)?;
        } else if found.stat.is_file() {
            let mut from = File::from(file::open_file_below(&found.dir, &found.name)?);
            let to = File::from(create::file(dir, name)?);
            let copied = self.content(&mut from, &to);
            copied.map_err(|e| self.unwritten(&item.path, e))?;
        } else {
            return Err(self.bad(&item.path, "a second name of what is no file"));
        }
        let attributes = Attributes::of_found(found, &item.path, &mut self.done.lost);
        attributes.set(item.place.name(), &item.path, &mut self.done.lost)
    }
}

/// Whether a relative link leads above the root of its archive. An absolute link begins at the
/// root, whatever that will be.
fn leads_out(path: &Path, target: &[u8]) -> bool {
    let mut depth = path.iter().count().saturating_sub(1);
    if target.starts_with(b"/") {
        depth = 0;
    }
    for part in target.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if depth == 0 => return true,
            b".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    fn leads_out(path: &str, target: &[u8]) -> bool {
        super::leads_out(Path::new(path), target)
    }

    #[test]
    fn links_may_not_lead_out() {
        assert!(leads_out("a", b"../x"));
        assert!(leads_out("a/b/c", b"../../../x"));
        assert!(!leads_out("a/b/c", b"../../x"));
        assert!(!leads_out("bin/sh", b"/bin/bash"));
        assert!(leads_out("bin/sh", b"/../etc"));
        assert!(leads_out("a/b", b"x/../../../y"));
    }
}
