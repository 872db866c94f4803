//! `isolab new SLUG`

use std::io::Write;

use anyhow::Result;

use super::status::UsageError;
use super::{Status, plain, target};
use crate::word;

/// Arguments of `new`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What the lab is called: small letters, digits and hyphens; the file is SLUG.yaml
    slug: String,
}

/// The file that each author begins with.
const LAB: &str = include_str!("../../assets/new.yaml");

/// Writes a small lab that passes, with an explanation of each field.
pub(super) fn new(args: &Args, out: &mut impl Write) -> Result<Status> {
    let slug = &args.slug;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug.is_empty() || !slug.chars().all(fits) {
        return Err(UsageError(word!("new-no-name", slug = slug)).into());
    }
    let path = format!("{slug}.yaml");
    let mut file = target::make(&path)?;
    file.write_all(LAB.replace("TITLE", &title(slug)).as_bytes())?;
    for words in [
        word!("new-made", path = &path),
        word!("new-prove", path = &path),
    ] {
        writeln!(out, "{}", plain(&words))?;
    }
    Ok(Status::Pass)
}

/// `two-hosts` is titled `Two hosts`.
fn title(slug: &str) -> String {
    let words: String = slug.replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
