//! `isolab completions SHELL`

use std::io::Write;

use anyhow::Result;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command};
use clap_complete::{Generator as _, Shell};

use super::Status;
use crate::catalog;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell that they are for
    #[arg(value_enum)]
    shell: Shell,
}

/// The argument that is a lab, in every sub-command that has one.
const LAB: &str = "lab";

/// Prints what a shell must know to complete command lines of isolab.
pub(super) fn completions(command: Command, args: &Args, out: &mut impl Write) -> Result<Status> {
    let mut command = with_labs(command).bin_name("isolab");
    command.build();
    args.shell.try_generate(&command, out)?;
    Ok(Status::Pass)
}

/// A shell offers the built-in labs; what else a lab may be, it does not know.
fn with_labs(command: Command) -> Command {
    let offered = |found: &catalog::Found| {
        let lab = catalog::load(found).ok().and_then(|loaded| loaded.lab);
        PossibleValue::new(found.id.clone()).help(lab.map_or_else(String::new, |lab| lab.title))
    };
    let labs: Vec<PossibleValue> = catalog::all(None).iter().map(offered).collect();
    let offer = |arg: Arg| {
        if arg.get_id() == LAB {
            arg.value_parser(PossibleValuesParser::new(labs.clone()))
        } else {
            arg
        }
    };
    command.mut_subcommands(|sub| sub.mut_args(offer))
}
