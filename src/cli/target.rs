//! The labs, steps and files that arguments mean.

use ratatui::layout::Size;
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
    if let Some(index) = by_id.or_else(|| by_number(lab, name)) {
        return Ok(index);
    }
    let ids: Vec<_> = lab.steps.iter().map(|step| step.id.as_str()).collect();
    Err(UsageError(word!(
        "no-step",
        lab = &lab.id,
        step = name,
        last = ids.len(),
        ids = ids.join(", ")
    ))
    .into())
}

/// The index of the step with a number, counted from 1.
fn by_number(lab: &Lab, number: &str) -> Option<usize> {
    let index = number.parse::<usize>().ok()?.checked_sub(1)?;
    (index < lab.steps.len()).then_some(index)
}

/// The image that an argument means, for a lab that takes one.
pub(super) fn image(lab: &Lab, path: Option<&Path>) -> Result<Option<Arc<OwnImage>>> {
    let Some(path) = path else { return Ok(None) };
    let Some(to) = lab.takes_image() else {
        return Err(UsageError(word!("image-unwanted", lab = &lab.id)).into());
    };
    let image =
        person::act(|| OwnImage::open(path, to)).map_err(|why| UsageError(why.to_string()))?;
    Ok(Some(Arc::new(image)))
}

/// The most columns of a screen.
const WIDEST: u16 = 500;
/// The most rows of a screen.
const HIGHEST: u16 = 200;

/// Reads a screen's columns and rows: `120x40`.
pub(super) fn size(text: &str) -> Result<Size, String> {
    let size = text
        .split_once('x')
        .and_then(|(columns, rows)| Some((columns.parse().ok()?, rows.parse().ok()?)));
    match size {
        Some((columns, rows)) if fits(columns, rows) => Ok(Size::new(columns, rows)),
        _ => Err(word!("size-form")),
    }
}

/// Whether a screen is neither too small nor too large.
fn fits(columns: u16, rows: u16) -> bool {
    (ui::COLUMNS..=WIDEST).contains(&columns) && (ui::ROWS..=HIGHEST).contains(&rows)
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
        assert_eq!(size("120x40"), Ok((120, 40).into()));
        for wrong in ["79x24", "80x23", "501x40", "80", "ax24", "80x24x2"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
