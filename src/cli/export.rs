//! `isolab export LAB --to sh`

use std::io::Write;

use anyhow::Result;

use super::status::UsageError;
use super::{Status, target};
use crate::{catalog, export};

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The lab: an id, a number, a name, or the path of a file
    #[arg(value_name = "LAB")]
    lab: String,
    /// As what: `sh`, a shell script that does the same without isolab
    #[arg(long, value_enum)]
    to: Form,
}

/// What a lab can be made into.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Form {
    /// A commented shell script.
    Sh,
}

/// Prints a lab as something else.
pub(super) fn export(args: &Args, out: &mut impl Write) -> Result<Status> {
    let found = catalog::find(&args.lab, catalog::user_folder().as_deref())?;
    let Some(lab) = target::in_order(&found)? else {
        return Ok(Status::Failed);
    };
    let text = match args.to {
        Form::Sh => export::script(&lab).map_err(|why| UsageError(why.to_string()))?,
    };
    out.write_all(text.as_bytes())?;
    Ok(Status::Pass)
}
