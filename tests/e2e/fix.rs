//! `doctor --fix` shows what is missing with the one command that installs it, and runs that only
//! after a yes. The package manager is a stand-in: nothing is installed.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::terminal::Terminal;
use crate::skip::lacks_root;

const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");

/// Hides `ping` and pretends to be Debian, in a mount namespace that ends with the program; then
/// becomes the program, with a folder first in its `PATH`.
const ELSEWHERE: &str = "for p in /usr/bin/ping /bin/ping; do \
    [ ! -e $p ] || mount --bind /dev/null $p; done; \
    mount --bind \"$1/os-release\" /etc/os-release; PATH=$1:$PATH; shift; exec \"$@\"";

/// A machine whose package manager prints its arguments and ends with a status.
fn machine(status: u8) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    file("os-release", "ID=ubuntu\nID_LIKE=debian\n");
    file(
        "apt-get",
        &format!("#!/bin/sh\necho stand-in $*\nexit {status}\n"),
    );
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path().join("apt-get"), mode).unwrap();
    folder
}

/// The command line that starts isolab there.
fn isolab<'a>(folder: &'a Path, words: &[&'a str]) -> Vec<&'a str> {
    let start = ["unshare", "--mount", "sh", "-c", ELSEWHERE, "sh"];
    let folder = folder.to_str().unwrap();
    [&start[..], &[folder, ISOLAB], words].concat()
}

/// Gives an answer to `doctor --fix` on a terminal, and waits for a word of what it says then.
fn answered(status: u8, answer: &str, word: &str) {
    let folder = machine(status);
    let program = isolab(folder.path(), &["doctor", "--fix"]);
    let mut terminal = Terminal::start(&program, (100, 30));
    terminal.wait_word("apt-get update && apt-get install -y ");
    terminal.wait_word("Type y and Enter");
    terminal.send(answer);
    terminal.wait_word(word);
}

#[test]
fn programs_are_installed_after_a_yes_only() {
    if lacks_root("programs_are_installed_after_a_yes_only") {
        return;
    }
    answered(0, "n\r", "Nothing was installed.");
    answered(0, "\r", "Nothing was installed.");
    answered(100, "y\r", "It failed, exit status: 100");
    // The stand-in installs nothing, which is noticed.
    answered(0, "y\r", "some programs are still missing");
}

#[test]
fn without_a_terminal_the_command_is_only_shown() {
    if lacks_root("without_a_terminal_the_command_is_only_shown") {
        return;
    }
    let folder = machine(0);
    let program = isolab(folder.path(), &["doctor", "--fix"]);
    let output = Command::new(program[0])
        .args(&program[1..])
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("iputils-ping: for ping"), "{said}");
    assert!(
        said.contains("apt-get install -y ") && said.contains("It was not run"),
        "{said}"
    );
    assert!(!said.contains("stand-in"), "{said}");
}

#[test]
fn the_catalogue_leads_to_it_and_comes_back() {
    if lacks_root("the_catalogue_leads_to_it_and_comes_back") {
        return;
    }
    let folder = machine(0);
    let mut terminal = Terminal::start(&isolab(folder.path(), &[]), (80, 24));
    terminal.wait_word("i tools");
    terminal.send("i");
    terminal.wait_word("One command installs them");
    terminal.send("\x1b[B\r");
    terminal.wait_word("Enter leads back");
    terminal.wait_word("stand-in install -y");
    terminal.send("\r");
    terminal.wait_word("Enter open");
    terminal.send("q");
    terminal.wait_end(std::time::Duration::from_secs(10));
}

#[test]
fn a_screen_without_a_terminal_is_something_that_this_machine_lacks() {
    for words in [&["play", "1"][..], &[]] {
        let output = Command::new(ISOLAB)
            .args(words)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{words:?}: {output:?}");
    }
}
