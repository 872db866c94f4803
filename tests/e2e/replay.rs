//! A journal shows the run again as it was: cell by cell, and after `kill -9`.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use isolab::scene::journal::Reader;
use isolab::scene::{Moment, Scene};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::play::{CALM, ISOLAB};
use super::terminal::Terminal;

const SIZE: (u16, u16) = (100, 30);

/// A cell as a terminal reports it: the sixteen names are the first sixteen numbers.
fn told(cell: &Cell) -> (String, u16, [Option<Color>; 2]) {
    const NAMED: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    let number = |colour: Color| {
        let at = NAMED.iter().position(|named| *named == colour);
        at.map_or(colour, |at| Color::Indexed(u8::try_from(at).unwrap()))
    };
    // A blank has no colour of letters, unless it is reversed.
    let is_blank = cell.symbol() == " " && !cell.modifier.contains(Modifier::REVERSED);
    let letters = if is_blank { Color::Reset } else { cell.fg };
    let colours = [letters, cell.bg].map(|colour| Some(number(colour)));
    // Bold and faint do not show on a blank.
    let unseen = match cell.symbol() {
        " " => Modifier::BOLD | Modifier::DIM,
        _ => Modifier::empty(),
    };
    let modifier = cell.modifier.difference(unseen);
    (cell.symbol().to_owned(), modifier.bits(), colours)
}

/// The cells in which two screens differ: their places, and both.
pub(super) fn differences(a: &Buffer, b: &Buffer) -> Vec<String> {
    assert_eq!(a.area, b.area);
    let pairs = a.content.iter().map(told).zip(b.content.iter().map(told));
    let other = pairs.enumerate().filter(|(_, (a, b))| a != b);
    other
        .map(|(at, (a, b))| format!("{:?}: {a:?} {b:?}", a_place(at)))
        .collect()
}

fn a_place(at: usize) -> (usize, usize) {
    (at % usize::from(SIZE.0), at / usize::from(SIZE.0))
}

/// What the terminal shows now.
fn seen(terminal: &Terminal) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    terminal.screen.render(buffer.area, &mut buffer, true);
    buffer
}

/// All screens that a journal draws.
fn drawn(journal: &Path) -> Vec<Buffer> {
    let (reader, head) = Reader::new(File::open(journal).unwrap()).unwrap();
    let mut scene = Scene::new(head).unwrap();
    let mut all = Vec::new();
    for line in reader {
        let line = line.unwrap();
        let is_drawn = matches!(line.moment, Moment::Drawn { .. });
        scene.take(line.moment);
        if is_drawn {
            all.push(scene.buffer().clone());
        }
    }
    all
}

fn start(lab: &str, journal: &Path) -> Terminal {
    let journal = journal.display().to_string();
    let line = [ISOLAB, "play", lab, "--step", "1", "--journal", &journal];
    let mut terminal = Terminal::start(&line, SIZE);
    terminal.wait_word("root@lab:/lab#");
    terminal.wait_calm(CALM);
    terminal
}

#[test]
fn the_screens_of_a_run_are_drawn_again_cell_by_cell() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("run");
    let mut terminal = start("4", &journal);
    let mut live = vec![seen(&terminal)];
    // The second step's line by hand, panels, popups, another language, other colours, a jump.
    let keys = [
        "\r", "\r", "1", "t", "\r", "\x1dg", "3", "?", "\x1b", "L", "T", "L", "s", "\r", "w", "q",
    ];
    for key in keys {
        terminal.send(key);
        terminal.wait_calm(Duration::from_millis(600));
        live.push(seen(&terminal));
    }
    leave(&mut terminal);
    assert_drawn_again(&live, &journal);
}

/// Leaves a lab with its keys.
fn leave(terminal: &mut Terminal) {
    terminal.send("q");
    terminal.wait_word("Leave?");
    terminal.send("\r");
    let ended = terminal.wait_end(Duration::from_secs(20));
    assert!(ended.unwrap().success());
}

/// Each screen that was seen is among those that a journal draws, in the same order.
fn assert_drawn_again(live: &[Buffer], journal: &Path) {
    let again = drawn(journal);
    let mut from = 0;
    for (number, screen) in live.iter().enumerate() {
        let rest = again[from..].iter();
        let differ: Vec<Vec<String>> = rest.map(|drawn| differences(drawn, screen)).collect();
        let at = differ.iter().position(Vec::is_empty);
        let nearest = || differ.iter().min_by_key(|differ| differ.len());
        from +=
            at.unwrap_or_else(|| panic!("screen {number} was not drawn again: {:?}", nearest()));
    }
    assert!(from >= live.len() / 2, "{from}");
}

#[test]
fn a_presentation_that_goes_back_is_drawn_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("run");
    let path = journal.display().to_string();
    let line = [ISOLAB, "present", "4", "--journal", &path];
    let mut terminal = Terminal::start(&line, SIZE);
    terminal.wait_word("root@lab:/lab#");
    terminal.send("2\r");
    terminal.wait_word("step 2/12");
    let mut live = Vec::new();
    // The step before comes from the second lab host; then on again from there.
    for key in ["\x1b[5~", "\x1b[6~", "\x1b[6~", "b", "b", "P"] {
        terminal.send(key);
        // The clock in the first row keeps running.
        terminal.wait_calm(Duration::from_millis(600));
        live.push(seen(&terminal));
    }
    // Leaves the question after the step unanswered.
    terminal.send("\x1b");
    terminal.wait_for("an end of the question", |text| !text.contains("not now"));
    leave(&mut terminal);
    assert_drawn_again(&live, &journal);
}

#[test]
fn what_was_written_before_a_kill_is_replayed_without_a_lab_host() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("run");
    let mut terminal = start("4", &journal);
    terminal.send("\r");
    terminal.wait_word("Enter next");
    terminal.wait_calm(Duration::from_millis(300));
    let last = terminal.screen.text();
    drop(terminal);
    let mut again = Terminal::start(&[ISOLAB, "replay", &journal.display().to_string()], SIZE);
    again.wait_word("Space stop");
    again.send("\x1b[F");
    let but_the_last = |text: &str| -> Vec<String> {
        let rows = text.lines().take(usize::from(SIZE.1) - 1);
        rows.map(|row| row.trim_end().to_owned()).collect()
    };
    let wanted = but_the_last(&last);
    again.wait_for("the last screen", |text| but_the_last(text) == wanted);
    // Back to the first step, and forwards at a key.
    again.send("\x1b[H");
    again.wait_word("stop or go on");
    again.send("q");
    assert!(again.wait_end(Duration::from_secs(5)).unwrap().success());
}

#[test]
fn what_is_no_journal_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("text", &b"hello"[..]),
        ("empty", b""),
        ("zstd", b"\x28\xb5\x2f\xfd\x00"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let done = std::process::Command::new(ISOLAB)
            .arg("replay")
            .arg(&path)
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(
            !done.status.success() && said.contains("no journal"),
            "{said}"
        );
    }
}

#[test]
fn a_journal_that_stands_for_too_much_is_shown_as_far_as_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("run");
    let lab = "format: 1\ntitle: x\nsummary: x.\nminutes: 1\nsteps:\n  - {id: a, title: A, text: It runs.}\n";
    let head = serde_json::json!({
        "isolab_journal": 1, "lab": "x", "text": lab, "translations": {}, "start": 0,
        "language": "en", "look": null, "screen": [100, 30], "pane": [65535, 65535], "began": 0,
    });
    let mut file = zstd::Encoder::new(File::create(&journal).unwrap(), 1).unwrap();
    writeln!(file, "{head}").unwrap();
    let many = "{\"at\":1,\"moment\":{\"Lived\":1}}\n".repeat(1000);
    for _ in 0..600 {
        file.write_all(many.as_bytes()).unwrap();
    }
    file.finish().unwrap();
    let mut terminal = Terminal::start(&[ISOLAB, "replay", &journal.display().to_string()], SIZE);
    // What comes before that is shown.
    terminal.send("\x1b[F");
    terminal.wait_within(Duration::from_secs(60), "its end", |text| {
        text.contains("what comes next cannot be read")
    });
    terminal.send("q");
    let ended = terminal.wait_end(Duration::from_secs(60)).unwrap();
    assert_eq!(ended.code(), Some(1));
    let text = terminal.screen.text();
    assert!(text.contains("more in the journal than"), "{text}");
}
