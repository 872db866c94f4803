//! Packs a directory into a tar archive in memory.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::path::Path;

use crate::sys::number;
use crate::sys::{SysError, file};

/// How deep directories may be nested: an OCI layout has `blobs/sha256`.
const DEEPEST: usize = 8;
/// What each entry costs besides its content, in bytes: a header, and padding.
const ENTRY: u64 = 1024;

/// Why a directory cannot be packed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unpacked {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// This entry is neither a file nor a directory.
    #[error("{0} is neither a file nor a directory")]
    Strange(String),
    /// This entry is nested too deep.
    #[error("{0} is nested too deep")]
    Deep(String),
    /// It is larger than allowed: at least this many bytes.
    #[error("more than {0} bytes")]
    Large(u64),
}

impl From<SysError> for Unpacked {
    fn from(error: SysError) -> Self {
        Self::Io(io::Error::from_raw_os_error(error.errno))
    }
}

/// Packs a directory into an archive of at most `most` bytes. Follows no links below it.
pub(super) fn packed(path: &Path, most: u64) -> Result<File, Unpacked> {
    let archive = File::from(file::in_memory("image")?);
    let root = file::open_dir(file::here(), &path.to_string_lossy())?;
    let mut pack = Pack {
        archive: tar::Builder::new(archive),
        most,
        size: 0,
    };
    pack.directory(&root, "", 0)?;
    Ok(pack.archive.into_inner()?)
}

struct Pack {
    archive: tar::Builder<File>,
    most: u64,
    /// The bytes counted so far.
    size: u64,
}

impl Pack {
    fn directory(&mut self, dir: &OwnedFd, path: &str, depth: usize) -> Result<(), Unpacked> {
        let mut names = file::names(dir, ".")?;
        names.sort();
        for name in names {
            let path = format!("{path}{name}");
            if depth == DEEPEST {
                return Err(Unpacked::Deep(path));
            }
            self.entry(dir, &name, &path, depth)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        dir: &OwnedFd,
        name: &str,
        path: &str,
        depth: usize,
    ) -> Result<(), Unpacked> {
        let opened = match file::open_file_below(dir, name) {
            // A symbolic link, or a socket.
            Err(e) if [number::ELOOP, number::ENXIO].contains(&e.errno) => {
                return Err(Unpacked::Strange(path.to_owned()));
            }
            opened => File::from(opened?),
        };
        let meta = opened.metadata()?;
        let mut header = tar::Header::new_gnu();
        header.set_metadata(&meta);
        if meta.is_dir() {
            self.count(0)?;
            self.archive
                .append_data(&mut header, format!("{path}/"), io::empty())?;
            return self.directory(&opened.into(), &format!("{path}/"), depth + 1);
        }
        if !meta.is_file() {
            return Err(Unpacked::Strange(path.to_owned()));
        }
        self.count(meta.len())?;
        // Exactly as long as its header says, even if the file changes meanwhile.
        let bytes = opened.chain(io::repeat(0)).take(meta.len());
        Ok(self.archive.append_data(&mut header, path, bytes)?)
    }

    fn count(&mut self, bytes: u64) -> Result<(), Unpacked> {
        self.size = self.size.saturating_add(bytes).saturating_add(ENTRY);
        if self.size > self.most {
            return Err(Unpacked::Large(self.size));
        }
        Ok(())
    }
}
