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
    let mut cleaned = sandbox::clean(args.dry_run);
    match app::clean_shares(args.dry_run) {
        Ok(shares) => cleaned.removed.extend(shares),
        Err(why) => cleaned.left.push(why.to_string()),
    }
    for what in cleaned.removed {
        let words = if args.dry_run {
            word!("clean-would", what = what)
        } else {
            word!("clean-removed", what = what)
        };
        writeln!(out, "{}", plain(&words))?;
    }
    for what in &cleaned.left {
        writeln!(out, "{}", plain(&word!("clean-cannot", what = what)))?;
    }
    Ok(if cleaned.left.is_empty() {
        Status::Pass
    } else {
        Status::Failed
    })
}
