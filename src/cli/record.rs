//! `isolab record FILE`

use std::io::Write;

use anyhow::Result;

use super::status::UsageError;
use super::{Status, plain, target};
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

/// Opens shells in a lab host; the commands become the steps of a draft.
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
    let mut file = target::make(&args.file)?;
    let done = app::record(&args.actors);
    if done.as_ref().map_or(true, Vec::is_empty) {
        std::fs::remove_file(&args.file)?;
    }
    let done = done?;
    if done.is_empty() {
        let words = format!("Nothing was done, so {} was not written.", args.file);
        writeln!(out, "{}", plain(&words))?;
        return Ok(Status::Pass);
    }
    let name = std::path::Path::new(&args.file).file_stem();
    let title = name.map_or_else(String::new, |name| name.to_string_lossy().replace('-', " "));
    file.write_all(draft::print(&title, &args.actors, &done).as_bytes())?;
    let words = format!(
        "{}: {} commands. What is proposed is a beginning: isolab lint {0}; isolab test {0}",
        args.file,
        done.len()
    );
    writeln!(out, "{}", plain(&words))?;
    Ok(Status::Pass)
}
