//! Finds labs: the built-in ones, which are in the program itself, then those
//! in the user's folder, then any file by its path. The id of a lab comes from
//! its file name: `labs/04-uts-ipc.yaml` is `04-uts-ipc`, and answers to `04`,
//! `4` and `uts-ipc` too.
//!
//! Invariant: a lab file is only read, never more than `LARGEST` bytes of it,
//! and never a pipe, a device or anything else that is not a plain file. It is read with
//! the rights of the person.

mod bytes;
mod read;
mod search;
mod taught;
mod translated;

#[cfg(test)]
mod tests;

pub use bytes::{LARGEST, bytes};
pub use read::{Loaded, heading, load};
pub use search::{answers, find};
pub use taught::untaught;
pub use translated::{ORIGINAL, in_language, languages, texts, translation};

use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use rust_embed::RustEmbed;

use crate::sys::identity::person;
use crate::word;
use crate::word::later::Later;

/// The labs that are in the program.
#[derive(RustEmbed)]
#[folder = "labs/"]
struct BuiltIn;

/// Where a lab is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the program; this is its file name.
    BuiltIn(Cow<'static, str>),
    /// A file.
    File(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(name) => write!(f, "labs/{name}"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// A lab that was found, but not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file name without its ending.
    pub id: String,
    /// Where it is.
    pub source: Source,
}

impl Found {
    /// The lab beside this file, if the file is its translation; otherwise itself.
    #[must_use]
    pub fn translated(self) -> Self {
        self.lab_beside().unwrap_or(self)
    }

    /// The lab that the file is a translation of, if it is there.
    fn lab_beside(&self) -> Option<Self> {
        let Source::File(own) = &self.source else {
            return None;
        };
        let (id, tag) = self.id.split_once('.')?;
        let path = own.with_file_name(format!("{id}.yaml"));
        let is_there = !tag.is_empty() && person::act(|| path.is_file());
        is_there.then(|| Self {
            id: id.to_owned(),
            source: Source::File(path),
        })
    }

    /// Whether another lab with this id comes first: then only its path means this one.
    pub fn is_hidden(&self, all: &[Self]) -> bool {
        let first = all.iter().find(|found| found.id == self.id);
        first.is_some_and(|first| first != self)
    }

    /// The path of its file as the person sees it, without links; `None` for a built-in lab.
    pub fn path(&self) -> Option<PathBuf> {
        match &self.source {
            Source::BuiltIn(_) => None,
            Source::File(path) => Some(person::act(|| {
                let real = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
                real.unwrap_or_else(|_| path.clone())
            })),
        }
    }
}

/// Why a lab cannot be found or read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// No lab answers to the name.
    #[error("{}", unknown(name, near))]
    Unknown {
        /// The name.
        name: String,
        /// Ids that look like it.
        near: Vec<String>,
    },
    /// The path is not a plain file.
    #[error("{}", word!("lab-no-file", path = path.display().to_string(), what = what.to_string()))]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        what: Later,
    },
    /// The file is larger than any lab.
    #[error("{}", word!("lab-large", path = path.display().to_string(), most = LARGEST))]
    TooLarge {
        /// The path.
        path: PathBuf,
    },
    /// The file or folder cannot be read.
    #[error("{}: {why}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The kernel's reason, which the message already contains.
        why: io::Error,
    },
    /// A folder without a lab in it.
    #[error("{}", word!("lab-none-in", path = path.display().to_string()))]
    Empty {
        /// The path.
        path: PathBuf,
    },
}

fn unknown(name: &str, near: &[String]) -> String {
    let quoted: Vec<String> = near.iter().map(|id| format!("`{id}`")).collect();
    match quoted.as_slice() {
        [] => word!("lab-unknown", name = name),
        near => word!("lab-near", name = name, near = near.join(&word!("list-or"))),
    }
}

/// Where a user keeps labs: `isolab/labs` in the XDG data folder.
pub fn user_folder() -> Option<PathBuf> {
    let folder = person::folder(".local/share", || {
        Some(etcetera::choose_base_strategy().ok()?.data_dir())
    })?;
    Some(folder.join("isolab").join("labs"))
}

/// All labs: the built-in ones, then those of a folder, each in the order of
/// their names. A folder that is not there has none.
pub fn all(folder: Option<&Path>) -> Vec<Found> {
    let mut found = built_in();
    found.extend(
        folder
            .and_then(|folder| in_folder(folder).ok())
            .unwrap_or_default(),
    );
    found
}

/// The labs that a person means by a path or a name: one, or all in a folder.
///
/// # Errors
/// No such lab, an unreadable folder, a folder without labs.
pub fn named(name: &str, folder: Option<&Path>) -> Result<Vec<Found>, CatalogError> {
    let path = Path::new(name);
    if !person::act(|| path.is_dir()) {
        return find(name, folder).map(|found| vec![found]);
    }
    let found = in_folder(path).map_err(|why| CatalogError::Unreadable {
        path: path.to_owned(),
        why,
    })?;
    if found.is_empty() {
        return Err(CatalogError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(found)
}

fn built_in() -> Vec<Found> {
    let names = BuiltIn::iter().filter_map(|name| {
        let id = id_of(Path::new(name.as_ref()))?;
        Some(Found {
            id,
            source: Source::BuiltIn(name),
        })
    });
    in_order(names)
}

fn in_folder(folder: &Path) -> io::Result<Vec<Found>> {
    let paths = person::act(|| -> io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)?;
        Ok(entries.flatten().map(|entry| entry.path()).collect())
    });
    let found = paths?.into_iter().filter_map(|path| {
        Some(Found {
            id: id_of(&path)?,
            source: Source::File(path),
        })
    });
    Ok(in_order(found))
}

fn in_order(found: impl Iterator<Item = Found>) -> Vec<Found> {
    let mut found: Vec<_> = found.collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

/// The id that a lab file's name gives; `None` for a translation (`04-uts-ipc.zh-CN.yaml`) or no lab at all.
fn id_of(path: &Path) -> Option<String> {
    let id = path.file_name()?.to_str()?.strip_suffix(".yaml")?;
    (!id.is_empty() && !id.contains('.')).then(|| id.to_owned())
}
