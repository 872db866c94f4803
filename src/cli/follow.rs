//! `isolab follow`, `isolab notes`, `isolab shell ACTOR`

use std::path::PathBuf;

use anyhow::Result;

use super::Status;
use crate::app;

/// Arguments of `follow`.
#[derive(Debug, clap::Args)]
pub(super) struct Follow {
    /// Which run, if there are several: its name or its process
    run: Option<String>,
}

/// Arguments of `notes`.
#[derive(Debug, clap::Args)]
pub(super) struct Notes {
    /// Which run, if there are several: its name or its process
    run: Option<String>,
    /// The journal of an earlier run: says how far behind it this one is
    #[arg(long, value_name = "FILE")]
    rehearsal: Option<PathBuf>,
}

/// Arguments of `shell`.
#[derive(Debug, clap::Args)]
pub(super) struct Shell {
    /// Whose shell
    actor: String,
    /// Which run, if there are several: its name or its process
    run: Option<String>,
}

/// Follows a run.
pub(super) fn follow(args: &Follow) -> Result<Status> {
    Ok(app::follow(args.run.as_deref())?.into())
}

/// Shows the notes for a run.
pub(super) fn notes(args: &Notes) -> Result<Status> {
    Ok(app::notes(args.run.as_deref(), args.rehearsal.as_deref())?.into())
}

/// Opens a shell of a run.
pub(super) fn shell(args: &Shell) -> Result<Status> {
    Ok(app::shell(args.run.as_deref(), &args.actor)?.into())
}
