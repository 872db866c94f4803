//! `isolab play LAB`

use std::path::PathBuf;

use anyhow::Result;

use super::{Status, target};
use crate::{app, catalog};

/// Arguments of `play`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The lab: an id, a number, a name or a path
    lab: String,
    /// An image of your own for a lab that can do with one: an OCI layout, or what docker save wrote
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// Begin at this step, by its number or id, not where the lab was left
    #[arg(long, value_name = "STEP")]
    step: Option<String>,
    /// Line by line, without a screen: for screen readers
    #[arg(long)]
    plain: bool,
    /// Follow the file: what is saved is played on from the same step
    #[arg(long, conflicts_with = "plain")]
    watch: bool,
    /// Write the run down in this new file: for isolab replay and isolab export
    #[arg(long, value_name = "FILE", conflicts_with = "watch")]
    journal: Option<PathBuf>,
    /// Let your other terminals look on: isolab follow, notes, shell
    #[arg(long, conflicts_with_all = ["watch", "plain"])]
    share: bool,
}

/// Plays a lab on the screen.
pub(super) fn play(args: &Args) -> Result<Status> {
    let found = catalog::find(&args.lab, catalog::user_folder().as_deref())?;
    let Some(lab) = target::in_order(&found)? else {
        return Ok(Status::Failed);
    };
    let start = args
        .step
        .as_ref()
        .map(|step| target::step(&lab, step))
        .transpose()?;
    let image = target::image(&lab, args.image.as_deref())?;
    let script = app::Script {
        watched: args.watch,
        image,
        journal: args.journal.clone(),
        shared: args.share,
        ..app::Script::new(found, lab)
    };
    let play = if args.plain {
        app::play_plain
    } else {
        app::play
    };
    Ok(play(script, start)?.into())
}
