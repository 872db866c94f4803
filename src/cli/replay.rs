//! `isolab replay FILE`

use std::path::PathBuf;

use anyhow::Result;

use super::Status;
use crate::app;

/// Arguments of `replay`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What isolab play --journal wrote
    file: PathBuf,
}

/// Replays a journal.
pub(super) fn replay(args: &Args) -> Result<Status> {
    Ok(app::replay(&args.file)?.into())
}
