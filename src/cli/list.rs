//! `isolab list`

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Status, colour, plain};
use crate::catalog::{self, CatalogError, Found, Loaded};

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print one JSON array
    #[arg(long)]
    json: bool,
}

/// A lab and what reading it came to.
type Read = (Found, Result<Loaded, CatalogError>);

/// Lists all labs; one that is not in order is told as such, and the rest are listed.
pub(super) fn list(args: &Args, out: &mut impl Write) -> Result<Status> {
    let found = catalog::all(catalog::user_folder().as_deref());
    let labs: Vec<Read> = found
        .into_iter()
        .map(|lab| (lab.clone(), catalog::load(&lab)))
        .collect();
    if args.json {
        let labs: Vec<_> = labs.iter().map(as_json).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&labs)?)?;
    } else {
        lines(&labs, out)?;
    }
    Ok(Status::Pass)
}

fn lines(labs: &[Read], out: &mut impl Write) -> Result<()> {
    let width = labs
        .iter()
        .map(|(found, _)| found.id.chars().count())
        .max()
        .unwrap_or(0);
    let mut track = "";
    for (found, loaded) in labs {
        let id = format!("{:width$}", plain(&found.id));
        match loaded.as_ref().map(|loaded| loaded.lab.as_ref()) {
            Ok(Some(lab)) => {
                if lab.track != track {
                    writeln!(out, "{}", bold(&plain(&lab.track)))?;
                    track = &lab.track;
                }
                writeln!(out, "  {id}  {:>2} min  {}", lab.minutes, plain(&lab.title))?;
            }
            Ok(None) => writeln!(out, "  {id}  not in order: isolab lint {}", found.source)?,
            Err(error) => writeln!(out, "  {id}  {}", plain(&error.to_string()))?,
        }
    }
    Ok(())
}

fn bold(text: &str) -> String {
    if colour() {
        format!("\u{1b}[1m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

fn as_json((found, loaded): &Read) -> Value {
    let mut value = json!({"id": found.id, "source": found.source.to_string()});
    match loaded {
        Err(error) => value["error"] = json!(error.to_string()),
        Ok(Loaded {
            lab: None,
            problems,
        }) => value["problems"] = json!(problems.len()),
        Ok(Loaded { lab: Some(lab), .. }) => {
            value["title"] = json!(lab.title);
            value["summary"] = json!(lab.summary);
            value["track"] = json!(lab.track);
            value["minutes"] = json!(lab.minutes);
            value["steps"] = json!(lab.steps.iter().map(|step| &step.id).collect::<Vec<_>>());
            value["after"] = json!(lab.after);
            value["needs"] = json!(lab.needs);
        }
    }
    value
}
