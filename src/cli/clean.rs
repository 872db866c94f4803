//! `isolab clean`

use std::io::Write;

use anyhow::Result;

use super::{Status, plain};
use crate::{app, sandbox, word};

/// Arguments of `clean`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only say what would be removed
    #[arg(long)]
    dry_run: bool,
}

/// Removes what a killed run left behind.
pub(super) fn clean(args: &Args, out: &mut impl Write) -> Result<Status> {
    let lefts = sandbox::clean(args.dry_run)?;
    for left in lefts.into_iter().chain(app::clean_shares(args.dry_run)?) {
        let words = if args.dry_run {
            word!("clean-would", what = left)
        } else {
            word!("clean-removed", what = left)
        };
        writeln!(out, "{}", plain(&words))?;
    }
    Ok(Status::Pass)
}
