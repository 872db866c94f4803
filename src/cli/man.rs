//! `isolab man FOLDER`: the manual pages, made from the same words as `--help`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::{Status, status, target};
use crate::sys::identity::person;

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where they are to be; it is made if it is not there
    folder: PathBuf,
}

/// The files of the program, for the section `FILES`, hier(7) and environ(7).
const FILES: [(&str, &str); 3] = [
    (
        "$XDG_CONFIG_HOME/isolab/settings.yaml",
        "language, looks and keys (~/.config)",
    ),
    (
        "$XDG_DATA_HOME/isolab/labs",
        "labs of your own (~/.local/share)",
    ),
    (
        "$XDG_STATE_HOME/isolab/progress.sqlite3",
        "what you have done (~/.local/state)",
    ),
];

/// Writes a page for the program and one for each command.
pub(super) fn man(command: Command, args: &Args) -> Result<Status> {
    person::act(|| pages(command, args))
}

fn pages(command: Command, args: &Args) -> Result<Status> {
    let made = fs::create_dir_all(&args.folder);
    made.map_err(|why| target::unwritable(&args.folder, &why))?;
    // The `help` command gets no page of its own: `--help` says the same.
    let mut command = command
        .disable_help_subcommand(true)
        .subcommand_value_name("command")
        .subcommand_help_heading("COMMANDS");
    command.build();
    for sub in command.get_subcommands() {
        write(sub, see_also, &args.folder)?;
    }
    write(&command, ends, &args.folder)?;
    Ok(Status::Pass)
}

fn write(command: &Command, last: fn(&mut Roff), folder: &Path) -> Result<()> {
    let manual = Man::new(command.clone())
        .source(concat!("isolab ", env!("CARGO_PKG_VERSION")))
        .manual("isolab");
    let path = folder.join(manual.get_filename());
    let written = fs::write(&path, page(&manual, command, last)?);
    Ok(written.map_err(|why| target::unwritable(&path, &why))?)
}

/// The sections in the order of man-pages(7).
fn page(manual: &Man, command: &Command, last: fn(&mut Roff)) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    manual.render_title(&mut page)?;
    manual.render_name_section(&mut page)?;
    manual.render_synopsis_section(&mut page)?;
    manual.render_description_section(&mut page)?;
    manual.render_options_section(&mut page)?;
    if command.has_subcommands() {
        manual.render_subcommands_section(&mut page)?;
    }
    let mut roff = Roff::new();
    last(&mut roff);
    roff.to_writer(&mut page)?;
    Ok(page)
}

/// The last sections of the program's own page.
fn ends(roff: &mut Roff) {
    roff.control("SH", ["EXIT STATUS"]);
    for (number, meaning) in status::meanings() {
        item(roff, number, meaning);
    }
    roff.control("SH", ["FILES"]);
    for (path, what) in FILES {
        item(roff, path, what);
    }
    roff.control("SH", ["SEE ALSO"]);
    roff.text([roman(
        "namespaces(7), cgroups(7), capabilities(7), pivot_root(2), unshare(1)",
    )]);
}

fn see_also(roff: &mut Roff) {
    roff.control("SH", ["SEE ALSO"]);
    roff.text([roman(
        "isolab(1), also for the exit status and for what a LAB is",
    )]);
}

fn item(roff: &mut Roff, term: &str, meaning: &str) {
    roff.control("TP", []);
    roff.text([bold(term)]);
    roff.text([roman(meaning)]);
}
