//! However the program ends, nothing of its lab host is left, and its terminal
//! is as it was.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::tcgetattr;

use super::play::{ISOLAB, lab};
use super::terminal::Terminal;

const SIZE: (u16, u16) = (120, 40);
const SECOND: Duration = Duration::from_secs(1);

/// A process, by its pid and its start time, since pids are used again.
pub(super) type Process = (u32, String);

fn start_of(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let after = stat.rsplit_once(')')?.1;
    let state = after.split_whitespace().next()?;
    let start = after.split_whitespace().nth(19)?;
    (state != "Z").then(|| start.to_owned())
}

/// Whether a process still lives.
pub(super) fn lives(process: &Process) -> bool {
    start_of(process.0).as_ref() == Some(&process.1)
}

/// All processes below one.
pub(super) fn below(pid: u32) -> Vec<Process> {
    let mut all = Vec::new();
    for task in std::fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let list = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        for child in list.split_whitespace().filter_map(|pid| pid.parse().ok()) {
            all.extend(start_of(child).map(|start| (child, start)));
            all.extend(below(child));
        }
    }
    all
}

/// Waits until none of the processes lives; returns those that still do.
fn wait_gone(processes: &[Process]) -> Vec<&Process> {
    let end = Instant::now() + SECOND;
    loop {
        let left: Vec<&Process> = processes.iter().filter(|process| lives(process)).collect();
        if left.is_empty() || Instant::now() > end {
            return left;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The last setting of each private mode of the terminal, `ESC [ ? N h` or `l`.
fn modes(bytes: &[u8]) -> std::collections::BTreeMap<String, bool> {
    let text = String::from_utf8_lossy(bytes);
    let mut modes = std::collections::BTreeMap::new();
    for part in text.split("\x1b[?").skip(1) {
        let Some(end) = part.find(|c: char| !c.is_ascii_digit() && c != ';') else {
            continue;
        };
        for number in part[..end].split(';') {
            match part.as_bytes()[end] {
                b'h' => modes.insert(number.to_owned(), true),
                b'l' => modes.insert(number.to_owned(), false),
                _ => None,
            };
        }
    }
    modes
}

fn settings(terminal: &Terminal) -> String {
    format!("{:?}", tcgetattr(terminal.slave.as_fd()).unwrap())
}

/// The mouse, the alternate screen and bracketed paste are off, and the cursor shows.
fn assert_sane(terminal: &Terminal, before: &str) {
    let modes = modes(&terminal.all);
    assert_eq!(modes.get("1049"), Some(&false));
    for (mode, on) in &modes {
        assert_eq!(*on, mode == "25" || mode == "7", "mode {mode}");
    }
    assert_eq!(settings(terminal), before);
}

fn start(program: &[&str], word: &str) -> (Terminal, String) {
    // The settings before the program are those of another terminal of the same kind.
    let bare = Terminal::start(&["sleep", "10"], SIZE);
    let before = settings(&bare);
    let mut terminal = Terminal::start(program, SIZE);
    terminal.wait_word(word);
    (terminal, before)
}

#[test]
fn signals_and_keys_leave_a_sane_terminal() {
    let catalogue: (&[&str], &str) = (&[ISOLAB], "Enter open");
    let lab: (&[&str], &str) = (&[ISOLAB, "play", "04"], "root@lab:/lab#");
    for (program, word) in [catalogue, lab] {
        let signals = [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT];
        for signal in signals.map(Some).into_iter().chain([None]) {
            let (mut terminal, before) = start(program, word);
            let pid = terminal.child.id();
            let processes = below(pid);
            // In the middle of a step.
            terminal.send("1\r");
            match signal {
                Some(signal) => kill_process(Pid::from_child(&terminal.child), signal).unwrap(),
                None => terminal.send("\x1bq\r\x1bq\r"),
            }
            let ended = terminal.wait_end(Duration::from_secs(5));
            assert!(ended.is_some(), "{signal:?}\n{}", terminal.screen.text());
            assert_eq!(wait_gone(&processes), Vec::<&Process>::new());
            assert_sane(&terminal, &before);
        }
    }
}

#[test]
fn a_closed_terminal_ends_it() {
    for program in [&[ISOLAB][..], &[ISOLAB, "play", "04"]] {
        let mut terminal = Terminal::start(program, SIZE);
        terminal.wait_word("? keys");
        terminal.wait_calm(Duration::from_millis(100));
        let processes = below(terminal.child.id());
        terminal.master = None;
        assert_left(&mut terminal, "closed");
        assert_eq!(wait_gone(&processes), Vec::<&Process>::new());
    }
}

/// It ends like a program that was left: no panic, no signal.
#[track_caller]
fn assert_left(terminal: &mut Terminal, how: &str) {
    let ended = terminal.wait_end(Duration::from_secs(5));
    let text = terminal.screen.text();
    let code = ended.and_then(|status| status.code());
    assert_eq!(code, Some(0), "{how}\n{text}");
}

/// Every other screen, ended by signals and by closing the terminal.
#[test]
fn who_looks_on_or_presents_leaves_a_sane_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let place = format!("XDG_RUNTIME_DIR={}", folder.path().display());
    let journal = folder.path().join("journal").display().to_string();
    let told = format!("{ISOLAB} play --plain 4 --journal {journal} < /dev/null");
    let mut run = Terminal::start(&["sh", "-c", &told], SIZE);
    assert!(run.wait_end(Duration::from_secs(20)).is_some());
    let shared = ["env", &place, ISOLAB, "play", "4", "--share"];
    let _run = start(&shared, "root@lab:/lab#");
    let programs: [(&[&str], &str); 5] = [
        (&["present", "4"], "isolab"),
        (&["replay", &journal], "q leave"),
        (&["follow"], "live"),
        (&["notes"], "step 1"),
        (&["shell", "b"], "root@lab:/lab#"),
    ];
    for (words, seen) in programs {
        let program = [&["env", &place, ISOLAB], words].concat();
        for signal in [Some(Signal::INT), Some(Signal::QUIT), None] {
            let (mut terminal, before) = start(&program, seen);
            terminal.wait_calm(Duration::from_millis(100));
            let how = format!("{words:?} {signal:?}");
            if let Some(signal) = signal {
                kill_process(Pid::from_child(&terminal.child), signal).unwrap();
                assert_left(&mut terminal, &how);
                assert_sane(&terminal, &before);
            } else {
                terminal.master = None;
                assert_left(&mut terminal, &how);
            }
        }
    }
}

#[test]
fn killed_at_any_moment_of_playing_nothing_is_left() {
    for moment in 0..50u64 {
        let mut terminal = Terminal::start(&[ISOLAB, "play", "04"], SIZE);
        let end = Instant::now() + Duration::from_millis(15 + moment * 13 % 500);
        let mut seen = Vec::new();
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            terminal.send("1\r");
            terminal.wait_bytes(left.min(Duration::from_millis(10)));
            seen = below(terminal.child.id());
        }
        terminal.child.kill().unwrap();
        terminal.child.wait().unwrap();
        assert_eq!(wait_gone(&seen), Vec::<&Process>::new(), "moment {moment}");
    }
}

/// The process that started the lab host of a program, and observes it.
fn launcher(pid: u32) -> Pid {
    let named = |process: &Process| {
        let line = std::fs::read_to_string(format!("/proc/{}/cmdline", process.0));
        line.is_ok_and(|line| line.starts_with("isolab-host"))
    };
    let found = below(pid).into_iter().find(named).unwrap();
    Pid::from_raw(i32::try_from(found.0).unwrap()).unwrap()
}

#[test]
fn a_lab_host_that_is_killed_is_told_and_built_again() {
    let mut terminal = lab("04", SIZE);
    let launcher = launcher(terminal.child.id());
    kill_process(launcher, Signal::KILL).unwrap();
    terminal.wait_word("build again");
    terminal.send("\r");
    terminal.wait_for("a prompt", |text| {
        text.contains("root@lab:/lab#") && text.contains("lab host: safe")
    });
}

/// Reads what a program prints for a while.
fn wait_through(terminal: &mut Terminal, time: Duration) {
    let end = Instant::now() + time;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        terminal.wait_bytes(left);
    }
}

#[test]
fn whoever_is_killed_at_its_birth_leaves_no_group() {
    // An ordinary user may have no groups at all.
    if crate::skip::lacks_root("killed at its birth") {
        return;
    }
    // It is asked about first: meanwhile it is tried which promises this machine can hold.
    let strange = "tests/data/labs/valid/minimal.yaml";
    for lab in [strange, "04"] {
        for time in 0..24 {
            let mut terminal = Terminal::start(&[ISOLAB, "play", lab], SIZE);
            wait_through(&mut terminal, Duration::from_millis(3 * time));
            let name = format!("isolab-{}-", terminal.child.id());
            // Kills it.
            drop(terminal);
            let left = crate::kernel::group::wait_gone(&name);
            assert!(left.is_empty(), "{lab}, after {time}: {left:?}");
        }
    }
    // Had it lived, there would have been some.
    let terminal = lab("04", SIZE);
    let name = format!("isolab-{}-", terminal.child.id());
    assert!(!crate::kernel::group::of_name(&name).is_empty());
    drop(terminal);
    assert!(crate::kernel::group::wait_gone(&name).is_empty());
}
