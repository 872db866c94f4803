//! Runs that earlier versions wrote: they are replayed to the same last screen, and handed
//! out as they were then. Beside each journal in tests/data/journals lies what was made of it
//! before the format had a version of its own: `.screen.txt` (`isolab replay` at its end; the
//! last row is the replay's own) and `.handout.md`.

use std::path::PathBuf;

use isolab::scene::journal::{Extent, Line, Reader, Writer};
use isolab::scene::moment::{FORMAT, Head};
use isolab::scene::{Moment, Scene};
use ratatui::buffer::Buffer;

use super::told;

/// The journals, and the version of the format that each is in.
const JOURNALS: [(&str, u32); 3] = [
    ("04-uts-ipc", 1),
    ("15-overlay", 1),
    ("15-overlay.format-2", 2),
];

/// A file beside a journal.
pub(super) fn path(name: &str) -> PathBuf {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/journals"));
    folder.join(name)
}

/// What lies beside a journal, whatever format that is in.
fn beside(name: &str, what: &str) -> String {
    let run = name.split('.').next().unwrap();
    std::fs::read_to_string(path(&format!("{run}.{what}"))).unwrap()
}

/// The rows of the last screen of a journal; the footer, which is of whoever looks, aside.
fn screen(name: &str) -> Vec<String> {
    let screen = beside(name, "screen.txt");
    let mut rows: Vec<String> = screen
        .lines()
        .map(|row| row.trim_end().to_owned())
        .collect();
    rows.pop();
    rows
}

/// All of a journal, which is whole.
pub(in crate::pure) fn read(bytes: &[u8]) -> (Head, Vec<Line>) {
    let (mut reader, head) = Reader::new(bytes).unwrap();
    let lines = reader.by_ref().map(Result::unwrap).collect();
    assert_eq!(reader.extent(), Extent::Whole);
    (head, lines)
}

/// The rows of a screen.
fn rows(buffer: &Buffer) -> Vec<String> {
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    let text =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect();
    rows.map(|row: &[_]| -> String { text(row) })
        .map(|row| row.trim_end().to_owned())
        .collect()
}

/// The last screen of a run, as one who goes to its end sees it: nothing is drawn on the way.
fn last_screen(head: Head, lines: Vec<Line>) -> Vec<String> {
    let mut scene = Scene::new(head).unwrap();
    for line in lines {
        if !matches!(line.moment, Moment::Drawn { .. }) {
            scene.take(line.moment);
        }
    }
    scene.draw();
    rows(scene.buffer())
}

#[test]
fn what_earlier_versions_wrote_is_replayed_to_its_last_screen() {
    for (name, format) in JOURNALS {
        let bytes = std::fs::read(path(&format!("{name}.journal"))).unwrap();
        let (head, lines) = read(&bytes);
        assert_eq!(head.isolab_journal, format);
        assert_eq!(last_screen(head, lines), screen(name), "{name}");
    }
}

#[test]
fn what_earlier_versions_wrote_is_handed_out() {
    let folder = tempfile::tempdir().unwrap();
    for (name, _) in JOURNALS {
        let journal = path(&format!("{name}.journal"));
        let (status, page) = told(&["export", "--to", "md"], &journal, folder.path());
        assert_eq!(status, Some(0), "{name}: {page}");
        assert_eq!(page, beside(name, "handout.md"), "{name}");
    }
}

#[test]
fn what_earlier_versions_wrote_is_a_page_a_film_and_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let journal = path("15-overlay.journal");
    for (form, part) in [
        ("html", "</html>"),
        ("cast", "\"version\""),
        ("svg", "</svg>"),
    ] {
        let (status, made) = told(&["export", "--to", form], &journal, folder.path());
        assert!(status == Some(0) && made.contains(part), "{form}");
    }
}

/// A run in the present format, written as it is while it goes on: part by part.
pub(super) fn written(head: Head, lines: &[Line]) -> Vec<u8> {
    let head = Head {
        isolab_journal: FORMAT,
        ..head
    };
    let mut writer = Writer::new(Vec::new(), &head).unwrap();
    for part in lines.chunks(8) {
        for line in part {
            writer.write(line).unwrap();
        }
        writer.flush().unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn what_is_written_anew_is_the_same_run() {
    let bytes = std::fs::read(path("15-overlay.journal")).unwrap();
    let (head, lines) = read(&bytes);
    let anew = written(head, &lines);
    let (head, again) = read(&anew);
    assert_eq!((head.isolab_journal, again.len()), (FORMAT, lines.len()));
    assert_eq!(last_screen(head, again), screen("15-overlay"));
}
