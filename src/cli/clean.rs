//! `isolab clean`

use std::io::Write;

use anyhow::Result;

use super::Status;
use crate::sandbox;

/// Arguments of `clean`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only say what would be removed
    #[arg(long)]
    dry_run: bool,
}

/// Removes what a killed run left behind.
pub(super) fn clean(args: &Args, out: &mut impl Write) -> Result<Status> {
    let verb = if args.dry_run {
        "would remove"
    } else {
        "removed"
    };
    for left in sandbox::clean(args.dry_run)? {
        writeln!(out, "{verb} {left}")?;
    }
    Ok(Status::Pass)
}
