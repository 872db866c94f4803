//! The terminal is checked before it is taken, and given back while the program is stopped.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::play::{CALM, ISOLAB};
use super::terminal::Terminal;
use crate::skip::lacks;

const SIZE: (u16, u16) = (100, 30);

#[test]
fn a_terminal_without_a_size_gets_the_usual_one() {
    let mut terminal = Terminal::start(&[ISOLAB, "play", "4"], (0, 0));
    let end = std::time::Instant::now() + Duration::from_secs(10);
    // A whole frame, not only the few bytes that take the terminal.
    while terminal.all.len() < 1000 && std::time::Instant::now() < end {
        terminal.wait_bytes(Duration::from_millis(200));
    }
    assert!(terminal.all.len() >= 1000, "nothing is drawn");
    let size = rustix::termios::tcgetwinsize(&terminal.slave).unwrap();
    assert_eq!((size.ws_row, size.ws_col), (24, 80));
}

#[test]
fn a_dumb_terminal_is_told_the_plain_way() {
    for words in [&["play", "4"][..], &[], &["present", "4"]] {
        let line = [&["env", "TERM=dumb", ISOLAB], words].concat();
        let mut terminal = Terminal::start(&line, SIZE);
        let status = terminal.wait_end(Duration::from_secs(60)).unwrap();
        while terminal.wait_bytes(Duration::from_millis(100)) {}
        let said = String::from_utf8_lossy(&terminal.all).into_owned();
        assert!(
            said.contains("--plain") && !said.contains('\x1b'),
            "{said:?}"
        );
        assert_eq!(status.code(), Some(3), "{said}");
    }
}

/// The process whose parent is the shell.
fn child(shell: u32) -> String {
    let list = format!("/proc/{shell}/task/{shell}/children");
    let list = std::fs::read_to_string(list).unwrap();
    list.split_whitespace().next().unwrap().to_owned()
}

fn signal(pid: &str, name: &str) {
    let done = Command::new("kill")
        .args([&format!("-{name}"), pid])
        .status();
    assert!(done.unwrap().success());
}

/// Stops what a shell has started, and continues it: the screen must be drawn again as it was.
fn stop_and_go_on(line: &str, word: &str, how: &str) {
    let shell = ["env", "PS1=PROMPT$ ", "bash", "--norc", "--noprofile", "-i"];
    let mut terminal = Terminal::start(&shell, SIZE);
    terminal.wait_word("PROMPT$");
    terminal.send(&format!("{line}\r"));
    terminal.wait_for("its screen", |text| {
        text.contains(word) && !text.contains("PROMPT")
    });
    terminal.wait_calm(CALM);
    let pid = child(terminal.child.id());
    terminal.all.clear();
    signal(&pid, how);
    if how == "TSTP" {
        terminal.wait_word("PROMPT$");
        let back = String::from_utf8_lossy(&terminal.all).into_owned();
        assert!(back.contains("\x1b[?1049l"), "{line}: {back:?}");
    }
    terminal.wait_calm(Duration::from_millis(300));
    terminal.send("fg\r");
    terminal.wait_for("its screen again", |text| {
        text.contains(word) && !text.contains("PROMPT")
    });
    let modes = Command::new("stty")
        .args(["-a", "-F"])
        .arg(std::fs::read_link(format!("/proc/{pid}/fd/0")).unwrap())
        .output()
        .unwrap();
    let modes = String::from_utf8_lossy(&modes.stdout).into_owned();
    assert!(
        modes.contains("-icanon") && modes.contains("-echo "),
        "{line}: {modes}"
    );
    signal(&pid, "TERM");
}

#[test]
fn a_lab_is_stopped_and_goes_on() {
    if lacks("a_lab_is_stopped_and_goes_on", &["kill"]) {
        return;
    }
    stop_and_go_on(&format!("{ISOLAB} play 4"), "step 1/12", "TSTP");
}

#[test]
fn a_lab_that_is_stopped_unasked_goes_on() {
    if lacks("a_lab_that_is_stopped_unasked_goes_on", &["kill"]) {
        return;
    }
    stop_and_go_on(&format!("{ISOLAB} play 4"), "step 1/12", "STOP");
}

#[test]
fn the_catalogue_is_stopped_and_goes_on() {
    if lacks("the_catalogue_is_stopped_and_goes_on", &["kill"]) {
        return;
    }
    stop_and_go_on(ISOLAB, "Enter open", "TSTP");
}

#[test]
fn a_replay_is_stopped_and_goes_on() {
    if lacks("a_replay_is_stopped_and_goes_on", &["kill"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("run");
    written(&journal);
    let line = format!("{ISOLAB} replay {}", journal.display());
    stop_and_go_on(&line, "space", "TSTP");
}

/// Writes a journal of a few moments.
fn written(journal: &Path) {
    let file = journal.display().to_string();
    let mut run = Terminal::start(&[ISOLAB, "play", "4", "--journal", &file], SIZE);
    run.wait_word("root@lab:/lab#");
    run.wait_calm(CALM);
    run.send("q");
    run.wait_word("Leave?");
    run.send("\r");
    assert!(run.wait_end(Duration::from_secs(20)).unwrap().success());
}
