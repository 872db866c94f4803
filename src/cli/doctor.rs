//! `isolab doctor`

use std::io::Write;

use anyhow::Result;
use serde_json::json;

use super::Status;
use crate::app;

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Says what this machine can do for the labs.
pub(super) fn doctor(args: &Args, out: &mut impl Write) -> Result<Status> {
    let findings = app::doctor()?;
    for (thing, wrong) in &findings {
        match wrong {
            _ if args.json => writeln!(out, "{}", json!({"thing": thing, "wrong": wrong}))?,
            None => writeln!(out, "works    {thing}")?,
            Some(wrong) => writeln!(out, "missing  {thing}: {wrong}")?,
        }
    }
    let lacking = findings.iter().any(|(_, wrong)| wrong.is_some());
    Ok(if lacking {
        Status::Lacking
    } else {
        Status::Pass
    })
}
