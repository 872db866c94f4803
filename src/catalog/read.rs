//! Reads a lab that was found.

use super::bytes::bytes;
use super::{CatalogError, Found};
use crate::check;
use crate::lab::{Lab, Problem};

/// The result of reading a lab.
#[derive(Debug)]
pub struct Loaded {
    /// The lab, if nothing in the file keeps it from being played.
    pub lab: Option<Lab>,
    /// Everything that is wrong in the file.
    pub problems: Vec<Problem>,
}

/// Reads a lab, and checks everything that can be checked without playing it.
///
/// # Errors
/// The file cannot be read or is no plain file. Problems inside it are not an error here.
pub fn load(found: &Found) -> Result<Loaded, CatalogError> {
    let bytes = bytes(&found.source)?;
    Ok(parse(found, &bytes))
}

/// The part of a lab before its steps, in a language; `None` if it cannot be read.
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
