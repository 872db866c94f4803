//! `isolab play LAB`

use anyhow::Result;

use super::{Status, target};
use crate::app;

/// Arguments of `play`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The lab: an id, a number, a name or a path
    lab: String,
    /// Begin at this step, by its number or id; the steps before it are played
    #[arg(long, value_name = "STEP")]
    step: Option<String>,
}

/// Plays a lab on the screen.
pub(super) fn play(args: &Args) -> Result<Status> {
    let Some(lab) = target::lab(&args.lab)? else {
        return Ok(Status::Failed);
    };
    let start = args
        .step
        .as_ref()
        .map_or(Ok(0), |step| target::step(&lab, step))?;
    Ok(app::play(lab, start)?.into())
}
