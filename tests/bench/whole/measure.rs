//! The measurements.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::terminal::Terminal;

pub(crate) const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");
const SIZE: (u16, u16) = (200, 50);
/// The keys that give the keyboard to the shell of a pane.
const TO_SHELL: &str = "\t\t";

/// Prints the median and the 99th percentile, in milliseconds.
pub(crate) fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0;
    println!("{what:50} median {:8.3} ms   p99 {:8.3} ms", at(50), at(99));
}

fn lab() -> Terminal {
    let mut terminal = Terminal::start(&[ISOLAB, "play", "04"], SIZE);
    terminal.wait_word("root@lab:/lab#");
    terminal.wait_calm(Duration::from_millis(300));
    terminal
}

/// A lab whose first shell has the keyboard.
fn shell() -> Terminal {
    let mut terminal = lab();
    terminal.send(TO_SHELL);
    terminal.wait_word("Ctrl-]");
    terminal
}

/// Measures a tmux with one shell, on its own server, which is stopped afterwards.
fn with_tmux<T>(measure: impl FnOnce(&[&str]) -> T) -> T {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    let number = STARTED.fetch_add(1, Ordering::Relaxed);
    let name = format!("isolab-bench-{}-{number}", std::process::id());
    let tmux = ["tmux", "-L", &name, "-f", "/dev/null"];
    let figure = measure(&[&tmux[..], &["new-session", "bash --norc"]].concat());
    let mut end = Command::new(tmux[0]);
    assert!(end.args(&tmux[1..]).arg("kill-server").output().is_ok());
    figure
}

/// A program's terminal, once its shell waits for input.
fn prompt(program: &[&str]) -> Terminal {
    let mut terminal = Terminal::start(program, SIZE);
    terminal.wait_word("bash-");
    terminal.wait_calm(Duration::from_millis(300));
    terminal
}

/// From the start of the program to its first complete frame.
pub(crate) fn start() {
    let once = |program: &[&str], word: &str| {
        let begun = Instant::now();
        let mut terminal = Terminal::start(program, SIZE);
        terminal.wait_word(word);
        begun.elapsed()
    };
    let repeat = |program: &[&str], word: &str| (0..30).map(|_| once(program, word)).collect();
    tell("start to the catalogue", repeat(&[ISOLAB], "q quit"));
    tell(
        "start to a lab's first frame",
        repeat(&[ISOLAB, "play", "04"], "? keys"),
    );
    tell(
        "start to a lab's shells",
        repeat(&[ISOLAB, "play", "04"], "root@lab:/lab#"),
    );
    tell(
        "peer: bash to its prompt",
        repeat(&["bash", "--norc"], "bash-"),
    );
    let tmux = |_| with_tmux(|program| once(program, "bash-"));
    tell(
        "peer: tmux to its shell's prompt",
        (0..30).map(tmux).collect(),
    );
}

fn keys(mut terminal: Terminal) -> Vec<Duration> {
    let mut times = Vec::new();
    for i in 0..300 {
        if i % 40 == 39 {
            terminal.send("\u{15}");
        }
        terminal.wait_calm(Duration::from_millis(40));
        let begun = Instant::now();
        terminal.send("z");
        loop {
            terminal.wait_bytes(Duration::from_secs(1));
            if terminal.last.contains(&b'z') {
                break;
            }
        }
        times.push(begun.elapsed());
    }
    times
}

/// From a key press to its echo on the screen.
pub(crate) fn echo() {
    tell("key to echo in a pane", keys(shell()));
    tell("peer: bash alone", keys(prompt(&["bash", "--norc"])));
    tell("peer: tmux", with_tmux(|program| keys(prompt(program))));
}

/// From a key that makes a shell run `hostname` to the panel that shows the new name; starting that
/// program is included.
pub(crate) fn change() {
    let mut terminal = lab();
    // The identity panel shows the host name.
    terminal.send("4");
    terminal.wait_word("host name");
    terminal.send(TO_SHELL);
    terminal.send("clear; while read -rsn1; do i=$((i+1)); hostname host-$i; done\r");
    terminal.wait_calm(Duration::from_millis(500));
    let mut times = Vec::new();
    for i in 1..=100 {
        terminal.wait_calm(Duration::from_millis(50));
        let begun = Instant::now();
        terminal.send(" ");
        let name = format!("host-{i} ");
        terminal.wait_for(&name, |text| text.contains(&name));
        times.push(begun.elapsed());
    }
    tell("key, hostname by hand, panel", times);
}

/// One step back: a new lab host, with the earlier steps played again.
pub(crate) fn undo() {
    let mut terminal = lab();
    // Each of the first two steps: guess, run, leave.
    for _ in 0..2 {
        terminal.send("1\r");
        terminal.wait_calm(Duration::from_millis(800));
        terminal.send("\r");
        terminal.wait_calm(Duration::from_millis(800));
    }
    let mut times = Vec::new();
    for _ in 0..20 {
        terminal.wait_word("step 3/");
        let begun = Instant::now();
        terminal.send("u\r");
        terminal.wait_word("step 2/");
        terminal.wait_for("shell", |text| text.matches("root@lab:/lab#").count() >= 2);
        times.push(begun.elapsed());
        terminal.wait_calm(Duration::from_millis(800));
        terminal.send("1\r");
        terminal.wait_calm(Duration::from_millis(800));
        terminal.send("\r");
    }
    tell("back one step", times);
}

/// Prints 64 MiB through a pane.
pub(crate) fn flood() {
    let lines = [
        (
            "plain",
            "drwxr-xr-x  2 root root 4096 Nov  1 12:00 a directory with a name",
        ),
        (
            "colours",
            "\\e[1;32mroot@lab\\e[0m:\\e[34m/lab\\e[0m \\e[38;5;208mls\\e[0m",
        ),
        ("wide", "容器是由命名空间和控制组做成的，一步一步来看"),
        (
            "redraws",
            "\\e[H\\e[33mtop\\e[0m\\e[10;20Hover\\e[20;5H and over\\e[K\\e[44;1H again",
        ),
    ];
    for (name, line) in lines {
        let command = format!("clear; yes $'{line}' | head -c 64M; echo -e '\\e[2J\\e[H' DO''NE\r");
        let once = |mut terminal: Terminal| {
            let begun = Instant::now();
            terminal.send(&command);
            terminal.wait_word("DONE");
            64.0 / begun.elapsed().as_secs_f64()
        };
        let ours = once(shell());
        let peer = with_tmux(|program| once(prompt(program)));
        println!("64 MiB, {name:40} isolab {ours:6.1} MiB/s   tmux {peer:6.1} MiB/s");
    }
}

/// CPU time and memory of the program and its descendants while nothing happens.
pub(crate) fn idle() {
    let mut terminal = lab();
    let pid = terminal.child.id();
    let before = cpu(pid);
    let bytes = wait_and_count(&mut terminal, Duration::from_secs(60));
    let used = cpu(pid) - before;
    println!("idle for 60 s: {used} ms of CPU, {bytes} bytes printed");
    println!(
        "memory: {:.1} MiB resident, {:.1} MiB with its lab host",
        rss(&[pid]),
        rss(&tree(pid))
    );
}

fn wait_and_count(terminal: &mut Terminal, span: Duration) -> usize {
    let end = Instant::now() + span;
    let mut bytes = 0;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        if terminal.wait_bytes(left) {
            bytes += terminal.last.len();
        }
    }
    bytes
}

/// A process and its descendants.
fn tree(pid: u32) -> Vec<u32> {
    let children = format!("/proc/{pid}/task");
    let mut all = vec![pid];
    for task in std::fs::read_dir(children).into_iter().flatten().flatten() {
        let list = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        all.extend(
            list.split_whitespace()
                .flat_map(|pid| tree(pid.parse().unwrap())),
        );
    }
    all
}

/// The CPU time of the program and its lab host in milliseconds (`/proc/PID/schedstat`: nanoseconds
/// on a CPU).
fn cpu(pid: u32) -> u64 {
    let of = |pid: u32| -> u64 {
        let tasks = std::fs::read_dir(format!("/proc/{pid}/task"));
        let one = |path: std::path::PathBuf| -> u64 {
            let text = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
            text.split_whitespace()
                .next()
                .and_then(|n| n.parse().ok())
                .unwrap_or(0)
        };
        tasks
            .into_iter()
            .flatten()
            .flatten()
            .map(|task| one(task.path()))
            .sum()
    };
    tree(pid).into_iter().map(of).sum::<u64>() / 1_000_000
}

/// Resident memory in MiB (`VmRSS`).
fn rss(pids: &[u32]) -> f64 {
    let of = |pid: &u32| -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line
            .and_then(|line| line.split_whitespace().next())
            .and_then(|n| n.parse().ok());
        kib.unwrap_or(0.0)
    };
    pids.iter().map(of).sum::<f64>() / 1024.0
}
