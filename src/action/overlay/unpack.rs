//! Unpacking a layer. An archive is not trusted: every name is looked up from the
//! directory on, never through a symbolic link and never out of it (openat2(2)),
//! and it may hold no devices and no more than so much.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use tar::{Entry, EntryType};

use super::archive::{self, LARGEST, OPAQUE, OPAQUE_XATTR, WHITEOUT, XATTR};
use super::refusal;
use crate::sys::SysError;
use crate::sys::create::{self, Owner};
use crate::sys::file;

/// How many names an archive may have.
const NAMES: usize = 50_000;
/// How many names are told one by one.
const TOLD: usize = 12;

/// What was done.
#[derive(Default)]
pub(super) struct Done {
    /// The first calls, with their arguments.
    pub(super) told: Vec<(&'static str, String)>,
    /// How many names came after them.
    pub(super) more: usize,
}

type Archived<'a> = Entry<'a, Box<dyn Read>>;

/// Unpacks an archive into a directory.
pub(super) fn unpack(from: &Path, to: &Path) -> Result<Done, SysError> {
    let root = file::open_dir(file::here(), &to.to_string_lossy());
    let mut unpacker = Unpacker {
        archive: from,
        root: root?,
        left: LARGEST,
        times: Vec::new(),
        done: Done::default(),
    };
    let limited: Box<dyn Read> = Box::new(Limited {
        inner: archive::open(from)?,
        // Headers and gaps come on top.
        left: LARGEST * 2,
    });
    let mut archive = tar::Archive::new(limited);
    let read = |e: io::Error| unreadable(from, &e);
    for (count, entry) in archive.entries().map_err(read)?.enumerate() {
        if count >= NAMES {
            let why = format!("more than {NAMES} names");
            return Err(refusal("unpack", format!("{from:?}"), why));
        }
        unpacker.entry(&mut entry.map_err(read)?)?;
    }
    unpacker.set_times()?;
    Ok(unpacker.done)
}

/// What is wrong with an archive that cannot be read.
fn unreadable(from: &Path, error: &io::Error) -> SysError {
    match error.raw_os_error() {
        Some(_) => SysError::new("read", format!("{from:?}"), io::Error::from(error.kind())),
        None => refusal(
            "unpack",
            format!("{from:?}"),
            format!("it cannot be read as an archive: {error}"),
        ),
    }
}

/// No more than so many bytes.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other(too_large()))?;
        Ok(read)
    }
}

fn too_large() -> String {
    format!("it holds more than {} MiB", LARGEST >> 20)
}

struct Unpacker<'a> {
    archive: &'a Path,
    root: OwnedFd,
    /// How many bytes of files may still come.
    left: u64,
    /// The times of directories: writing into one changes its own.
    times: Vec<(String, u64)>,
    done: Done,
}

/// Where a name goes.
struct Place {
    /// The directory.
    dir: OwnedFd,
    /// The name in it.
    name: String,
}

impl Unpacker<'_> {
    fn bad(&self, name: &str, why: &str) -> SysError {
        let what = format!("{:?}, \"{name}\"", self.archive);
        refusal("unpack", what, why)
    }

    fn tell(&mut self, call: &'static str, args: String) {
        if self.done.told.len() < TOLD {
            self.done.told.push((call, args));
        } else {
            self.done.more += 1;
        }
    }

    /// A path of an archive without what means nothing; refused if it leads out.
    fn path(&self, bytes: &[u8]) -> Result<String, SysError> {
        let path = String::from_utf8_lossy(bytes).into_owned();
        let why = match path.as_str() {
            path if path.as_bytes() != bytes => "a name that is not UTF-8 is not taken",
            path if path.starts_with('/') => "an absolute path would land outside",
            path if path.split('/').any(|part| part == "..") => {
                "a path with `..` would land outside"
            }
            path if path.contains('\0') => "no name has a zero byte",
            _ => {
                let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
                return Ok(parts.collect::<Vec<_>>().join("/"));
            }
        };
        Err(self.bad(&path, why))
    }

    /// A directory below the root, never through a link.
    fn directory_at(&self, path: &str) -> Result<OwnedFd, SysError> {
        file::open_below(&self.root, path).map_err(|e| match e.errno {
            nix::libc::ELOOP => self.bad(path, "a link on the way would lead outside"),
            _ => e,
        })
    }

    /// The directory that a path is in, made if it is not there.
    fn place(&self, path: &str) -> Result<Place, SysError> {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut dir = self.directory_at("")?;
        let ends = above
            .match_indices('/')
            .map(|(end, _)| end)
            .chain([above.len()]);
        for end in ends.filter(|end| *end > 0) {
            let made = &above[..end];
            create::directory_if_missing(&dir, made.rsplit('/').next().unwrap_or(made))?;
            // If that was there and is no directory, it is refused here.
            dir = self.directory_at(made)?;
        }
        Ok(Place {
            dir,
            name: name.to_owned(),
        })
    }

    fn entry(&mut self, entry: &mut Archived<'_>) -> Result<(), SysError> {
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::XGlobalHeader) {
            return Ok(());
        }
        let path = self.path(&entry.path_bytes())?;
        if path.is_empty() {
            return Ok(());
        }
        let place = self.place(&path)?;
        if place.name == OPAQUE {
            self.tell("lsetxattr", format!("\"{path}\" → {OPAQUE_XATTR}, \"y\""));
            return create::set_xattr(&place.dir, ".", OPAQUE_XATTR, b"y");
        }
        if let Some(hidden) = place.name.strip_prefix(WHITEOUT) {
            let hidden = hidden.to_owned();
            return self.whiteout(place, &path, hidden);
        }
        match kind {
            EntryType::Directory => self.directory(&place, &path, entry),
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                self.file(&place, &path, entry)
            }
            EntryType::Symlink => self.symlink(&place, &path, entry),
            EntryType::Link => self.link(&place, &path, entry),
            EntryType::Fifo => {
                clear(&place)?;
                create::fifo(&place.dir, &place.name)?;
                self.finish(&place, entry)
            }
            EntryType::Char | EntryType::Block => {
                Err(self.bad(&path, "a device has no place in a layer"))
            }
            _ => Err(self.bad(&path, "an entry of no known kind")),
        }
    }

    fn whiteout(&mut self, place: Place, path: &str, hidden: String) -> Result<(), SysError> {
        if matches!(hidden.as_str(), "" | "." | "..") {
            return Err(self.bad(path, "a whiteout of no name"));
        }
        let args = format!("\"{path}\" → \"{hidden}\", S_IFCHR, makedev(0, 0)");
        let place = Place {
            name: hidden,
            ..place
        };
        clear(&place)?;
        self.tell("mknodat", args);
        create::whiteout(&place.dir, &place.name)
    }

    fn directory(
        &mut self,
        place: &Place,
        path: &str,
        entry: &mut Archived<'_>,
    ) -> Result<(), SysError> {
        self.tell("mkdirat", format!("\"{path}\""));
        create::directory_if_missing(&place.dir, &place.name)?;
        self.directory_at(path)?;
        self.times
            .push((path.to_owned(), entry.header().mtime().unwrap_or(0)));
        self.finish(place, entry)
    }

    fn file(
        &mut self,
        place: &Place,
        path: &str,
        entry: &mut Archived<'_>,
    ) -> Result<(), SysError> {
        clear(place)?;
        self.tell(
            "openat",
            format!(
                "\"{path}\", O_WRONLY|O_CREAT|O_EXCL, {} bytes",
                entry.size()
            ),
        );
        let file = create::file(&place.dir, &place.name)?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = entry
                .read(&mut buffer)
                .map_err(|e| unreadable(self.archive, &e))?;
            if read == 0 {
                break;
            }
            let left = self.left.checked_sub(read as u64);
            self.left = left.ok_or_else(|| self.bad(path, &too_large()))?;
            file::write_all(file.as_fd(), &buffer[..read])?;
        }
        self.finish(place, entry)
    }

    fn symlink(
        &mut self,
        place: &Place,
        path: &str,
        entry: &mut Archived<'_>,
    ) -> Result<(), SysError> {
        let target = entry.link_name_bytes().unwrap_or_default().into_owned();
        if leads_out(path, &target) {
            return Err(self.bad(path, "a symbolic link that leads out of the root"));
        }
        clear(place)?;
        self.tell(
            "symlinkat",
            format!("{:?}, \"{path}\"", OsStr::from_bytes(&target)),
        );
        create::symlink(OsStr::from_bytes(&target), &place.dir, &place.name)?;
        self.finish(place, entry)
    }

    fn link(
        &mut self,
        place: &Place,
        path: &str,
        entry: &mut Archived<'_>,
    ) -> Result<(), SysError> {
        let target = entry.link_name_bytes().unwrap_or_default().into_owned();
        let target = self.path(&target)?;
        let (above, name) = target.rsplit_once('/').unwrap_or(("", &target));
        let dir = self.directory_at(above)?;
        clear(place)?;
        self.tell("linkat", format!("\"{target}\", \"{path}\""));
        create::link((&dir, name), (&place.dir, &place.name))
    }

    /// Owner, bits, attributes and time, in this order: a change of owner takes
    /// the set-user-id bit away, chown(2).
    fn finish(&mut self, place: &Place, entry: &mut Archived<'_>) -> Result<(), SysError> {
        let header = entry.header();
        let id = |id: io::Result<u64>| u32::try_from(id.unwrap_or(0)).unwrap_or(0);
        let owner = Owner {
            uid: id(header.uid()),
            gid: id(header.gid()),
        };
        let (mode, mtime) = (header.mode().unwrap_or(0o644), header.mtime().unwrap_or(0));
        let is_link = header.entry_type() == EntryType::Symlink;
        match create::set_owner(&place.dir, &place.name, &owner) {
            // Ids that this user namespace does not have: all that can be kept is kept.
            Err(e) if e.errno == nix::libc::EINVAL => {
                let args = format!(
                    "\"{}\", {}, {} = -1 EINVAL",
                    place.name, owner.uid, owner.gid
                );
                self.tell("fchownat", args);
            }
            other => other?,
        }
        if !is_link {
            create::set_mode(&place.dir, &place.name, mode & 0o7777)?;
        }
        for (name, value) in attributes(entry) {
            create::set_xattr(&place.dir, &place.name, &name, &value)?;
        }
        create::set_time(&place.dir, &place.name, mtime)
    }

    fn set_times(&mut self) -> Result<(), SysError> {
        // The deepest first: each lies in one that comes later.
        self.times
            .sort_by_key(|(path, _)| std::cmp::Reverse(path.matches('/').count()));
        for (path, mtime) in std::mem::take(&mut self.times) {
            let place = self.place(&path)?;
            create::set_time(&place.dir, &place.name, mtime)?;
        }
        Ok(())
    }
}

/// Makes room for a name: what was there is replaced, save a directory.
fn clear(place: &Place) -> Result<(), SysError> {
    match create::remove(&place.dir, &place.name) {
        Err(e) if e.errno != nix::libc::ENOENT => Err(e),
        _ => Ok(()),
    }
}

/// The extended attributes of an entry, the kernel's own left out.
fn attributes(entry: &mut Archived<'_>) -> Vec<(String, Vec<u8>)> {
    let Ok(Some(records)) = entry.pax_extensions() else {
        return Vec::new();
    };
    let attribute = |record: tar::PaxExtension<'_>| {
        let name = record.key().ok()?.strip_prefix(XATTR)?.to_owned();
        (!archive::is_kernels(&name)).then(|| (name, record.value_bytes().to_vec()))
    };
    records
        .filter_map(|record| attribute(record.ok()?))
        .collect()
}

/// Whether a relative link goes higher than the root that its path is in. An
/// absolute one begins at whatever root there will be.
fn leads_out(path: &str, target: &[u8]) -> bool {
    let mut depth = path.matches('/').count();
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
    use super::leads_out;

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
