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
    /// Show the one command that installs the programs that are missing, and run it after a yes
    #[arg(long, conflicts_with = "json")]
    fix: bool,
}

/// Says what this machine can do for the labs.
pub(super) fn doctor(args: &Args, out: &mut impl Write) -> Result<Status> {
    if args.json {
        speak_to_programs();
    }
    if args.fix {
        return Ok(match app::fix() {
            app::Fixed::All | app::Fixed::Shown => Status::Pass,
            app::Fixed::Failed => Status::Failed,
        });
    }
    let findings = app::doctor()?;
    for finding in &findings {
        let line = if args.json {
            as_json(finding).to_string()
        } else {
            plain(&format!("{}  {}", label(finding), finding.words()))
        };
        writeln!(out, "{line}")?;
    }
    gaps(args, out)?;
    if let Some(command) = app::install_line().filter(|_| !args.json) {
        writeln!(out, "{}  {command}", word!("doctor-fix"))?;
    }
    let all = findings.iter().all(app::Finding::is_no_hindrance);
    Ok(if all { Status::Pass } else { Status::Lacking })
}

/// The label of a finding: that it works, or how much it is missed.
fn label(finding: &app::Finding) -> String {
    match finding.weight {
        _ if finding.is_there() => word!("doctor-works"),
        app::Weight::Needed => word!("doctor-missing"),
        app::Weight::Typed => word!("doctor-typed"),
        app::Weight::Lent => word!("doctor-lent"),
    }
}

/// Prints which promises about a lab host this machine cannot keep.
fn gaps(args: &Args, out: &mut impl Write) -> Result<()> {
    for gap in &app::gaps() {
        let (name, words) = (word!("doctor-open"), gap.words().to_string());
        if args.json {
            let name = name.trim();
            writeln!(out, "{}", json!({ "name": name, "gap": words }))?;
        } else {
            writeln!(out, "{name}  {words}")?;
        }
    }
    Ok(())
}

fn as_json(finding: &app::Finding) -> Value {
    let words = |words: &Option<Later>| words.as_ref().map_or_else(String::new, Later::to_string);
    json!({
        "name": finding.name.to_string(), "works": finding.is_there(),
        "needed": finding.weight == app::Weight::Needed, "errno": finding.errno,
        "reason": words(&finding.reason), "fix": words(&finding.fix),
    })
}
