//! `isolab record FILE`

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use anyhow::{Context as _, Result};

use super::status::UsageError;
use super::{Status, plain};
use crate::app;
use crate::lab::draft;

/// Arguments of `record`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file that the draft is written to, at the end
    #[arg(value_name = "FILE")]
    file: String,
    /// The shells beside host's
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "b")]
    actors: Vec<String>,
}

/// Opens shells in a lab host; each command becomes a step of a draft.
pub(super) fn record(args: &Args, out: &mut impl Write) -> Result<Status> {
    let known = |name: &&String| {
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        name.is_empty() || *name == "host" || !name.chars().all(letter)
    };
    if let Some(name) = args.actors.iter().find(known) {
        let words =
            format!("`{name}` is no name for an actor: small letters, digits and _, not host");
        return Err(UsageError(words).into());
    }
    // Order: the file is made first, so that nothing is done in vain.
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&args.file);
    if file
        .as_ref()
        .is_err_and(|why| why.kind() == ErrorKind::AlreadyExists)
    {
        return Err(UsageError(format!("{} is there already", args.file)).into());
    }
    let mut file = file.with_context(|| format!("cannot write {}", args.file))?;
    let done = app::record(&args.actors)?;
    let name = std::path::Path::new(&args.file).file_stem();
    let title = name.map_or_else(String::new, |name| name.to_string_lossy().replace('-', " "));
    file.write_all(draft::print(&title, &args.actors, &done).as_bytes())?;
    let words = format!(
        "{}: {} steps. What is proposed is a beginning: isolab lint {0}; isolab test {0}",
        args.file,
        done.len()
    );
    writeln!(out, "{}", plain(&words))?;
    Ok(Status::Pass)
}
