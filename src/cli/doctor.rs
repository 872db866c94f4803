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
    for finding in &findings {
        let works = finding.is_there();
        if args.json {
            let line = json!({
                "name": finding.name, "works": works, "errno": finding.errno,
                "reason": finding.reason, "fix": finding.fix,
            });
            writeln!(out, "{line}")?;
        } else {
            let word = if works { "works  " } else { "missing" };
            writeln!(out, "{word}  {}", finding.words())?;
        }
    }
    let all = findings.iter().all(app::Finding::is_there);
    Ok(if all { Status::Pass } else { Status::Lacking })
}
