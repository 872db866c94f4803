//! `isolab run LAB`

use std::path::PathBuf;

use anyhow::Result;

use super::{Status, target};
use crate::{app, catalog, word};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The lab: an id, a number, a name or a path
    lab: String,
    /// An image of your own for a lab that can do with one: an OCI layout, or what docker save wrote
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// End after this step, given by its number or id
    #[arg(long, value_name = "STEP")]
    until: Option<String>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Plays a lab without a screen.
pub(super) fn run(args: &Args) -> Result<Status> {
    let found = catalog::find(&args.lab, catalog::user_folder().as_deref())?;
    let Some(mut lab) = target::in_order(&found)? else {
        return Ok(Status::Failed);
    };
    if !args.json {
        lab = catalog::in_language(&found, lab, word::language().tag());
    }
    let last = lab.steps.len() - 1;
    let until = args
        .until
        .as_ref()
        .map_or(Ok(last), |step| target::step(&lab, step))?;
    let image = target::image(&lab, args.image.as_deref())?;
    Ok(app::run(lab, until, image, args.json)?.into())
}
