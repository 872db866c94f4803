//! A mistake on the command line, in the language of the person, with what may have been meant.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use strsim::levenshtein;

use crate::catalog::{self, CatalogError};
use crate::word;

/// What is wrong, in words; `None` of mistakes that are left to clap.
pub(super) fn told(error: &clap::Error) -> Option<String> {
    let said = match error.kind() {
        ErrorKind::InvalidSubcommand => command(error)?,
        ErrorKind::UnknownArgument => option(error)?,
        ErrorKind::MissingRequiredArgument => missing(error)?,
        ErrorKind::InvalidValue => value(error)?,
        _ => return None,
    };
    Some(format!("{said}\n{}", word!("usage-more")))
}

/// A piece of what clap knows of a mistake, in words.
fn context(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// Words in marks, as alternatives.
fn either(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(&word!("list-or"))
}

/// A word that is no command.
fn command(error: &clap::Error) -> Option<String> {
    let name = context(error, ContextKind::InvalidSubcommand).pop()?;
    let near = match lab(&name) {
        Ok(id) => vec![format!("isolab play {id}")],
        Err(labs) => {
            // The best is the last.
            let commands = context(error, ContextKind::SuggestedSubcommand);
            let commands = commands.iter().rev().filter(|near| is_slip(&name, near));
            let commands = commands.map(|name| format!("isolab {name}"));
            let labs = labs.iter().map(|id| format!("isolab play {id}"));
            commands.chain(labs).collect()
        }
    };
    let said = word!("usage-no-command", name = &name);
    Some(match near.as_slice() {
        [] => said,
        near => format!("{said}{}", word!("usage-near", near = either(near))),
    })
}

/// Whether a command was meant by a word: no more than every third letter is another one. What
/// merely sounds like a command says nothing.
fn is_slip(word: &str, command: &str) -> bool {
    levenshtein(word, command) <= command.chars().count().div_ceil(3)
}

/// The lab that a word names, or those that it may mean.
fn lab(name: &str) -> Result<String, Vec<String>> {
    let folder = catalog::user_folder();
    match catalog::find(name, folder.as_deref()) {
        // Of a file only its path leads to it.
        Ok(found) if found.path().is_some() => Ok(name.to_owned()),
        Ok(found) => Ok(found.id),
        Err(CatalogError::Unknown { near, .. }) => Err(near),
        Err(_) => Err(Vec::new()),
    }
}

/// An option or a word too many.
fn option(error: &clap::Error) -> Option<String> {
    let name = context(error, ContextKind::InvalidArg).pop()?;
    let said = if name.starts_with('-') {
        word!("usage-no-option", name = &name)
    } else {
        word!("usage-too-many", name = &name)
    };
    let near = context(error, ContextKind::SuggestedArg);
    Some(match near.as_slice() {
        [] => said,
        near => format!("{said}{}", word!("usage-near", near = either(near))),
    })
}

/// What is not there and must be.
fn missing(error: &clap::Error) -> Option<String> {
    let names = context(error, ContextKind::InvalidArg);
    let what = names.join(" ");
    (!names.is_empty()).then(|| word!("usage-missing", what = what))
}

/// A value that is none of those there are.
fn value(error: &clap::Error) -> Option<String> {
    let name = context(error, ContextKind::InvalidArg).pop()?;
    let value = context(error, ContextKind::InvalidValue).pop()?;
    if value.is_empty() {
        return Some(word!("usage-no-value", name = name));
    }
    let valid = context(error, ContextKind::ValidValue).join(", ");
    let said = word!("usage-value", name = name, value = value, valid = &valid);
    (!valid.is_empty()).then_some(said)
}
