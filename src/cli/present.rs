//! `isolab present LAB`

use ratatui::layout::Size;
use std::path::PathBuf;

use anyhow::Result;

use super::{Status, target};
use crate::{app, catalog, ui, word};

/// Arguments of `present`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The lab: an id, a number, a name or a path
    lab: String,
    /// An image of your own for a lab that can do with one: an OCI layout, or what docker save wrote
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// Begin at this step, by its number or id
    #[arg(long, value_name = "STEP", conflicts_with = "check")]
    step: Option<String>,
    /// Write the run down in this new file: for isolab replay and isolab export
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    journal: Option<PathBuf>,
    /// Let your other terminals look on: isolab follow, notes, shell
    #[arg(long, conflicts_with = "check")]
    share: bool,
    /// Before going on stage: prove that every step plays here and is seen whole, there and back
    #[arg(long)]
    check: bool,
    /// The screen of the check, as 80x24, not this terminal's
    #[arg(long, value_name = "SIZE", requires = "check", value_parser = target::size)]
    size: Option<Size>,
}

/// Presents a lab, or proves that it can be.
pub(super) fn present(args: &Args) -> Result<Status> {
    let found = catalog::find(&args.lab, catalog::user_folder().as_deref())?;
    let Some(lab) = target::in_order(&found)? else {
        return Ok(Status::Failed);
    };
    let step = args.step.as_ref().map(|step| target::step(&lab, step));
    let start = step.transpose()?.unwrap_or(0);
    let image = target::image(&lab, args.image.as_deref())?;
    if args.check {
        let lab = catalog::in_language(&found, lab, word::language().tag());
        let here = crossterm::terminal::size().ok().map(Size::from);
        let least = Size::new(ui::COLUMNS, ui::ROWS);
        let size = args.size.or(here).unwrap_or(least);
        return Ok(app::rehearse(lab, image, size)?.into());
    }
    let script = app::Script {
        image,
        journal: args.journal.clone(),
        shared: args.share,
        ..app::Script::new(found, lab)
    };
    Ok(app::present(script, start)?.into())
}
