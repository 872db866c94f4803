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

/// The name of the argument that is a lab, in every sub-command that has one.
const LAB: &str = "lab";

/// Prints the completion script of a shell.
pub(super) fn completions(command: Command, args: &Args, out: &mut impl Write) -> Result<Status> {
    let mut command = with_labs(command).bin_name("isolab");
    command.build();
    args.shell.try_generate(&command, out)?;
    if args.shell == Shell::Fish {
        fish(&command, out)?;
    }
    Ok(Status::Pass)
}

/// Completes labs in fish, whose generator leaves out positional arguments.
fn fish(command: &Command, out: &mut impl Write) -> Result<()> {
    for sub in command.get_subcommands() {
        let lab = sub.get_positionals().find(|arg| arg.get_id() == LAB);
        for value in lab.iter().flat_map(|arg| arg.get_possible_values()) {
            let title = value.get_help().map(ToString::to_string);
            let title = title.unwrap_or_default().replace(['\'', '\\'], "");
            let (sub, id) = (sub.get_name(), value.get_name());
            writeln!(
                out,
                "complete -c isolab -n \"__fish_isolab_using_subcommand {sub}\" -a {id} -d '{title}'"
            )?;
        }
    }
    Ok(())
}

/// Makes a shell offer the built-in labs. It cannot complete numbers, names and paths.
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
