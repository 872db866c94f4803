//! The attributes of a file besides its name and content: owner, mode, time and extended
//! attributes. What this kernel refuses to set is reported; the rest is kept.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::Metadata;
use std::io::Read;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use tar::Entry;

use super::archive::{self, XATTR};
use super::lower::{self, Found};
use crate::action::counted;
use crate::snapshot::Call;
use crate::sys::create::{self, Name, Owner};
use crate::sys::number;
use crate::sys::{SysError, file};

/// How many kinds of lost attributes are listed one by one.
const TOLD: usize = 24;

/// The prefixes of PAX records with attributes that are not unpacked (pax(1), libarchive, star).
const UNKEPT: [&[u8]; 5] = [
    b"SCHILY.acl.",
    b"SCHILY.fflags",
    b"RHT.security.",
    b"LIBARCHIVE.xattr.",
    b"LIBARCHIVE.macos",
];

/// What is reported for a record whose name cannot be read.
const BROKEN: &str = "a record of several lines";

/// The attributes of a file.
pub(super) struct Attributes {
    uid: u64,
    gid: u64,
    /// The permission bits; `None` for a symbolic link.
    mode: Option<u32>,
    /// The last modification, in seconds since 1970.
    pub(super) mtime: i64,
    xattrs: Vec<Xattr>,
    /// Attributes in the archive that isolab does not try to set.
    untried: Vec<String>,
}

/// An extended attribute.
#[derive(PartialEq, Eq)]
pub(super) struct Xattr {
    pub(super) name: String,
    pub(super) value: Vec<u8>,
}

/// The extended attributes of a file (a link is not followed), sorted, without those of overlayfs.
/// Those that cannot be read are added to `lost` under `path`.
pub(super) fn xattrs(file: &Path, path: &Path, lost: &mut Lost) -> Vec<Xattr> {
    let mut names = match file::xattrs_of(file) {
        Ok(names) => names,
        // The file system has no extended attributes.
        Err(e) if e.errno == number::EOPNOTSUPP => Vec::new(),
        Err(e) => {
            lost.add(What::new("llistxattr", "all attributes"), path, &e);
            Vec::new()
        }
    };
    names.retain(|name| !archive::is_kernels(name));
    names.sort();
    let mut all = Vec::new();
    for name in names {
        match file::xattr_of(file, &name) {
            Ok(value) => all.push(Xattr { name, value }),
            Err(e) => lost.add(What::new("lgetxattr", format!("\"{name}\"")), path, &e),
        }
    }
    all
}

impl Attributes {
    /// The attributes of an archive entry.
    pub(super) fn of_entry<R: Read>(entry: &mut Entry<'_, R>) -> Self {
        let header = entry.header();
        let is_link = header.entry_type().is_symlink();
        let mut all = Self {
            uid: header.uid().unwrap_or(0),
            gid: header.gid().unwrap_or(0),
            mode: (!is_link).then(|| header.mode().unwrap_or(0o644) & 0o7777),
            mtime: i64::try_from(header.mtime().unwrap_or(0)).unwrap_or(0),
            xattrs: Vec::new(),
            untried: Vec::new(),
        };
        if let Ok(Some(records)) = entry.pax_extensions() {
            for record in records {
                match record {
                    Ok(record) => all.record(record.key_bytes(), record.value_bytes()),
                    // The tar library returns this for a value that contains a line break.
                    Err(_) => all.untried.push(BROKEN.to_owned()),
                }
            }
            all.untried.dedup();
        }
        // libarchive writes each attribute twice, under two names.
        let kept: Vec<String> = all.xattrs.iter().map(|x| x.name.clone()).collect();
        all.untried.retain(|key| {
            let name = key.strip_prefix("LIBARCHIVE.xattr.");
            name.is_none_or(|name| kept.iter().all(|kept| kept != name))
        });
        all
    }

    fn record(&mut self, key: &[u8], value: &[u8]) {
        let text = String::from_utf8_lossy(key).into_owned();
        if key == b"mtime" {
            let whole = value.split(|byte| *byte == b'.').next().unwrap_or_default();
            let seconds = std::str::from_utf8(whole).ok().and_then(|s| s.parse().ok());
            self.mtime = seconds.unwrap_or(self.mtime);
        } else if let Some(name) = text.strip_prefix(XATTR) {
            // An archive must not set attributes of overlayfs.
            if archive::is_kernels(name) {
                return self.untried.push(name.to_owned());
            }
            self.xattrs.push(Xattr {
                name: name.to_owned(),
                value: value.to_vec(),
            });
        } else if UNKEPT.iter().any(|begin| key.starts_with(begin)) {
            self.untried.push(text);
        }
    }

    /// The attributes of a file in a lower layer; those that cannot be read are added to `lost`.
    pub(super) fn of_found(found: &Found, path: &Path, lost: &mut Lost) -> Self {
        let xattrs = file::from_there(found.dir.as_fd(), || {
            Ok(xattrs(Path::new(&found.name), path, lost))
        });
        let all = Self::of_stat(&found.stat);
        match xattrs {
            Ok(xattrs) => Self { xattrs, ..all },
            Err(e) => {
                lost.add(What::new("fchdir", "all attributes"), path, &e);
                all
            }
        }
    }

    /// The attributes of an open directory.
    pub(super) fn of_directory(dir: &OwnedFd) -> Result<Self, SysError> {
        let stat = lower::stat(dir, OsStr::new("."))?;
        let xattrs = file::from_there(dir.as_fd(), || {
            Ok(xattrs(Path::new("."), Path::new("."), &mut Lost::default()))
        })?;
        let all = Self::of_stat(&stat);
        Ok(Self { xattrs, ..all })
    }

    fn of_stat(stat: &Metadata) -> Self {
        Self {
            uid: stat.uid().into(),
            gid: stat.gid().into(),
            mode: (!stat.is_symlink()).then_some(stat.mode() & 0o7777),
            mtime: stat.mtime(),
            xattrs: Vec::new(),
            untried: Vec::new(),
        }
    }

    /// Whether two files have the same attributes, apart from the time.
    pub(super) fn are_as(&self, other: &Self) -> bool {
        self.uid == other.uid
            && self.gid == other.gid
            && self.mode == other.mode
            && self.xattrs == other.xattrs
    }

    /// Sets the attributes of a file; those that are refused are added to `lost`.
    ///
    /// Order: owner, mode, extended attributes, time. A change of owner clears the set-user-id bit
    /// and the file capabilities (chown(2)).
    pub(super) fn set(&self, at: Name<'_>, path: &Path, lost: &mut Lost) -> Result<(), SysError> {
        self.set_owner(at, path, lost)?;
        if let Some(mode) = self.mode {
            create::set_mode(at.dir, at.name, mode)?;
        }
        for Xattr { name, value } in &self.xattrs {
            if let Err(e) = create::set_xattr(at.dir, at.name, name, value) {
                lost.add(What::new("lsetxattr", format!("\"{name}\"")), path, &e);
            }
        }
        for name in &self.untried {
            let error = super::refusal("lsetxattr", "", "such a one is not taken from an archive");
            lost.add(What::new("lsetxattr", format!("\"{name}\"")), path, &error);
        }
        create::set_time(at.dir, at.name, self.mtime)
    }

    fn set_owner(&self, at: Name<'_>, path: &Path, lost: &mut Lost) -> Result<(), SysError> {
        let set = match (settable(self.uid), settable(self.gid)) {
            (Some(uid), Some(gid)) => create::set_owner(at.dir, at.name, &Owner { uid, gid }),
            _ => Err(SysError::new(
                "fchownat",
                "",
                crate::sys::Code(number::EINVAL),
            )),
        };
        match set {
            // Ids that this user namespace does not map: the rest is kept.
            Err(e) if matches!(e.errno, number::EINVAL | number::EPERM) => {
                let what = format!("{}, {}", self.uid, self.gid);
                lost.add(What::new("fchownat", what), path, &e);
                Ok(())
            }
            other => other,
        }
    }
}

/// An id as fchownat(2) takes it; `None` for the highest one, which means "leave it" there.
fn settable(id: u64) -> Option<u32> {
    u32::try_from(id).ok().filter(|id| *id != u32::MAX)
}

/// What a refused call should have set.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct What {
    call: &'static str,
    args: String,
}

impl What {
    /// A call and its last arguments.
    pub(super) fn new(call: &'static str, args: impl Into<String>) -> Self {
        let args = args.into();
        Self { call, args }
    }
}

/// The attributes that were not kept.
#[derive(Default)]
pub(super) struct Lost {
    all: BTreeMap<What, Names>,
    more: usize,
}

/// The files that lost one attribute.
struct Names {
    first: PathBuf,
    others: usize,
    why: String,
}

impl Names {
    /// The lost attribute as a recorded call.
    fn told(self, what: &What) -> Call {
        let others = match self.others {
            0 => String::new(),
            n => format!(" (and {})", counted(n, "more name")),
        };
        Call {
            name: what.call.to_owned(),
            args: format!("{:?}{others}, {}", self.first, what.args),
            result: self.why,
        }
    }
}

impl Lost {
    /// Adds a lost attribute of a file.
    pub(super) fn add(&mut self, what: What, path: &Path, why: &SysError) {
        if let Some(names) = self.all.get_mut(&what) {
            names.others += 1;
        } else if self.all.len() < TOLD {
            let names = Names {
                first: path.to_owned(),
                others: 0,
                why: format!("{}: not kept", why.result()),
            };
            self.all.insert(what, names);
        } else {
            self.more += 1;
        }
    }

    /// The lost attributes as recorded calls.
    pub(super) fn told(self) -> Vec<Call> {
        let all = self.all.into_iter();
        let mut told: Vec<_> = all.map(|(what, names)| names.told(&what)).collect();
        if self.more > 0 {
            told.push(Call {
                name: "lsetxattr".to_owned(),
                args: format!("… and so on: {}", counted(self.more, "more attribute")),
                result: "not kept".to_owned(),
            });
        }
        told
    }
}
