//! Which lab a person means.

use std::path::Path;

use strsim::levenshtein;

use super::{CatalogError, Found, Source, all};

/// The lab that a name or a path means. A name with `/` or `.yaml` in it is a
/// path; else an id, a number, or the part of an id after its number. Where two
/// labs answer, the built-in one is meant; the other has its path.
///
/// # Errors
/// No lab answers; those with a similar name are told.
pub fn find(name: &str, folder: Option<&Path>) -> Result<Found, CatalogError> {
    let path = Path::new(name);
    if name.contains('/') || path.extension().is_some_and(|ending| ending == "yaml") {
        let id = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        return Ok(Found {
            id,
            source: Source::File(path.to_owned()),
        });
    }
    let labs = all(folder);
    let same = labs.iter().find(|lab| lab.id == name);
    let found = same.or_else(|| labs.iter().find(|lab| answers(&lab.id, name)));
    found.cloned().ok_or_else(|| CatalogError::Unknown {
        name: name.to_owned(),
        near: labs
            .iter()
            .filter(|lab| looks_like(&lab.id, name))
            .map(|lab| lab.id.clone())
            .collect(),
    })
}

/// The number and the rest of an id: `("04", "uts-ipc")`.
fn parts(id: &str) -> (&str, &str) {
    match id.split_once('-') {
        Some((number, slug)) if number.bytes().all(|byte| byte.is_ascii_digit()) => (number, slug),
        _ => ("", id),
    }
}

/// Whether the lab with this id is meant by a name: the id, its number, or the rest of it.
pub fn answers(id: &str, name: &str) -> bool {
    let (number, slug) = parts(id);
    let same_number = number
        .parse::<u32>()
        .is_ok_and(|number| name.parse() == Ok(number));
    id == name || slug == name || same_number
}

/// Whether a name may be a misspelt id.
pub(super) fn looks_like(id: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let (_, slug) = parts(id);
    let part =
        name.len() > 1 && (slug.contains(&name) || slug.split('-').any(|p| name.contains(p)));
    part || levenshtein(slug, parts(&name).1) <= 1 + slug.chars().count() / 4
}
