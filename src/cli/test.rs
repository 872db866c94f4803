//! `isolab test PATH…`

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::Result;

use super::{Status, plain, target};
use crate::app;
use crate::catalog::{self, Found};
use crate::lab::Lab;

/// Arguments of `test`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Lab files, folders of them, or ids of built-in labs
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Prove this step alone, given by its number or id
    #[arg(long, value_name = "STEP")]
    step: Option<String>,
}

/// Proves labs one after the other; returns the worst status.
pub(super) fn test(args: &Args, out: &mut impl Write) -> Result<Status> {
    let mut worst = Status::Pass;
    let labs = target::labs(&args.paths)?;
    app::seek_groups(&controllers(&labs));
    for found in labs {
        writeln!(out, "{}", plain(&found.source.to_string()))?;
        let status = match target::in_order(&found)? {
            Some(lab) => one(args, lab)?,
            None => Status::Failed,
        };
        worst = worst.max(status);
    }
    Ok(worst)
}

/// Proves a lab, or the step of it that is asked for.
fn one(args: &Args, lab: Lab) -> Result<Status> {
    let step = args.step.as_ref();
    let step = step.map(|name| target::step(&lab, name)).transpose()?;
    Ok(app::test(lab, step)?.into())
}

/// The controllers that the labs need, each once.
fn controllers(labs: &[Found]) -> Vec<String> {
    let loaded = labs.iter().filter_map(|found| catalog::load(found).ok());
    let labs = loaded.filter_map(|loaded| loaded.lab);
    let all: BTreeSet<String> = labs.flat_map(|lab| lab.needs.cgroup).collect();
    all.into_iter().collect()
}
