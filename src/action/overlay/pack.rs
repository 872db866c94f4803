//! Packing a directory as a layer: sorted by name, so that the same content gives the same archive;
//! whiteouts in the form of images (OCI image-spec, layer.md).

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{Read as _, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use tar::{Builder, EntryType, Header};

use super::archive::{self, OPAQUE, OPAQUE_XATTR, WHITEOUT, XATTR};
use super::attributes::{self, Lost, Xattr};
use super::refusal;
use crate::sys::{SysError, file};

/// The result of packing.
pub(super) struct Packed {
    /// The SHA-256 of the archive in hexadecimal.
    pub(super) digest: String,
    /// The size of the archive in bytes.
    pub(super) bytes: u64,
    /// The number of names in it.
    pub(super) names: usize,
    /// How many sockets were left out: archives have none.
    pub(super) sockets: usize,
    /// The attributes that were not kept.
    pub(super) lost: Lost,
}

/// Packs a directory.
pub(super) fn pack(from: &Path, to: &Path) -> Result<Packed, SysError> {
    let (mut names, mut sockets, mut lost) = (0, 0, Lost::default());
    let (digest, bytes) = archive::create(to, |out| {
        let mut packer = Packer {
            root: from,
            tar: Builder::new(out),
            links: BTreeMap::new(),
            names: 0,
            sockets: 0,
            lost: Lost::default(),
        };
        packer.root()?;
        (names, sockets) = (packer.names, packer.sockets);
        lost = packer.lost;
        let done = packer.tar.finish();
        done.map_err(|e| SysError::new("write", format!("{to:?}"), e))
    })?;
    Ok(Packed {
        digest,
        bytes,
        names,
        sockets,
        lost,
    })
}

struct Packer<'a> {
    root: &'a Path,
    tar: Builder<&'a mut dyn Write>,
    /// The first name of each file with several names, by device and inode.
    links: BTreeMap<(u64, u64), PathBuf>,
    names: usize,
    sockets: usize,
    lost: Lost,
}

/// Where an entry of an archive leads to, and how.
struct Way<'a> {
    kind: EntryType,
    target: &'a Path,
}

impl<'a> Way<'a> {
    fn symbolic(target: &'a Path) -> Self {
        let kind = EntryType::Symlink;
        Self { kind, target }
    }

    fn hard(target: &'a Path) -> Self {
        let kind = EntryType::Link;
        Self { kind, target }
    }
}

impl Packer<'_> {
    /// Packs everything; an opaque mark on the root hides all lower layers.
    fn root(&mut self) -> Result<(), SysError> {
        if file::xattr(self.root, OPAQUE_XATTR).is_ok_and(|value| value == b"y") {
            let stat = fs::metadata(self.root);
            let stat = stat.map_err(|e| SysError::new("stat", format!("{:?}", self.root), e))?;
            self.empty(Path::new(OPAQUE), &stat)?;
        }
        self.directory(Path::new(""))
    }

    fn at(&self, path: &Path) -> PathBuf {
        // Joining an empty path would add a slash.
        if path.as_os_str().is_empty() {
            self.root.to_owned()
        } else {
            self.root.join(path)
        }
    }

    fn directory(&mut self, path: &Path) -> Result<(), SysError> {
        let at = self.at(path);
        let refused = |e| SysError::new("getdents64", format!("{at:?}"), e);
        let entries = fs::read_dir(&at).map_err(refused)?;
        let names: Result<Vec<_>, _> = entries.map(|e| e.map(|e| e.file_name())).collect();
        let mut names = names.map_err(refused)?;
        names.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        for name in names {
            self.name(&path.join(name))?;
        }
        Ok(())
    }

    fn name(&mut self, path: &Path) -> Result<(), SysError> {
        let at = self.at(path);
        let stat =
            fs::symlink_metadata(&at).map_err(|e| SysError::new("lstat", format!("{at:?}"), e))?;
        let kind = stat.file_type();
        if kind.is_socket() {
            self.sockets += 1;
            return Ok(());
        }
        self.names += 1;
        if kind.is_char_device() && stat.rdev() == 0 {
            return self.mark(path, WHITEOUT, &stat);
        }
        if kind.is_char_device() || kind.is_block_device() {
            return Err(refusal(
                "pack",
                format!("{at:?}"),
                "a device has no place in a layer",
            ));
        }
        self.attributes(&at, path)?;
        if kind.is_dir() {
            self.entry(path, EntryType::Directory, &stat)?;
            if file::xattr(&at, OPAQUE_XATTR).is_ok_and(|value| value == b"y") {
                self.empty(&path.join(OPAQUE), &stat)?;
            }
            return self.directory(path);
        }
        if kind.is_symlink() {
            let target =
                fs::read_link(&at).map_err(|e| SysError::new("readlink", format!("{at:?}"), e))?;
            return self.link(path, Way::symbolic(&target), &stat);
        }
        if stat.nlink() > 1 {
            let first = self.links.entry((stat.dev(), stat.ino()));
            let first = first.or_insert_with(|| path.to_owned()).clone();
            if first != path {
                return self.link(path, Way::hard(&first), &stat);
            }
        }
        if kind.is_fifo() {
            return self.entry(path, EntryType::Fifo, &stat);
        }
        self.file(path, &stat)
    }

    fn header(kind: EntryType, stat: &Metadata) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(stat.mode() & 0o7777);
        header.set_uid(u64::from(stat.uid()));
        header.set_gid(u64::from(stat.gid()));
        header.set_mtime(u64::try_from(stat.mtime()).unwrap_or(0));
        header.set_size(0);
        header
    }

    fn entry(&mut self, path: &Path, kind: EntryType, stat: &Metadata) -> Result<(), SysError> {
        let header = Self::header(kind, stat);
        self.append(header, path, std::io::empty())
    }

    /// Adds an entry. A long name that is not UTF-8 is written as an entry before it (tar.texi,
    /// "Long names"), because the tar library does that only for UTF-8.
    fn append(
        &mut self,
        mut header: Header,
        path: &Path,
        data: impl std::io::Read,
    ) -> Result<(), SysError> {
        let added = if self.long_name(&mut header, path)? {
            header.set_cksum();
            self.tar.append(&header, data)
        } else {
            self.tar.append_data(&mut header, path, data)
        };
        added.map_err(|e| SysError::new("write", format!("{path:?}"), e))
    }

    /// Writes such a name as an entry of its own; returns whether the name is of that kind.
    fn long_name(&mut self, header: &mut Header, path: &Path) -> Result<bool, SysError> {
        let name = path.as_os_str().as_bytes();
        if path.to_str().is_some() || header.set_path(path).is_ok() {
            return Ok(false);
        }
        let refused = |e| SysError::new("write", format!("{path:?}"), e);
        header.set_path("long").map_err(refused)?;
        let bytes = [name, &[0]].concat();
        let mut before = Header::new_gnu();
        before.set_path("././@LongLink").map_err(refused)?;
        before.set_entry_type(EntryType::GNULongName);
        before.set_size(bytes.len() as u64);
        before.set_cksum();
        self.tar.append(&before, &bytes[..]).map_err(refused)?;
        Ok(true)
    }

    fn link(&mut self, path: &Path, way: Way<'_>, stat: &Metadata) -> Result<(), SysError> {
        let mut header = Self::header(way.kind, stat);
        let added = if self.long_name(&mut header, path)? {
            // The entry before it has the name: this one keeps a placeholder.
            self.tar.append_link(&mut header, "long", way.target)
        } else {
            self.tar.append_link(&mut header, path, way.target)
        };
        added.map_err(|e| SysError::new("write", format!("{path:?}"), e))
    }

    fn file(&mut self, path: &Path, stat: &Metadata) -> Result<(), SysError> {
        let at = self.at(path);
        let file = File::open(&at).map_err(|e| SysError::new("open", format!("{at:?}"), e))?;
        let mut header = Self::header(EntryType::Regular, stat);
        header.set_size(stat.len());
        // Exactly as long as the header says, even if the file changes meanwhile.
        let bytes = file.chain(std::io::repeat(0)).take(stat.len());
        self.append(header, path, bytes)
    }

    /// Adds a whiteout: an empty file whose name has a prefix.
    fn mark(&mut self, path: &Path, prefix: &str, stat: &Metadata) -> Result<(), SysError> {
        let mut name = std::ffi::OsString::from(prefix);
        name.push(path.file_name().unwrap_or_default());
        self.empty(&path.with_file_name(name), stat)
    }

    fn empty(&mut self, path: &Path, stat: &Metadata) -> Result<(), SysError> {
        let mut header = Self::header(EntryType::Regular, stat);
        header.set_mode(0o644);
        self.append(header, path, std::io::empty())
    }

    /// Adds the extended attributes of the next entry, as PAX records.
    fn attributes(&mut self, at: &Path, path: &Path) -> Result<(), SysError> {
        let xattrs = attributes::xattrs(at, path, &mut self.lost);
        if xattrs.is_empty() {
            return Ok(());
        }
        let key = |xattr: &Xattr| format!("{XATTR}{}", xattr.name);
        let keys: Vec<String> = xattrs.iter().map(key).collect();
        let values = xattrs.iter().map(|xattr| xattr.value.as_slice());
        let records = keys.iter().map(String::as_str).zip(values);
        let added = self.tar.append_pax_extensions(records);
        added.map_err(|e| SysError::new("write", format!("{at:?}"), e))
    }
}
