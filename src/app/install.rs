//! Installs, after a yes, the programs that a person would type and this machine lacks.

use std::io::{BufRead as _, IsTerminal as _};
use std::process::Command;

use super::print::{self, line as say};
use crate::sandbox::doctor;
use crate::sys::identity;
use crate::ui::Absent;
use crate::word;

/// The result of installing missing programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixed {
    /// All programs are there now.
    All,
    /// The command was shown, and nothing was changed.
    Shown,
    /// The command failed; why was printed.
    Failed,
}

/// The missing programs, and the command that installs them.
pub(super) fn absent() -> Absent {
    let programs = doctor::absent();
    let (uid, _) = identity::effective();
    let prefix = if uid == 0 { "" } else { "sudo " };
    let install = doctor::install(&programs, prefix);
    Absent { programs, install }
}

/// The shell command that installs all missing programs, if there is a known one.
pub fn line() -> Option<String> {
    absent().install
}

/// Shows what is missing and the one command that installs it, and runs that if the person
/// says yes to it on a terminal.
pub fn fix() -> Fixed {
    let absent = absent();
    if absent.programs.is_empty() {
        say(&word!("fix-nothing"));
        return Fixed::All;
    }
    absent.lines().iter().for_each(|line| say(line));
    let Some(install) = &absent.install else {
        say(&word!("fix-unknown"));
        return Fixed::Shown;
    };
    say(&word!("fix-command"));
    say(&format!("  {install}"));
    if !std::io::stdin().is_terminal() || !print::is_on_terminal() {
        say(&word!("fix-no-terminal"));
        return Fixed::Shown;
    }
    say(&word!("fix-ask"));
    let yes = word!("fix-yes");
    let answer = answer().to_lowercase();
    if !yes.split_whitespace().any(|word| word == answer) {
        say(&word!("fix-no"));
        return Fixed::Shown;
    }
    run(install)
}

/// Installs on the terminal of the catalog, where the person has already agreed; then waits for
/// Enter.
pub(super) fn agreed() {
    let absent = absent();
    if let Some(install) = &absent.install {
        say(&format!("$ {install}"));
        run(install);
    }
    say(&word!("fix-back"));
    answer();
}

/// Runs the command and prints the result.
fn run(install: &str) -> Fixed {
    if install.starts_with("sudo ") && !has("sudo") {
        say(&word!("fix-no-sudo"));
        return Fixed::Failed;
    }
    match Command::new("sh").args(["-c", install]).status() {
        Err(why) => say(&word!("fix-not-run", why = why.to_string())),
        Ok(status) if !status.success() => {
            say(&word!("fix-failed", status = status.to_string()));
        }
        Ok(_) => {
            let left = absent();
            if left.programs.is_empty() {
                say(&word!("fix-done"));
                return Fixed::All;
            }
            say(&word!("fix-left"));
            left.lines().iter().for_each(|line| say(line));
        }
    }
    Fixed::Failed
}

/// Whether a program is on the person's `PATH`.
fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Reads a line from the person; empty at the end of the input.
fn answer() -> String {
    let mut line = String::new();
    let _ = std::io::stdin().lock().read_line(&mut line);
    line.trim().to_owned()
}
