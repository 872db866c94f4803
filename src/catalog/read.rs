//! Reads a lab that was found.

use std::borrow::Cow;
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::{BuiltIn, CatalogError, Found, Source};
use crate::check;
use crate::lab::{Lab, Problem};
use crate::sys::file;
use crate::sys::identity::person;
use crate::word::later::{Later, later_word};

/// The most bytes that a lab file may have.
pub const LARGEST: u64 = 1 << 20;

/// What reading a lab came to.
#[derive(Debug)]
pub struct Loaded {
    /// The lab, if nothing in the file keeps it from being played.
    pub lab: Option<Lab>,
    /// Everything that is wrong in the file.
    pub problems: Vec<Problem>,
}

/// Reads a lab and checks it as far as can be without playing it.
///
/// # Errors
/// The file cannot be read or is no plain file. What is wrong inside it is no error here.
pub fn load(found: &Found) -> Result<Loaded, CatalogError> {
    let bytes = bytes(&found.source)?;
    Ok(parse(found, &bytes))
}

/// What stands before the steps of a lab, in a language, as far as that can be read.
pub fn heading(found: &Found, language: &str) -> Option<Lab> {
    let lab = Lab::heading(&found.source.to_string(), &bytes(&found.source).ok()?)?;
    let lab = Lab {
        id: found.id.clone(),
        ..lab
    };
    Some(super::translated::heading(found, lab, language))
}

/// The one place where the bytes of a file become a lab.
fn parse(found: &Found, bytes: &[u8]) -> Loaded {
    let (lab, mut problems) = Lab::parse_bytes(&found.source.to_string(), bytes);
    problems.extend(lab.iter().flat_map(check::lint));
    let in_order = lab.filter(|_| problems.is_empty());
    let lab = in_order.map(|lab| Lab {
        id: found.id.clone(),
        ..lab
    });
    Loaded { lab, problems }
}

/// The bytes of a lab's file.
///
/// # Errors
/// It cannot be read or is no plain file.
pub fn bytes(source: &Source) -> Result<Cow<'static, [u8]>, CatalogError> {
    match source {
        Source::File(path) => read(path).map(Cow::Owned),
        Source::BuiltIn(name) => {
            let unknown = || CatalogError::Unknown {
                name: name.to_string(),
                near: Vec::new(),
            };
            BuiltIn::get(name).map(|file| file.data).ok_or_else(unknown)
        }
    }
}

/// Reads a plain file, with the rights of the person.
fn read(path: &Path) -> Result<Vec<u8>, CatalogError> {
    person::act(|| read_plain(path))
}

fn read_plain(path: &Path) -> Result<Vec<u8>, CatalogError> {
    let unreadable = |why| CatalogError::Unreadable {
        path: path.to_owned(),
        why,
    };
    let Some(file) = file::open_plain(path).map_err(unreadable)? else {
        let metadata = fs::metadata(path).map_err(unreadable)?;
        return Err(CatalogError::NotAFile {
            path: path.to_owned(),
            what: kind(metadata.file_type()),
        });
    };
    capped(file)
        .map_err(unreadable)?
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
