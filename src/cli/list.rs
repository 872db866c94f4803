//! `isolab list`

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Status, colour, plain, speak_to_programs};
use crate::catalog::{self, CatalogError, Found, Loaded};
use crate::word;

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print one JSON array
    #[arg(long)]
    json: bool,
}

/// A lab, and the result of loading it.
type Read = (Found, Result<Loaded, CatalogError>);

/// Lists all labs. One that cannot be loaded is listed with the reason.
pub(super) fn list(args: &Args, out: &mut impl Write) -> Result<Status> {
    let found = catalog::all(catalog::user_folder().as_deref());
    let labs: Vec<Read> = found
        .into_iter()
        .map(|lab| (lab.clone(), catalog::load(&lab)))
        .collect();
    if args.json {
        speak_to_programs();
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
    let all: Vec<Found> = labs.iter().map(|(found, _)| found.clone()).collect();
    let mut track = String::new();
    for (found, loaded) in labs {
        let id = format!("{:width$}", plain(&found.id));
        match loaded.as_ref().map(|loaded| loaded.lab.as_ref()) {
            Ok(Some(lab)) => {
                let lab = catalog::in_language(found, lab.clone(), word::language().tag());
                if lab.track != track {
                    writeln!(out, "{}", bold(&plain(&lab.track)))?;
                    track.clone_from(&lab.track);
                }
                let minutes = word!("minutes", count = format!("{:>2}", lab.minutes));
                writeln!(out, "  {id}  {minutes}  {}", plain(&lab.title))?;
                if found.is_hidden(&all) {
                    let words = word!("list-same", path = found.source.to_string());
                    writeln!(out, "  {:width$}  {}", "", plain(&words))?;
                }
            }
            Ok(None) => {
                let words = word!("list-wrong", file = found.source.to_string());
                writeln!(out, "  {id}  {}", plain(&words))?;
            }
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
