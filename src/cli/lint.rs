//! `isolab lint PATH…`

use std::io::Write;

use anyhow::Result;

use super::{Status, plain, target};
use crate::catalog;

/// Arguments of `lint`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Lab files, folders of them, or ids of built-in labs
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
}

/// Tells every problem of every lab; a file that cannot be read is one too.
pub(super) fn lint(args: &Args, out: &mut impl Write) -> Result<Status> {
    let mut count = 0;
    let labs = target::labs(&args.paths)?;
    for found in &labs {
        let problems = match catalog::load(found) {
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

/// A number of things in words: `no problem`, `1 lab`, `3 labs`.
fn counted(count: usize, thing: &str) -> String {
    match count {
        0 => format!("no {thing}"),
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    }
}
