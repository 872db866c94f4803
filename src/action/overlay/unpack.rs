//! Unpacking a layer. An archive is not trusted: every name is looked up below the directory, never
//! through a symbolic link and never outside (openat2(2)); it may contain no devices, and only a
//! limited number of bytes and names.

mod make;
mod marks;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use tar::{Entry, EntryType};

use super::archive::{self, LARGEST, Limited, unreadable};
use super::attributes::{Attributes, Lost};
use super::lower::Lower;
use super::refusal;
use super::sparse::Sparse;
use crate::sys::create::{self, Name};
use crate::sys::number;
use crate::sys::{SysError, file};

/// The most names that an archive may have.
const NAMES: usize = 50_000;
/// How many names are recorded one by one, and as many marks.
const TOLD: usize = 12;

/// The result of unpacking.
#[derive(Default)]
pub(super) struct Done {
    /// The first calls with their arguments.
    pub(super) told: Vec<(&'static str, String)>,
    /// How many further names there were.
    pub(super) more: usize,
    /// The attributes that were not kept.
    pub(super) lost: Lost,
    /// Whether the unpacked layer contains anything taken from the layers below: then it would
    /// differ on top of other layers.
    pub(super) taken: bool,
}

type Archived<'a> = Entry<'a, Box<dyn Read>>;

/// Unpacks an archive into a directory; `lowers` are the layers below, the top one first.
pub(super) fn unpack(from: &Path, to: &Path, lowers: &[String]) -> Result<Done, SysError> {
    let root = file::open_dir(file::here(), &to.to_string_lossy());
    let mut unpacker = Unpacker {
        archive: from,
        root: root?,
        lower: Lower::open(lowers)?,
        left: LARGEST,
        brought: BTreeMap::new(),
        whiteouts: BTreeMap::new(),
        opaque: BTreeSet::new(),
        copied: BTreeMap::new(),
        done: Done::default(),
    };
    // Twice as much, because headers and padding count too.
    let limited: Box<dyn Read> = Box::new(Limited::new(archive::open(from)?, LARGEST * 2));
    let mut archive = tar::Archive::new(limited);
    unpacker.as_below(Path::new(""))?;
    let entries = archive
        .entries()
        .map_err(|e| unreadable("unpack", from, &e))?;
    for (count, entry) in entries.enumerate() {
        if count >= NAMES {
            let why = format!("more than {NAMES} names");
            return Err(refusal("unpack", format!("{from:?}"), why));
        }
        let mut entry = entry.map_err(|e| unreadable("unpack", from, &e))?;
        unpacker.entry(&mut entry)?;
    }
    unpacker.marks()?;
    unpacker.set_times()?;
    Ok(unpacker.done)
}

struct Unpacker<'a> {
    archive: &'a Path,
    root: OwnedFd,
    lower: Lower,
    /// How many bytes of file content may still come.
    left: u64,
    /// What this archive has unpacked so far.
    brought: BTreeMap<PathBuf, Brought>,
    /// Names that whiteouts hide in the layers below, with their times. They never hide names of
    /// their own layer, wherever they are in the archive (OCI image-spec, layer.md).
    whiteouts: BTreeMap<PathBuf, i64>,
    /// Directories that are opaque: they hide everything of their name in the layers below.
    opaque: BTreeSet<PathBuf>,
    /// Files of lower layers that got a second name here: the first such name of each.
    copied: BTreeMap<PathBuf, PathBuf>,
    done: Done,
}

/// What a name was unpacked as.
enum Brought {
    /// A directory, with its time if one is given: it is set at the end, because writing into the
    /// directory changes it.
    Directory(Option<i64>),
    Other,
}

/// An entry that is being unpacked.
struct Item {
    place: Place,
    path: PathBuf,
    kind: EntryType,
    attributes: Attributes,
    sparse: Option<Sparse>,
}

/// Where an entry is put.
struct Place {
    /// The directory.
    dir: OwnedFd,
    /// Its name in that directory.
    name: OsString,
}

impl Place {
    fn name(&self) -> Name<'_> {
        Name {
            dir: &self.dir,
            name: &self.name,
        }
    }
}

impl Unpacker<'_> {
    fn bad(&self, name: &Path, why: &str) -> SysError {
        let what = format!("{:?}, {name:?}", self.archive);
        refusal("unpack", what, why)
    }

    fn tell(&mut self, call: &'static str, args: String) {
        self.tell_up_to(TOLD, call, args);
    }

    fn tell_up_to(&mut self, most: usize, call: &'static str, args: String) {
        if self.done.told.len() < most {
            self.done.told.push((call, args));
        } else {
            self.done.more += 1;
        }
    }

    /// Cleans a path of the archive, relative to its root; refused if it has `..` or a zero byte.
    fn path(&self, bytes: &[u8]) -> Result<PathBuf, SysError> {
        let parts = bytes
            .split(|byte| *byte == b'/')
            .filter(|part| !matches!(*part, b"" | b"."));
        let path: PathBuf = parts.clone().map(OsStr::from_bytes).collect();
        if parts.clone().any(|part| part == b"..") {
            return Err(self.bad(&path, "a path with `..` would land outside"));
        }
        if bytes.contains(&0) {
            return Err(self.bad(&path, "no name has a zero byte"));
        }
        Ok(path)
    }

    /// Opens a directory below the root, never through a link.
    fn directory_at(&self, path: &Path) -> Result<OwnedFd, SysError> {
        file::open_below(&self.root, path).map_err(|e| match e.errno {
            number::ELOOP => self.bad(path, "a link on the way would lead outside"),
            _ => e,
        })
    }

    /// The place of a path. Missing directories above it are made, with the attributes that they
    /// have in the layers below.
    fn place(&mut self, path: &Path) -> Result<Place, SysError> {
        let mut dir = self.directory_at(Path::new(""))?;
        let mut made = PathBuf::new();
        let mut parts = path.iter().peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                let name = part.to_owned();
                return Ok(Place { dir, name });
            }
            made.push(part);
            let is_new = create::directory_if_missing(&dir, part)?;
            // Refused here if something else than a directory has the name.
            dir = self.directory_at(&made)?;
            if is_new {
                self.as_below(&made)?;
            }
            let brought = self.brought.entry(made.clone());
            brought.or_insert(Brought::Directory(None));
        }
        let name = OsString::from(".");
        Ok(Place { dir, name })
    }

    /// Gives a directory that the archive only implies its attributes from the layers below.
    fn as_below(&mut self, path: &Path) -> Result<(), SysError> {
        let Some(found) = self.lower.find(path).filter(|found| found.stat.is_dir()) else {
            return Ok(());
        };
        let attributes = Attributes::of_found(&found, path, &mut self.done.lost);
        let dir = self.directory_at(path)?;
        let name = OsString::from(".");
        // The time alone does not make it differ: it only tells when the archive, or the layer
        // below, was unpacked.
        let plain = Attributes::of_directory(&dir)?;
        self.done.taken |= !attributes.are_as(&plain);
        attributes.set(Place { dir, name }.name(), path, &mut self.done.lost)?;
        let time = Brought::Directory(Some(attributes.mtime));
        self.brought.insert(path.to_owned(), time);
        Ok(())
    }

    fn entry(&mut self, entry: &mut Archived<'_>) -> Result<(), SysError> {
        let written = entry.header().entry_type();
        if matches!(written, EntryType::XGlobalHeader) {
            return Ok(());
        }
        let sparse = Sparse::of(entry).map_err(|e| unreadable("unpack", self.archive, &e))?;
        let name = match sparse.as_ref().and_then(|sparse| sparse.name.clone()) {
            Some(name) => name,
            None => entry.path_bytes().into_owned(),
        };
        let path = self.path(&name)?;
        let attributes = Attributes::of_entry(entry);
        if self.mark(&path, attributes.mtime)? {
            return Ok(());
        }
        let kind = match written {
            // Archives older than the type letter of directories write them so.
            EntryType::Regular if name.ends_with(b"/") => EntryType::Directory,
            kind => kind,
        };
        if path.as_os_str().is_empty() && kind != EntryType::Directory {
            return Err(self.bad(&path, "the root can be nothing but a directory"));
        }
        let item = Item {
            place: self.place(&path)?,
            path,
            kind,
            attributes,
            sparse,
        };
        self.make(item, entry)
    }

    fn set_times(&self) -> Result<(), SysError> {
        // In reverse order, so that the directories inside a directory come before it.
        for (path, brought) in self.brought.iter().rev() {
            if let Brought::Directory(Some(time)) = brought {
                create::set_time(&self.directory_at(path)?, ".", *time)?;
            }
        }
        Ok(())
    }
}
