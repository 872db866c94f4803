//! In front of a class: typing, clicks, back, blank, free typing, and out.

use ratatui::layout::Size;
use std::time::{Duration, Instant};

use rustix::termios::{LocalModes, tcgetattr};

use super::play::{ISOLAB, LEADER};
use super::terminal::Terminal;

const BACK: &str = "\x1b[5~";
const ON: &str = "\x1b[6~";

fn present(size: impl Into<Size>) -> Terminal {
    let mut terminal = Terminal::start(&[ISOLAB, "present", "01"], size);
    terminal.wait_word("step 1/14");
    terminal.wait_word("root@lab:/lab#");
    terminal
}

/// What was typed at the last prompt of the terminal.
fn typed(text: &str) -> &str {
    let line = text.rsplit("root@lab:/lab# ").next().unwrap_or_default();
    line.split('\n').next().unwrap_or_default().trim()
}

/// Waits until the line of an action was typed and run, and is held.
fn wait_action(terminal: &mut Terminal, line: &str) {
    terminal.wait_for("the held line", |text| {
        text.contains(&format!("host$ {line}"))
    });
}

fn leave(terminal: &mut Terminal) {
    terminal.send("q");
    terminal.wait_word("Leave?");
    terminal.send("\r");
    let status = terminal.wait_end(Duration::from_secs(10)).unwrap();
    assert!(status.success());
    let modes = tcgetattr(&terminal.slave).unwrap().local_modes;
    assert!(modes.contains(LocalModes::ICANON | LocalModes::ECHO));
    // What was switched on is off: the alternate screen, the mouse, the hidden cursor.
    let all = String::from_utf8_lossy(&terminal.all).into_owned();
    for (on, off) in [("\x1b[?1049h", "\x1b[?1049l"), ("\x1b[?25l", "\x1b[?25h")] {
        assert!(all.rfind(on) < all.rfind(off), "{on:?} is left on");
    }
}

#[test]
fn a_line_is_typed_piece_by_piece_and_runs_by_itself() {
    let mut terminal = present((80, 24));
    terminal.send(ON);
    let line = "mkdir -p /lab/root";
    let mut seen = Vec::new();
    let end = Instant::now() + Duration::from_secs(20);
    while !terminal.screen.text().contains(&format!("host$ {line}")) {
        assert!(Instant::now() < end, "{}", terminal.screen.text());
        terminal.wait_bytes(Duration::from_secs(1));
        let now = typed(&terminal.screen.text()).to_owned();
        let before = seen.last().map_or(0, String::len);
        if line.starts_with(&now) && now.len() > before {
            seen.push(now);
        }
    }
    // Some letters may be drawn together on a busy machine.
    assert!(seen.len() > 5, "{seen:?}");
    assert_eq!(seen.last().map(String::as_str), Some(line));
    leave(&mut terminal);
}

#[test]
fn a_click_completes_the_line_and_never_more() {
    let mut terminal = present((120, 40));
    terminal.send(ON);
    terminal.wait_word("1 of 2");
    terminal.send(ON);
    wait_action(&mut terminal, "mkdir -p /lab/root");
    // The second action waits for a click of its own.
    terminal.wait_calm(Duration::from_millis(300));
    assert!(!terminal.screen.text().contains("2 of 2"));
    terminal.send(ON);
    terminal.wait_word("2 of 2");
    terminal.send(ON);
    wait_action(&mut terminal, "ls -l /lab/root");
    terminal.wait_word("☑");
    leave(&mut terminal);
}

/// Clicks until a step is shown.
fn wait_step(terminal: &mut Terminal, step: usize) {
    let wanted = format!("step {step}/14");
    let end = Instant::now() + Duration::from_secs(60);
    while !terminal.screen.text().contains(&wanted) {
        assert!(Instant::now() < end, "{}", terminal.screen.text());
        terminal.send(ON);
        terminal.wait_calm(Duration::from_millis(100));
    }
}

#[test]
fn on_and_back_and_a_jump_and_a_blank_screen() {
    let mut terminal = present((80, 24));
    wait_step(&mut terminal, 3);
    for step in [2, 1] {
        terminal.send(BACK);
        terminal.wait_word(&format!("step {step}/14"));
    }
    terminal.send("12\r");
    terminal.wait_word("step 12/14");
    terminal.wait_word("root@lab");
    terminal.send("b");
    terminal.wait_for("a blank screen", |text| text.trim().is_empty());
    terminal.send(ON);
    terminal.wait_word("step 12/14");
    // The same key leads to the ordinary screen and back.
    terminal.send("P");
    terminal.wait_word("lab host: safe");
    terminal.send("P");
    terminal.wait_word("min left");
    leave(&mut terminal);
}

#[test]
fn free_typing_and_back_to_the_script() {
    let mut terminal = present((120, 40));
    wait_step(&mut terminal, 2);
    terminal.send("\t");
    terminal.wait_word("leads out of the shell");
    terminal.send("hostname by-hand; hostname\r");
    terminal.wait_for("an answer", |text| {
        text.lines().any(|line| line.starts_with("by-hand "))
    });
    terminal.send(LEADER);
    terminal.wait_word("r to script");
    terminal.send("r");
    terminal.wait_for("a lab host without it", |text| {
        text.contains("root@lab:/lab#") && !text.contains("by-hand") && text.contains("step 2/14")
    });
    terminal.send(ON);
    terminal.wait_word("What will box get?");
    terminal.send(ON);
    terminal.wait_word("1 of ");
    leave(&mut terminal);
}

#[test]
fn it_goes_on_by_itself_until_a_key() {
    let mut terminal = present((80, 24));
    terminal.send("a");
    terminal.wait_word("ends going on");
    terminal.wait_word("1 of 2");
    wait_action(&mut terminal, "mkdir -p /lab/root");
    terminal.send("x");
    terminal.wait_word("b blank");
    leave(&mut terminal);
}
