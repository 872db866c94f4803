//! Programs that print or ask without end: the program stays responsive and small.

use std::time::{Duration, Instant};

use super::play::shell;
use super::terminal::Terminal;

const SIZE: (u16, u16) = (100, 30);
/// By then, a shell has handled Ctrl-C.
const SOON: Duration = Duration::from_millis(500);

/// The memory that a process has, in MiB: `VmRSS`, proc(5).
pub(super) fn memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let words = line.and_then(|line| line.split_whitespace().nth(1));
    words.unwrap().parse::<u64>().unwrap() / 1024
}

/// Reads what is drawn for a while.
pub(super) fn watch(terminal: &mut Terminal, time: Duration) {
    let end = Instant::now() + time;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        terminal.wait_bytes(left.min(Duration::from_millis(50)));
    }
}

/// Ctrl-C soon ends a line that prints without end, and the shell runs the next line.
fn stops(terminal: &mut Terminal, line: &str) {
    terminal.send(&format!("{line}\r"));
    watch(terminal, Duration::from_secs(5));
    terminal.send("\x03");
    watch(terminal, SOON);
    terminal.send("\x03stty sane; tput reset; echo $((6 * 7))\r");
    terminal.wait_word("42");
}

#[test]
fn keys_go_before_the_answers_to_a_program_that_asks_without_end() {
    let mut terminal = shell("4", SIZE);
    stops(&mut terminal, r"yes $'\e[6n'");
    let memory = memory(terminal.child.id());
    assert!(memory < 100, "{memory} MiB");
}

#[test]
fn answers_that_nobody_reads_are_not_kept() {
    let mut terminal = shell("4", SIZE);
    let before = memory(terminal.child.id());
    terminal.send("stty -echo raw -isig; yes $'\\e[6n'\r");
    watch(&mut terminal, Duration::from_secs(8));
    let after = memory(terminal.child.id());
    assert!(after < before + 20, "{before} MiB, then {after} MiB");
    // The program itself still listens.
    terminal.send("\x1dg");
    terminal.send("?");
    terminal.wait_word("Keys");
}

#[test]
fn noise_without_end_is_stopped() {
    let mut terminal = shell("4", SIZE);
    stops(&mut terminal, "cat /dev/urandom");
    let memory = memory(terminal.child.id());
    assert!(memory < 100, "{memory} MiB");
}
