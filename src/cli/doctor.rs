//! `isolab doctor`

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Status, plain, speak_to_programs};
use crate::word::later::Later;
use crate::{app, word};

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Says what this machine can do for the labs.
pub(super) fn doctor(args: &Args, out: &mut impl Write) -> Result<Status> {
    if args.json {
        speak_to_programs();
    }
    let findings = app::doctor()?;
    for finding in &findings {
        if args.json {
            writeln!(out, "{}", as_json(finding))?;
        } else {
            let word = if finding.is_there() {
                word!("doctor-works")
            } else {
                word!("doctor-missing")
            };
            writeln!(out, "{}", plain(&format!("{word}  {}", finding.words())))?;
        }
    }
    let gaps = app::gaps();
    for gap in &gaps {
        let words = gap.words().to_string();
        if args.json {
            let name = word!("doctor-open");
            let name = name.trim();
            writeln!(out, "{}", json!({ "name": name, "gap": words }))?;
        } else {
            writeln!(out, "{}  {words}", word!("doctor-open"))?;
        }
    }
    let all = findings.iter().all(app::Finding::is_there);
    Ok(if all { Status::Pass } else { Status::Lacking })
}

fn as_json(finding: &app::Finding) -> Value {
    let words = |words: &Option<Later>| words.as_ref().map_or_else(String::new, Later::to_string);
    json!({
        "name": finding.name.to_string(), "works": finding.is_there(), "errno": finding.errno,
        "reason": words(&finding.reason), "fix": words(&finding.fix),
    })
}
