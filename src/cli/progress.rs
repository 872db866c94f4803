//! `isolab progress [LAB]`

use std::io::Write;
use std::time::SystemTime;

use anyhow::Result;

use super::status::UsageError;
use super::{Status, plain};
use crate::app::learner;
use crate::class::{self, HandIn};
use crate::progress::{Known, Progress, Which};
use crate::session::How;
use crate::{catalog, word};

/// Arguments of `progress`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Of this lab alone: an id, a number or a name
    lab: Option<String>,
    /// Print JSON, with every step: what is handed in to an instructor
    #[arg(long)]
    json: bool,
    /// Say in it who you are; without it, it has a number by chance and no name
    #[arg(long, requires = "json")]
    name: Option<String>,
    /// Forget what was done: in the lab, or with --all in every one
    #[arg(long, conflicts_with = "json")]
    reset: bool,
    /// All labs
    #[arg(long, requires = "reset", conflicts_with = "lab")]
    all: bool,
}

/// Prints what was done, or forgets it.
pub(super) fn progress(args: &Args, out: &mut impl Write) -> Result<Status> {
    let Some(book) = learner::progress() else {
        return Err(UsageError(word!("progress-no-home")).into());
    };
    let wanted = args
        .lab
        .as_ref()
        .map(|name| which(name, &book))
        .transpose()?;
    if args.reset {
        let all = || book.all().iter().map(Known::which).collect();
        let labs: Vec<Which> = if args.all {
            all()
        } else {
            wanted.into_iter().collect()
        };
        if labs.is_empty() && !args.all {
            return Err(UsageError(word!("progress-what")).into());
        }
        return forget(&book, &labs, out);
    }
    if args.json {
        hand_in(&book, wanted.as_ref(), named(args)?, out)?;
    } else {
        let all = of(&book.all(), wanted.as_ref());
        // If the file cannot be read, it is unknown whether anything was done.
        let trouble = told(&book);
        if trouble == Status::Pass || !all.is_empty() {
            lines(&all, out)?;
        }
        return Ok(trouble);
    }
    Ok(told(&book))
}

/// The progress in one lab, or in all; each lab under a name that no other has.
fn of(all: &[Known], wanted: Option<&Which>) -> Vec<Known> {
    let found = match wanted {
        Some(lab) => Known::find(all, lab).cloned().into_iter().collect(),
        None => all.to_owned(),
    };
    let named = |known: Known| Known {
        lab: known.name(all),
        ..known
    };
    found.into_iter().map(named).collect()
}

/// The name by which a person wants to be known, checked.
fn named(args: &Args) -> Result<Option<String>> {
    let Some(said) = &args.name else {
        return Ok(None);
    };
    let name = class::name(said).ok_or_else(|| UsageError(word!("progress-name")))?;
    Ok(Some(name))
}

/// Prints the hand-in; nothing if the book has no learner, the reason for which `told` prints.
fn hand_in(
    book: &Progress,
    wanted: Option<&Which>,
    name: Option<String>,
    out: &mut impl Write,
) -> Result<()> {
    let Some(learner) = book.learner() else {
        return Ok(());
    };
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let hand_in = HandIn {
        format: class::FORMAT,
        isolab: env!("CARGO_PKG_VERSION").to_owned(),
        learner,
        name,
        exported: i64::try_from(now.as_secs()).unwrap_or(i64::MAX),
        whole: wanted.is_none(),
        labs: of(&book.ever(), wanted),
    };
    writeln!(out, "{}", serde_json::to_string_pretty(&hand_in)?)?;
    Ok(())
}

/// Forgets labs. It stops at one that cannot be forgotten, which is not the same as unknown.
fn forget(book: &Progress, labs: &[Which], out: &mut impl Write) -> Result<Status> {
    let all = book.all();
    for which in labs {
        let lab = &Known::find(&all, which).map_or_else(|| which.id.clone(), |k| k.name(&all));
        let gone = book.forget(which);
        let trouble = told(book);
        if trouble != Status::Pass {
            return Ok(trouble);
        }
        let words = if gone {
            word!("progress-forgotten", lab = lab)
        } else {
            word!("progress-nothing", lab = lab)
        };
        writeln!(out, "{}", plain(&words))?;
    }
    Ok(told(book))
}

/// The lab that a name means, as the book identifies it. The file of a path need not exist any
/// more.
fn which(name: &str, book: &Progress) -> Result<Which> {
    match catalog::find(name, catalog::user_folder().as_deref()) {
        Ok(found) => Ok(learner::which(&found)),
        Err(missing) => known(name, &book.all()).ok_or_else(|| missing.into()),
    }
}

/// The lab that the book calls so.
fn known(name: &str, all: &[Known]) -> Option<Which> {
    let called = all.iter().find(|known| known.name(all) == name);
    called.map(Known::which)
}

fn lines(all: &[Known], out: &mut impl Write) -> Result<()> {
    if all.is_empty() {
        writeln!(out, "{}", word!("progress-none"))?;
    }
    let width = all
        .iter()
        .map(|known| known.lab.chars().count())
        .max()
        .unwrap_or(0);
    for known in all {
        let passed = |how| known.count(|step| step.how == Some(how));
        let state = match &known.at {
            _ if known.done => word!("progress-done"),
            Some(step) => word!("progress-at", step = step),
            None => word!("progress-begun"),
        };
        let (right, guesses) = known.guesses();
        let words = word!(
            "progress-line",
            state = state,
            attempts = known.attempts,
            hand = known.by_hand(),
            played = passed(How::Played) + passed(How::Read) + passed(How::Shown),
            skipped = passed(How::Skipped),
            right = right,
            guesses = guesses
        );
        // A lab from a file is printed with its path: others may have its name.
        let path = known
            .place
            .as_deref()
            .filter(|place| place.starts_with('/'));
        let path = path.map_or_else(String::new, |path| format!("  ({path})"));
        writeln!(
            out,
            "{}",
            plain(&format!("{:width$}  {words}{path}", known.lab))
        )?;
    }
    Ok(())
}

/// Prints what went wrong with the progress file, last of all.
fn told(book: &Progress) -> Status {
    match book.trouble() {
        Some(words) => {
            super::say(&plain(&words));
            Status::Failed
        }
        None => Status::Pass,
    }
}
