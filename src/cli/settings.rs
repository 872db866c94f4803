//! `isolab settings`

use std::io::Write;

use anyhow::Result;

use super::Status;
use crate::config;

/// Arguments of `settings`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print the JSON schema of the file, for editors
    #[arg(long)]
    schema: bool,
}

/// Prints the default settings with comments, or the schema of such a file.
pub(super) fn settings(args: &Args, out: &mut impl Write) -> Result<Status> {
    let text = if args.schema {
        config::schema()
    } else {
        config::DEFAULT.to_owned()
    };
    writeln!(out, "{}", text.trim_end())?;
    Ok(Status::Pass)
}
