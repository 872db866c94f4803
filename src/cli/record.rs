//! `isolab record FILE`

use std::io::Write;

use anyhow::Result;

use super::status::UsageError;
use super::{Status, plain, target};
use crate::lab::draft;
use crate::sys::identity::person;
use crate::{app, word};

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

/// Opens shells in a lab host, and writes their commands as the steps of a draft.
pub(super) fn record(args: &Args, out: &mut impl Write) -> Result<Status> {
    let known = |name: &&String| {
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        name.is_empty() || *name == "host" || !name.chars().all(letter)
    };
    if let Some(name) = args.actors.iter().find(known) {
        return Err(UsageError(word!("record-no-name", name = name)).into());
    }
    // Order: the file is made first, so that the work is not lost if it cannot be made.
    let mut file = target::make(&args.file)?;
    let done = app::record(&args.actors);
    if done.as_ref().map_or(true, Vec::is_empty) {
        person::act(|| std::fs::remove_file(&args.file))?;
    }
    let done = done?;
    if done.is_empty() {
        let words = word!("record-nothing", file = &args.file);
        writeln!(out, "{}", plain(&words))?;
        return Ok(Status::Pass);
    }
    let name = std::path::Path::new(&args.file).file_stem();
    let title = name.map_or_else(String::new, |name| name.to_string_lossy().replace('-', " "));
    file.write_all(draft::print(&title, &args.actors, &done).as_bytes())?;
    let words = word!("record-made", file = &args.file, commands = done.len());
    writeln!(out, "{}", plain(&words))?;
    Ok(Status::Pass)
}
