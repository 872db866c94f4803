//! `isolab report FILE…`

mod gather;

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;

use super::status::UsageError;
use super::{Status, plain, say};
use crate::class::{self, Class, LabFigures};
use crate::lab::Lab;
use crate::{catalog, word};

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What students handed in (`isolab progress --json`): files, and folders of them
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// As what
    #[arg(long, value_enum, default_value = "text")]
    to: Form,
    /// Of this lab alone: an id, a number or a name
    #[arg(long)]
    lab: Option<String>,
}

/// As what a class is told.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Form {
    /// For a terminal of 80 columns.
    Text,
    /// For a spreadsheet: a row for each step.
    Csv,
    /// One page that needs nothing beside itself.
    Html,
}

/// Merges hand-ins, and prints the report. A file that cannot be taken is reported, and the rest is
/// merged.
pub(super) fn report(args: &Args, out: &mut impl Write) -> Result<Status> {
    let gathered = gather::gather(&args.files);
    let left_out: Vec<String> = gathered.left_out.iter().map(|words| plain(words)).collect();
    for words in &left_out {
        say(&format!("isolab: {words}"));
    }
    if gathered.taken.is_empty() {
        say(&word!("report-nothing"));
        return Ok(Status::Failed);
    }
    let class = class::merge(gathered.taken);
    for note in &class.notes {
        say(&plain(&note.to_string()));
    }
    let labs = class::figures(&class, wanted(args.lab.as_deref()), lab);
    if let Some(name) = args.lab.as_ref().filter(|_| labs.is_empty()) {
        return Err(UsageError(word!("report-no-lab", lab = name)).into());
    }
    out.write_all(&told(args.to, &class, &labs, &left_out)?)?;
    let all = left_out.is_empty();
    Ok(if all { Status::Pass } else { Status::Failed })
}

fn told(to: Form, class: &Class, labs: &[LabFigures], left_out: &[String]) -> Result<Vec<u8>> {
    Ok(match to {
        Form::Text => plain(&class::text(class, labs)).into_bytes(),
        Form::Csv => class::csv(labs)?,
        Form::Html => class::html(class, labs, left_out).into_bytes(),
    })
}

/// Whether an id is the lab that `name` means. One that no longer exists may still be in the files.
fn wanted(name: Option<&str>) -> impl Fn(&str) -> bool {
    let found = name.and_then(|name| catalog::find(name, catalog::user_folder().as_deref()).ok());
    move |id| {
        let meant = |name| catalog::answers(id, name);
        found
            .as_ref()
            .map_or_else(|| name.is_none_or(meant), |found| found.id == id)
    }
}

/// The lab of an id, in the language of the person.
fn lab(id: &str) -> Option<Lab> {
    let all = catalog::all(catalog::user_folder().as_deref());
    let found = all.into_iter().find(|found| found.id == id)?;
    let lab = catalog::load(&found).ok()?.lab?;
    Some(catalog::in_language(&found, lab, word::language().tag()))
}
