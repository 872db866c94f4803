//! `isolab lint PATH…`

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::Result;

use super::{Status, plain, target};
use crate::catalog::{self, Found, Loaded};
use crate::lab::{Lab, Step};
use crate::ui;

/// Arguments of `lint`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Lab files, folders of them, or ids of built-in labs
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
}

/// Prints every problem of every lab; a file that cannot be read is one too.
pub(super) fn lint(args: &Args, out: &mut impl Write) -> Result<Status> {
    let mut count = 0;
    let labs = alone(target::labs(&args.paths)?);
    let languages: BTreeSet<String> = labs.iter().flat_map(catalog::languages).collect();
    for found in &labs {
        let problems = match catalog::load(found) {
            Ok(Loaded { lab: Some(lab), .. }) => beyond(found, &lab, &languages),
            Ok(loaded) => loaded.problems.iter().map(ToString::to_string).collect(),
            Err(error) => vec![error.to_string()],
        };
        count += problems.len();
        for problem in problems {
            writeln!(out, "{}", plain(problem.trim_end()))?;
        }
    }
    writeln!(
        out,
        "{} in {}",
        counted(count, "problem"),
        counted(labs.len(), "lab")
    )?;
    Ok(if count == 0 {
        Status::Pass
    } else {
        Status::Failed
    })
}

/// The labs, each once: a translation (`04-uts-ipc.zh-CN.yaml`) stands for the lab beside it.
fn alone(found: Vec<Found>) -> Vec<Found> {
    let mut labs: Vec<Found> = Vec::new();
    for found in found.into_iter().map(Found::translated) {
        let same = |lab: &Found| lab.source == found.source || lab.path() == found.path();
        if !labs.iter().any(|lab| lab.id == found.id && same(lab)) {
            labs.push(found);
        }
    }
    labs
}

/// The problems of a valid lab: what its challenges need but nothing shows, steps that are too
/// long, translations.
fn beyond(found: &Found, lab: &Lab, languages: &BTreeSet<String>) -> Vec<String> {
    let file = found.source.to_string();
    let folder = catalog::user_folder();
    let untaught = catalog::untaught(lab, &file, folder.as_deref());
    let mut problems: Vec<String> = untaught.iter().map(ToString::to_string).collect();
    problems.extend(too_long(&file, lab));
    for language in languages {
        let told = catalog::in_language(found, lab.clone(), language);
        problems.extend(too_long(&format!("{file} in {language}"), &told));
    }
    problems.extend(translations(found, lab, languages));
    problems
}

/// The steps that do not fit the smallest screen.
fn too_long(file: &str, lab: &Lab) -> Vec<String> {
    let words = |(step, taken, room): (&Step, usize, usize)| {
        format!(
            "{file}: warning: step `{}` takes {taken} rows of the {room} that an 80x24 terminal has\n  help: shorten its text, or make two steps of it",
            step.id
        )
    };
    ui::fit::too_long(lab).into_iter().map(words).collect()
}

/// The problems of a lab's translations. A language into which one of the labs is translated is
/// wanted of all.
fn translations(found: &Found, lab: &Lab, languages: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for language in languages {
        match catalog::translation(found, language) {
            Ok(None) => {
                let name = format!("{}.{language}.yaml", found.id);
                problems.push(format!(
                    "{}: no translation into {language}\n  help: `isolab translate {} {language} > {name}`",
                    found.source, found.id
                ));
            }
            Ok(Some(Ok(read))) => {
                problems.extend(read.lint(lab).iter().map(ToString::to_string));
            }
            Ok(Some(Err(refused))) => problems.extend(refused.iter().map(ToString::to_string)),
            Err(error) => problems.push(error.to_string()),
        }
    }
    problems
}

/// A number of things in words: `no problem`, `1 lab`, `3 labs`.
fn counted(count: usize, thing: &str) -> String {
    match count {
        0 => format!("no {thing}"),
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    }
}
