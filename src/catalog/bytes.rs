//! The bytes of a lab's file, as many as one may have.

use std::borrow::Cow;
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::{BuiltIn, CatalogError, Source};
use crate::sys::file;
use crate::sys::identity::person;
use crate::word::later::{Later, later_word};

/// The most bytes that a lab file may have.
pub const LARGEST: u64 = 1 << 20;

/// The bytes of a lab's file.
///
/// # Errors
/// It cannot be read or is no plain file.
pub fn bytes(source: &Source) -> Result<Cow<'static, [u8]>, CatalogError> {
    match source {
        Source::File(path) => read(path).map(Cow::Owned),
        Source::BuiltIn(name) => {
            let file = BuiltIn::get(name).ok_or_else(|| CatalogError::Unknown {
                name: name.to_string(),
                near: Vec::new(),
            })?;
            Ok(file.data)
        }
    }
}

/// Reads a plain file, with the rights of the person.
fn read(path: &Path) -> Result<Vec<u8>, CatalogError> {
    person::act(|| read_plain(path))
}

fn unreadable(path: &Path, why: std::io::Error) -> CatalogError {
    CatalogError::Unreadable {
        path: path.to_owned(),
        why,
    }
}

fn read_plain(path: &Path) -> Result<Vec<u8>, CatalogError> {
    let Some(file) = file::open_plain(path).map_err(|why| unreadable(path, why))? else {
        let metadata = fs::metadata(path).map_err(|why| unreadable(path, why))?;
        return Err(CatalogError::NotAFile {
            path: path.to_owned(),
            what: kind(metadata.file_type()),
        });
    };
    capped(file)
        .map_err(|why| unreadable(path, why))?
        .ok_or_else(|| CatalogError::TooLarge {
            path: path.to_owned(),
        })
}

/// All bytes of a file, or `None` if there are too many. The size that is told may be
/// wrong (/proc): it is read that far in any case.
fn capped(file: File) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= LARGEST).then_some(bytes))
}

fn kind(kind: FileType) -> Later {
    match kind {
        _ if kind.is_dir() => later_word!("kind-folder"),
        _ if kind.is_fifo() => later_word!("kind-pipe"),
        _ if kind.is_socket() => later_word!("kind-socket"),
        _ if kind.is_char_device() || kind.is_block_device() => later_word!("kind-device"),
        _ => later_word!("kind-else"),
    }
}
