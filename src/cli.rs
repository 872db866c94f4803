//! The command line: what was asked for, and what the shell is told at the end.
//! One sub-command, one file.
//!
//! Invariant: nothing is decided here about labs or the kernel; arguments go
//! down, and words and an exit status come back.

mod clean;
mod completions;
mod doctor;
mod export;
mod follow;
mod help;
mod lens;
mod lint;
mod list;
mod man;
mod mistake;
mod new;
mod play;
mod present;
mod progress;
mod record;
mod reference;
mod replay;
mod report;
mod run;
mod schema;
mod settings;
mod status;
mod target;
mod test;
mod translate;

pub use status::Status;

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Error, Result};
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::app::print::{self, Out, fault as say};
use crate::sys::identity::person;
use crate::word::clean::lines;
use crate::{app, sandbox, word};

/// Learn how containers work by building one, a step at a time, on the real kernel.
///
/// Without a command: the catalogue of labs. A LAB is the id of a built-in lab
/// (`04-uts-ipc`), its number (`4`), its name (`uts-ipc`), or the path of a file.
#[derive(Debug, Parser)]
#[command(version, after_help = status::HELP, max_term_width = 100)]
struct Cli {
    /// Take the settings from this file (or `ISOLAB_CONFIG` names it)
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play a lab on the screen
    Play(play::Args),
    /// Present a lab to a class, or prove that it can be
    Present(present::Args),
    /// Play a lab without a screen and say how each step went
    Run(run::Args),
    /// List the labs
    List(list::Args),
    /// Say what you have done in the labs, or forget one
    Progress(progress::Args),
    /// Say how a class does, from what `isolab progress --json` wrote for each
    Report(report::Args),
    /// Show a run that was written down, without a lab host
    Replay(replay::Args),
    /// Look on at a run that goes on in another terminal of yours
    Follow(follow::Follow),
    /// Read an instructor's notes for it, and lead it from here
    Notes(follow::Notes),
    /// Type into a shell of it
    Shell(follow::Shell),
    /// Run a command in a lab host of its own, and show the system calls that it makes
    Lens(lens::Args),
    /// Begin a lab of your own: a small one that passes
    New(new::Args),
    /// Act in shells, and get a draft of a lab that does the same
    Record(record::Args),
    /// Check lab files without playing them
    Lint(lint::Args),
    /// Prove labs: each check is false before its step and true after it
    Test(test::Args),
    /// Make a hand-out, a film, a picture or a script of a lab or a run
    Export(export::Args),
    /// Print a lab's texts for another language, to be translated
    Translate(translate::Args),
    /// Print all settings with their meaning, as a file to begin with, or its JSON schema
    Settings(settings::Args),
    /// Try out what this machine can do for the labs
    Doctor(doctor::Args),
    /// Remove what a killed run left behind
    Clean(clean::Args),
    /// Print the JSON schema of lab files, for editors
    Schema,
    /// Print every field, verb and fact of lab files, as Markdown
    Reference,
    /// Print what bash, zsh, fish or another shell must know to complete these commands
    Completions(completions::Args),
    /// Write the manual pages
    Man(man::Args),
}

/// Runs the command of the command line; returns the exit status.
pub fn run() -> ExitCode {
    let parsed = Cli::try_parse();
    // Order: before any file of the person is read.
    let met = app::learner::meet();
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            if met.is_ok() {
                if let Some(file) = config(std::env::args_os()) {
                    app::learner::use_file(file);
                }
                app::learner::speak();
            }
            return usage(error).into();
        }
    };
    if let Err(why) = met {
        say(&format!("isolab: {why}"));
        return Status::Lacking.into();
    }
    if let Some(file) = cli.config {
        app::learner::use_file(file);
    }
    if speaks(cli.command.as_ref()) {
        let (_, wrong) = app::learner::speak();
        // A file that was named is meant to count.
        if let Some(words) = wrong.filter(|_| app::learner::named().is_some()) {
            say(&format!("isolab: {}", plain(&words)));
            return Status::Usage.into();
        }
    }
    let out = &mut Out::new();
    let status = if is_for_files(cli.command.as_ref()) {
        person::act(|| command(cli.command, out))
    } else {
        command(cli.command, out)
    };
    for left in sandbox::await_burials() {
        let what = left.display().to_string();
        say(&word!("clean-left-there", what = what));
    }
    status.unwrap_or_else(|error| failed(&error)).into()
}

/// The file that `--config` names, on a command line that asks for help or makes no sense.
fn config(mut words: impl Iterator<Item = OsString>) -> Option<PathBuf> {
    while let Some(word) = words.next().filter(|word| word != "--") {
        if word == "--config" {
            return words.next().map(PathBuf::from);
        }
        if let Some(path) = word.as_bytes().strip_prefix(b"--config=") {
            return Some(PathBuf::from(OsStr::from_bytes(path)));
        }
    }
    None
}

/// Whether a command speaks the person's language. What it prints for editors, and the problems of
/// a lab file, are in English, like lab files.
fn speaks(command: Option<&Command>) -> bool {
    use Command::{Completions, Lint, Man, Reference, Schema, Settings};
    !matches!(
        command,
        Some(Lint(_) | Schema | Settings(_) | Reference | Completions(_) | Man(_))
    )
}

/// Whether a command handles only the person's files, and no lab host: it then runs without root's
/// rights.
fn is_for_files(command: Option<&Command>) -> bool {
    use Command::{
        Completions, Follow, Lint, Man, New, Notes, Progress, Reference, Replay, Report, Schema,
        Settings, Shell, Translate,
    };
    matches!(
        command,
        Some(
            Completions(_)
                | Follow(_)
                | Lint(_)
                | Man(_)
                | New(_)
                | Notes(_)
                | Progress(_)
                | Reference
                | Replay(_)
                | Report(_)
                | Schema
                | Settings(_)
                | Shell(_)
                | Translate(_)
        )
    )
}

/// Switches to English: programs read what follows.
fn speak_to_programs() {
    word::speak(word::Language::English);
}

fn command(command: Option<Command>, out: &mut impl Write) -> Result<Status> {
    match command {
        None => app::catalogue().map(Into::into),
        Some(Command::Play(args)) => play::play(&args),
        Some(Command::Present(args)) => present::present(&args),
        Some(Command::Run(args)) => run::run(&args),
        Some(Command::List(args)) => list::list(&args, out),
        Some(Command::Progress(args)) => progress::progress(&args, out),
        Some(Command::Report(args)) => report::report(&args, out),
        Some(Command::Replay(args)) => replay::replay(&args),
        Some(Command::Follow(args)) => follow::follow(&args),
        Some(Command::Notes(args)) => follow::notes(&args),
        Some(Command::Shell(args)) => follow::shell(&args),
        Some(Command::Lens(args)) => lens::lens(&args),
        Some(Command::New(args)) => new::new(&args, out),
        Some(Command::Record(args)) => record::record(&args, out),
        Some(Command::Lint(args)) => lint::lint(&args, out),
        Some(Command::Test(args)) => test::test(&args, out),
        Some(Command::Export(args)) => export::export(&args, out),
        Some(Command::Translate(args)) => translate::translate(&args, out),
        Some(Command::Settings(args)) => settings::settings(&args, out),
        Some(Command::Doctor(args)) => doctor::doctor(&args, out),
        Some(Command::Clean(args)) => clean::clean(&args, out),
        Some(Command::Schema) => schema::schema(out),
        Some(Command::Reference) => reference::reference(out),
        Some(Command::Completions(args)) => completions::completions(Cli::command(), &args, out),
        Some(Command::Man(args)) => man::man(Cli::command(), &args),
    }
}

/// Prints help and version to stdout, mistakes to stderr, as clap does.
fn usage(error: clap::Error) -> Status {
    // Parsed again, for the same words in the language of the person.
    let dressed = help::dressed(Cli::command()).try_get_matches();
    let error = dressed.err().unwrap_or(error);
    // If even this cannot be written, the status still tells.
    if !error.use_stderr() {
        let _ = error.print();
        return Status::Pass;
    }
    if let Some(words) = mistake::told(&error) {
        say(&format!("isolab: {}", plain(&words)));
        return Status::Usage;
    }
    // The message repeats what was typed, which may be the name of any file.
    let said = error.render();
    if print::are_faults_on_terminal() && is_colourful() {
        print::styled_fault(&said.ansi().to_string());
    } else {
        print::styled_fault(&said.to_string());
    }
    Status::Usage
}

/// Says why isolab gives up. A reader that went away (`isolab list | head`) is no failure.
fn failed(error: &Error) -> Status {
    if status::reader_left(error) {
        return Status::Pass;
    }
    say(&format!("isolab: {}", plain(&format!("{error:#}"))));
    Status::of(error)
}

/// A text from a lab file or a path without control characters, except line ends.
fn plain(text: &str) -> String {
    lines(text)
}

/// Whether stdout is a terminal that wants colours.
fn colour() -> bool {
    print::is_on_terminal() && is_colourful()
}

/// Whether the person wants colours.
fn is_colourful() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_command_line_is_in_order() {
        Cli::command().debug_assert();
    }
}
