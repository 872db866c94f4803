//! `isolab test PATH…`

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::Result;

use super::{Status, target};
use crate::app;
use crate::catalog::{self, Found};

/// Arguments of `test`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Lab files, folders of them, or ids of built-in labs
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
}

/// Proves labs one after the other; the worst of them is what it comes to.
pub(super) fn test(args: &Args, out: &mut impl Write) -> Result<Status> {
    let mut worst = Status::Pass;
    let labs = target::labs(&args.paths)?;
    app::seek_groups(&controllers(&labs));
    for found in labs {
        writeln!(out, "{}", found.source)?;
        let status = match target::in_order(&found)? {
            Some(lab) => app::test(lab)?.into(),
            None => Status::Failed,
        };
        worst = worst.max(status);
    }
    Ok(worst)
}

/// The controllers that any of the labs needs.
fn controllers(labs: &[Found]) -> Vec<String> {
    let loaded = labs.iter().filter_map(|found| catalog::load(found).ok());
    let labs = loaded.filter_map(|loaded| loaded.lab);
    let all: BTreeSet<String> = labs.flat_map(|lab| lab.needs.cgroup).collect();
    all.into_iter().collect()
}
