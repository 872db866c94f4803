//! Reading one file of an archive.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use tar::Entry;

use super::archive::{self, LARGEST, Limited, Uncopied, is_too_large, unreadable};
use super::refusal;
use super::sparse::Sparse;
use crate::sys::{SysError, file};

/// Where the content of a member is kept meanwhile.
const SPOOL: &str = "/lab";
/// How many links are followed in a row.
const LINKS: usize = 4;

/// Opens the member with this name; its content is copied out of the archive.
pub(super) fn find(path: &Path, name: &str) -> Result<Option<Box<dyn Read>>, SysError> {
    let mut wanted = resolved("", name);
    for _ in 0..LINKS {
        let mut archive = tar::Archive::new(archive::open(path)?);
        let seen = look(&mut archive, &wanted).map_err(|e| refused(path, name, e))?;
        match seen {
            Seen::Content(content) => return Ok(Some(content)),
            // A link stands for its target but has no content of its own.
            Seen::Link(target) => wanted = target,
            Seen::Nothing => return Ok(None),
        }
    }
    let why = format!("{name} is a link to a link to a link");
    Err(refusal("import", format!("{path:?}"), why))
}

/// The error of a failed search: of the archive, of a member that is too large, or of the file that
/// keeps it meanwhile.
fn refused(path: &Path, name: &str, error: Unspooled) -> SysError {
    match error {
        Unspooled::Copy(Uncopied::Read(e)) if is_too_large(&e) => {
            let why = format!("{name} is too large: {e}");
            refusal("import", format!("{path:?}"), why)
        }
        Unspooled::Copy(Uncopied::Read(e)) => unreadable("import", path, &e),
        Unspooled::Copy(Uncopied::Write(e)) => SysError::new("write", format!("\"{SPOOL}\""), e),
        Unspooled::Open(e) => e,
    }
}

/// Why a member could not be copied out.
enum Unspooled {
    Copy(Uncopied),
    Open(SysError),
}

impl From<io::Error> for Unspooled {
    fn from(error: io::Error) -> Self {
        Self::Copy(Uncopied::Read(error))
    }
}

enum Seen {
    Content(Box<dyn Read>),
    /// A link's target, from the root of the archive.
    Link(String),
    Nothing,
}

fn look(archive: &mut tar::Archive<Box<dyn Read>>, wanted: &str) -> Result<Seen, Unspooled> {
    let mut seen = Seen::Nothing;
    for entry in archive.entries()? {
        let mut entry = entry?;
        let sparse = Sparse::of(&mut entry)?;
        let own = match sparse.as_ref().and_then(|sparse| sparse.name.clone()) {
            Some(name) => name,
            None => entry.path_bytes().into_owned(),
        };
        if resolved("", &String::from_utf8_lossy(&own)) != wanted {
            continue;
        }
        seen = match &sparse {
            Some(sparse) => Seen::Content(spooled(&mut sparse.fill(&mut entry))?),
            None => content(&mut entry, wanted)?,
        };
        if matches!(seen, Seen::Content(_)) {
            break;
        }
    }
    Ok(seen)
}

fn content<R: Read>(entry: &mut Entry<'_, R>, wanted: &str) -> Result<Seen, Unspooled> {
    let kind = entry.header().entry_type();
    if kind.is_file() || kind.is_gnu_sparse() || kind.is_contiguous() {
        return spooled(entry).map(Seen::Content);
    }
    if !kind.is_hard_link() && !kind.is_symlink() {
        return Ok(Seen::Nothing);
    }
    let target = entry.link_name_bytes().unwrap_or_default();
    let target = String::from_utf8_lossy(&target);
    // The target of a hard link begins at the root of the archive, that of a symbolic link beside
    // it.
    let beside = if kind.is_hard_link() { "" } else { wanted };
    Ok(Seen::Link(resolved(beside, &target)))
}

/// Copies the content of a member into a file without a name.
fn spooled(entry: &mut impl Read) -> Result<Box<dyn Read>, Unspooled> {
    let mut file = File::from(file::nameless(SPOOL).map_err(Unspooled::Open)?);
    let mut entry = Limited::new(entry, 2 * LARGEST);
    archive::pour(&mut entry, &mut file).map_err(Unspooled::Copy)?;
    io::Seek::rewind(&mut file)?;
    Ok(Box::new(file))
}

/// Resolves the target of a link at `name`, by the text alone.
fn resolved(name: &str, target: &str) -> String {
    let above = name.rsplit_once('/').map_or("", |(above, _)| above);
    let mut parts: Vec<&str> = above.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
