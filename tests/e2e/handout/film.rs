//! A film, played: by our own terminal, and by asciinema.

use std::path::Path;
use std::time::Duration;

use isolab::ui::widget::terminal::Emulator;
use isolab::word::{Language, speak};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use serde_json::Value;

use super::{SIZE, export, scene};
use crate::e2e::replay::differences;
use crate::e2e::terminal::Terminal;
use crate::skip::lacks;

/// The screen at the end of a film, and the length of the film in seconds.
fn end(film: &str, version: u64) -> (Emulator, f64) {
    let mut lines = film
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let head = lines.next().unwrap();
    assert_eq!(head["version"], version);
    let size = match version {
        2 => (&head["width"], &head["height"]),
        _ => (&head["term"]["cols"], &head["term"]["rows"]),
    };
    let size = (size.0.as_u64().unwrap(), size.1.as_u64().unwrap());
    assert_eq!(size, (u64::from(SIZE.0), u64::from(SIZE.1)));
    assert!(head["title"].is_string() && head["timestamp"].as_u64() > Some(1_600_000_000));
    let mut screen = Emulator::new(SIZE.0, SIZE.1, 0);
    let (mut now, mut marks) = (0.0, 0);
    for event in lines {
        let at = event[0].as_f64().unwrap();
        let before = now;
        now = if version == 2 { at } else { now + at };
        assert!((0.0..=15.0).contains(&(now - before)), "{before} {now}");
        match event[1].as_str().unwrap() {
            "o" => drop(screen.feed(event[2].as_str().unwrap().as_bytes())),
            "m" => marks += 1,
            "x" => assert!(version == 3 && event[2] == "0"),
            other => panic!("{other}"),
        }
    }
    assert!(marks >= 3, "{marks}");
    (screen, now)
}

fn shown(screen: &Emulator) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    screen.render(buffer.area, &mut buffer, true);
    plainly(buffer)
}

/// The modifiers that show on a blank.
const SEEN: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED);

/// The buffer as it is seen: a blank has no colour of letters.
fn plainly(mut buffer: Buffer) -> Buffer {
    let blank = |cell: &&mut Cell| cell.symbol() == " " && !cell.modifier.intersects(SEEN);
    for cell in buffer.content.iter_mut().filter(blank) {
        cell.fg = Color::Reset;
    }
    buffer
}

pub(super) fn film(journal: &Path, language: Language) {
    let scene = scene(journal, language, None);
    speak(Language::English);
    let two = export(language, journal, &["cast"]);
    let three = export(language, journal, &["cast3"]);
    let (one, length) = end(&two, 2);
    let (other, same) = end(&three, 3);
    assert!(
        (length - same).abs() < 0.01 && length > 2.0,
        "{length} {same}"
    );
    let wanted = plainly(scene.buffer().clone());
    for screen in [one, other] {
        let differ = differences(&shown(&screen), &wanted);
        assert!(differ.is_empty(), "{differ:?}");
    }
    in_a_player(&two, &wanted);
}

/// At the end of a film, the player of asciinema shows what the run showed.
fn in_a_player(film: &str, wanted: &Buffer) {
    if lacks("a film in its player", &["asciinema"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.cast");
    std::fs::write(&path, film).unwrap();
    let line = [
        "asciinema",
        "play",
        "--idle-time-limit",
        "0.01",
        &path.display().to_string(),
    ];
    let mut terminal = Terminal::start(&line, SIZE);
    let ended = terminal.wait_end(Duration::from_secs(60)).unwrap();
    assert!(ended.success(), "{}", terminal.screen.text());
    assert_eq!(
        differences(&shown(&terminal.screen), wanted),
        Vec::<String>::new()
    );
}
