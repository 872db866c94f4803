//! The texts of a lab in other languages: `04-uts-ipc.zh-CN.yaml` beside `04-uts-ipc.yaml`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::bytes::bytes;
use super::{BuiltIn, CatalogError, Found, Source};
use crate::lab::{Lab, Problem, Translation};
use crate::sys::identity::person;

/// The language that labs are written in.
pub const ORIGINAL: &str = "en";

/// A translation, or the problems of its file.
pub(super) type Read = Result<Translation, Vec<Problem>>;

/// A file's name and bytes.
type Named = (String, Cow<'static, [u8]>);

/// The language in the name of a lab's translation; `None` for another file.
fn tag(name: &str, lab: &str) -> Option<String> {
    let rest = name.strip_prefix(lab)?.strip_prefix('.')?;
    let tag = rest.strip_suffix(".yaml")?;
    (!tag.is_empty() && !tag.contains('.')).then(|| tag.to_owned())
}

/// The languages into which a lab is translated, sorted by tag.
pub fn languages(found: &Found) -> Vec<String> {
    let names: Vec<String> = match &found.source {
        Source::BuiltIn(_) => BuiltIn::iter().map(String::from).collect(),
        Source::File(path) => names_beside(path),
    };
    let mut tags: Vec<String> = names
        .iter()
        .filter_map(|name| tag(name, &found.id))
        .collect();
    tags.sort();
    tags
}

fn names_beside(path: &Path) -> Vec<String> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    person::act(|| {
        let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).into_iter();
        let names = entries.flatten().flatten().map(|entry| entry.file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    })
}

/// A lab's translation; `None` if there is none in this language.
///
/// # Errors
/// It exists, but cannot be read.
pub fn translation(found: &Found, language: &str) -> Result<Option<Read>, CatalogError> {
    let file = file(found, language)?;
    Ok(file.map(|(name, bytes)| Translation::parse(&name, &bytes)))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The text of a lab's file, and the texts of its translations by language tag.
///
/// # Errors
/// One of the files cannot be read.
pub fn texts(found: &Found) -> Result<(String, BTreeMap<String, String>), CatalogError> {
    let mut others = BTreeMap::new();
    for tag in languages(found) {
        if let Some((_, bytes)) = file(found, &tag)? {
            others.insert(tag, text(&bytes));
        }
    }
    Ok((text(&bytes(&found.source)?), others))
}

/// The name and the bytes of a translation file, if there is one.
fn file(found: &Found, language: &str) -> Result<Option<Named>, CatalogError> {
    if language == ORIGINAL {
        return Ok(None);
    }
    let name = format!("{}.{language}.yaml", found.id);
    let source = match &found.source {
        Source::BuiltIn(_) if BuiltIn::get(&name).is_none() => return Ok(None),
        Source::BuiltIn(_) => Source::BuiltIn(name.into()),
        Source::File(path) => Source::File(path.with_file_name(name)),
    };
    match bytes(&source) {
        Ok(bytes) => Ok(Some((source.to_string(), bytes))),
        Err(CatalogError::Unreadable { why, .. }) if why.kind() == std::io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The part of a lab before its steps, in a language.
pub(super) fn heading(found: &Found, lab: Lab, language: &str) -> Lab {
    let read = file(found, language).ok().flatten();
    match read.map(|(name, bytes)| Translation::heading(&name, &bytes)) {
        Some(Ok(translation)) => translation.apply(&lab),
        _ => lab,
    }
}

/// A lab in a language. Texts without a translation stay as they are.
pub fn in_language(found: &Found, lab: Lab, language: &str) -> Lab {
    match translation(found, language) {
        Ok(Some(Ok(translation))) => translation.apply(&lab),
        _ => lab,
    }
}
