//! The labs, steps and files that arguments mean.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::status::UsageError;
use super::{plain, say};
use crate::app::learner;
use crate::catalog::{self, Found};
use crate::lab::Lab;
use crate::sandbox::OwnImage;
use crate::sys::identity::person;
use crate::{ui, word};

/// Loads a lab; `None` if it has problems, which are printed to stderr.
pub(super) fn in_order(found: &Found) -> Result<Option<Lab>> {
    let loaded = catalog::load(found)?;
    loaded
        .problems
        .iter()
        .for_each(|problem| say(&plain(&problem.to_string())));
    Ok(loaded.lab)
}

/// The labs that some arguments mean: ids, files, folders.
pub(super) fn labs(names: &[String]) -> Result<Vec<Found>> {
    let folder = catalog::user_folder();
    let mut found = Vec::new();
    for name in names {
        found.extend(catalog::named(name, folder.as_deref())?);
    }
    Ok(found)
}

/// The index of the step that an argument means: its id, or its number from 1.
pub(super) fn step(lab: &Lab, name: &str) -> Result<usize> {
    let by_id = lab.steps.iter().position(|step| step.id == name);
    let by_number = || {
        name.parse::<usize>()
            .ok()?
            .checked_sub(1)
            .filter(|n| *n < lab.steps.len())
    };
    let ids: Vec<_> = lab.steps.iter().map(|step| step.id.as_str()).collect();
    let unknown = || {
        let (last, ids) = (ids.len(), ids.join(", "));
        UsageError(word!(
            "no-step",
            lab = &lab.id,
            step = name,
            last = last,
            ids = ids
        ))
    };
    Ok(by_id.or_else(by_number).ok_or_else(unknown)?)
}

/// The image that an argument means, for a lab that takes one.
pub(super) fn image(lab: &Lab, path: Option<&Path>) -> Result<Option<Arc<OwnImage>>> {
    let Some(path) = path else { return Ok(None) };
    let Some(to) = lab.takes_image() else {
        return Err(UsageError(word!("image-unwanted", lab = &lab.id)).into());
    };
    let image = person::act(|| OwnImage::open(path, to));
    let image = image.map_err(|why| UsageError(why.to_string()))?;
    Ok(Some(Arc::new(image)))
}

/// The most columns and rows of a screen.
const LARGEST: (u16, u16) = (500, 200);

/// Reads a screen's columns and rows: `120x40`.
pub(super) fn size(text: &str) -> Result<(u16, u16), String> {
    let parts = text.split_once('x');
    let parts = parts.and_then(|(columns, rows)| Some((columns.parse().ok()?, rows.parse().ok()?)));
    let fits = |(columns, rows): &(u16, u16)| {
        let (wide, high) = LARGEST;
        (ui::COLUMNS..=wide).contains(columns) && (ui::ROWS..=high).contains(rows)
    };
    parts.filter(fits).ok_or_else(|| word!("size-form"))
}

/// Makes the file of a new lab; an existing file is an error.
pub(super) fn make(path: &str) -> Result<File> {
    let file = learner::make(Path::new(path));
    let why = file.as_ref().map_err(std::io::Error::kind).err();
    if why == Some(ErrorKind::AlreadyExists) {
        return Err(UsageError(word!("file-there", path = path)).into());
    }
    Ok(file.map_err(|why| unwritable(Path::new(path), &why))?)
}

/// The error for a file that cannot be written.
pub(super) fn unwritable(path: &Path, why: &std::io::Error) -> UsageError {
    let words = word!("file-refused", path = path.display().to_string());
    UsageError(format!("{words}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read() {
        assert_eq!(size("120x40"), Ok((120, 40)));
        for wrong in ["79x24", "80x23", "501x40", "80", "ax24", "80x24x2"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
