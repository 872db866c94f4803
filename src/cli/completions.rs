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

/// Prints what a shell must know to complete command lines of isolab. It offers the
/// built-in labs; what else a lab may be, it does not know.
pub(super) fn completions(command: Command, args: &Args, out: &mut impl Write) -> Result<Status> {
    let labs: Vec<(String, String)> = catalog::all(None).iter().map(lab).collect();
    let mut command = with_labs(command, &labs).bin_name("isolab");
    command.build();
    args.shell.try_generate(&command, out)?;
    if args.shell == Shell::Fish {
        labs_for_fish(&command, &labs, out)?;
    }
    Ok(Status::Pass)
}

/// The id and the title.
fn lab(found: &catalog::Found) -> (String, String) {
    let lab = catalog::load(found).ok().and_then(|loaded| loaded.lab);
    let title = lab.map_or_else(String::new, |lab| lab.title);
    (found.id.clone(), title)
}

fn with_labs(command: Command, labs: &[(String, String)]) -> Command {
    let value = |(id, title): &(String, String)| PossibleValue::new(id.clone()).help(title.clone());
    let values: Vec<PossibleValue> = labs.iter().map(value).collect();
    let offer = |arg: Arg| {
        if arg.get_id() == LAB {
            arg.value_parser(PossibleValuesParser::new(values.clone()))
        } else {
            arg
        }
    };
    command.mut_subcommands(|sub| sub.mut_args(offer))
}

/// What is generated for fish knows no values of arguments without an option.
fn labs_for_fish(
    command: &Command,
    labs: &[(String, String)],
    out: &mut impl Write,
) -> std::io::Result<()> {
    let takes_one = |sub: &&Command| sub.get_arguments().any(|arg| arg.get_id() == LAB);
    for sub in command.get_subcommands().filter(takes_one) {
        for (id, title) in labs {
            let (sub, title) = (sub.get_name(), quoted(title));
            writeln!(
                out,
                "complete -c isolab -n \"__fish_isolab_using_subcommand {sub}\" -a {id} -d {title}"
            )?;
        }
    }
    Ok(())
}

/// A text in single quotes, as fish has them.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_quote_does_not_end_a_text() {
        assert_eq!(quoted(r"it's \"), r"'it\'s \\'");
    }
}
