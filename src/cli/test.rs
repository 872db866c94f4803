//! `isolab test PATH…`

use std::io::Write;

use anyhow::Result;

use super::{Status, target};
use crate::app;

/// Arguments of `test`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Lab files, folders of them, or ids of built-in labs
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
}

/// Proves labs one after the other; the worst of them is what it comes to.
pub(super) fn test(args: &Args, out: &mut impl Write) -> Result<Status> {
    let mut worst = Status::Pass;
    for found in target::labs(&args.paths)? {
        writeln!(out, "{}", found.source)?;
        let status = match target::in_order(&found)? {
            Some(lab) => app::test(lab)?.into(),
            None => Status::Failed,
        };
        worst = worst.max(status);
    }
    Ok(worst)
}
