//! The layers below one that is unpacked: what the image has at a path before it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use super::archive::OPAQUE_XATTR;
use crate::sys::number;
use crate::sys::{SysError, file, refused};

/// Unpacked layers, the top one first.
#[derive(Default)]
pub(super) struct Lower(Vec<OwnedFd>);

/// A file found in one of the layers.
pub(super) struct Found {
    /// The directory that contains it.
    pub(super) dir: OwnedFd,
    /// Its name in the directory.
    pub(super) name: OsString,
    /// Its metadata, lstat(2).
    pub(super) stat: Metadata,
}

impl Found {
    /// The target of a symbolic link.
    pub(super) fn target(&self) -> Result<PathBuf, SysError> {
        file::from_there(self.dir.as_fd(), || {
            fs::read_link(&self.name).map_err(refused("readlink", &self.name))
        })
    }
}

/// What one layer tells about a path.
enum Said {
    Here(Box<Found>),
    /// It is not here, and lower layers are hidden too.
    Hidden,
    Below,
}

impl Lower {
    /// Opens the directories of the layers.
    pub(super) fn open(dirs: &[String]) -> Result<Self, SysError> {
        let opened = dirs.iter().map(|dir| file::open_dir(file::here(), dir));
        opened.collect::<Result<_, _>>().map(Self)
    }

    /// The file at a path as an overlay of the layers would show it; "" is the root.
    pub(super) fn find(&self, path: &Path) -> Option<Found> {
        for layer in &self.0 {
            match look(layer, path) {
                Ok(Said::Here(found)) => return Some(*found),
                Ok(Said::Below) => {}
                Ok(Said::Hidden) | Err(_) => return None,
            }
        }
        None
    }
}

fn look(layer: &OwnedFd, path: &Path) -> Result<Said, SysError> {
    let mut dir = file::open_below(layer, "")?;
    let mut opaque = is_opaque(&dir);
    let mut parts = path.iter().peekable();
    while let Some(part) = parts.next() {
        let stat = match stat(&dir, part) {
            Err(e) if e.errno == number::ENOENT && opaque => return Ok(Said::Hidden),
            Err(e) if e.errno == number::ENOENT => return Ok(Said::Below),
            stat => stat?,
        };
        if stat.file_type().is_char_device() && stat.rdev() == 0 {
            return Ok(Said::Hidden);
        }
        if parts.peek().is_none() {
            let name = part.to_owned();
            return Ok(Said::Here(Box::new(Found { dir, name, stat })));
        }
        if !stat.is_dir() {
            return Ok(Said::Hidden);
        }
        dir = file::open_below(&dir, part)?;
        opaque |= is_opaque(&dir);
    }
    let name = OsString::from(".");
    let stat = stat(&dir, &name)?;
    Ok(Said::Here(Box::new(Found { dir, name, stat })))
}

/// The metadata of a name, lstat(2).
pub(super) fn stat(dir: &OwnedFd, name: &OsStr) -> Result<Metadata, SysError> {
    file::from_there(dir.as_fd(), || {
        fs::symlink_metadata(name).map_err(|e| SysError::new("lstat", format!("{name:?}"), e))
    })
}

/// Whether a directory hides those of lower layers.
pub(super) fn is_opaque(dir: &OwnedFd) -> bool {
    let value = file::from_there(dir.as_fd(), || file::xattr(Path::new("."), OPAQUE_XATTR));
    value.is_ok_and(|value| value == b"y")
}
