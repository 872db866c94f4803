//! Journals that isolab did not write: a few bytes stand for very much, and sizes are impossible.
//! They are read within limits, or refused in words.

mod damaged;
pub(super) mod golden;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use isolab::scene::journal::{Extent, Line, Most, Reader, Unread, Writer};
use isolab::scene::moment::{Bytes, PaneChange};
use isolab::scene::{Head, Moment};
use serde_json::{Value, json};

/// What the program may have, in KiB: far less than these journals ask for.
const MEMORY: &str = "1500000";

fn head(screen: [u32; 2], pane: [u32; 2]) -> Value {
    let lab = "format: 1\ntitle: x\nsummary: x.\nminutes: 1\nsteps:\n  - {id: a, title: A, text: It runs.}\n";
    json!({
        "isolab_journal": 1, "lab": "x", "text": lab, "translations": {}, "start": 0,
        "language": "en", "look": null, "screen": screen, "pane": pane, "began": 0,
    })
}

/// Writes a journal into a folder: a head, and then each part so many times.
fn journal(folder: &Path, head: &Value, parts: &[(&str, usize)]) -> PathBuf {
    let path = folder.join("run");
    let mut file = zstd::Encoder::new(std::fs::File::create(&path).unwrap(), 1).unwrap();
    writeln!(file, "{head}").unwrap();
    for (part, times) in parts {
        let many = part.repeat(1000);
        for _ in 0..times / 1000 {
            file.write_all(many.as_bytes()).unwrap();
        }
        for _ in 0..times % 1000 {
            file.write_all(part.as_bytes()).unwrap();
        }
    }
    file.finish().unwrap();
    path
}

fn exported(journal: &Path, form: &str) -> (Option<i32>, String) {
    let line = format!("ulimit -v {MEMORY}; exec \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &line, "sh", env!("CARGO_BIN_EXE_isolab"), "export"])
        .arg(journal)
        .args(["--to", form])
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn sizes_that_no_screen_has_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    let most = [65535, 65535];
    let drawn = "{\"at\":1,\"moment\":{\"Drawn\":{\"stuck\":false}}}\n";
    for (head, moment) in [
        (head(most, [80, 24]), ""),
        (head([100, 30], most), ""),
        (head([100, 30], [80, 24]), "{\"Screen\":[65535,65535]}"),
        (head([100, 30], [80, 24]), "{\"Anew\":[0,[65535,65535]]}"),
        (
            head([100, 30], [80, 24]),
            "{\"Pane\":[0,{\"Resized\":[65535,65535]}]}",
        ),
    ] {
        let line = match moment {
            "" => String::new(),
            moment => format!("{{\"at\":0,\"moment\":{moment}}}\n"),
        };
        let path = journal(folder.path(), &head, &[(&line, 1), (drawn, 1)]);
        let (status, said) = exported(&path, "md");
        assert_eq!(status, Some(0), "{moment}: {said}");
    }
}

#[test]
fn what_stands_for_too_much_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let head = head([100, 30], [80, 24]);
    let lived = "{\"at\":1,\"moment\":{\"Lived\":1}}\n";
    let observed = "{\"at\":1,\"moment\":{\"Event\":{\"at\":1,\"event\":{\"Observed\":{\"actors\":{\"host\":{\"mounts\":[";
    for parts in [
        // Many lines.
        &[(lived, 600_000)][..],
        // A long one.
        &[
            ("{\"at\":1,\"moment\":\"", 1),
            ("x", 40 << 20),
            ("\"}\n", 1),
        ],
        // Too much in all.
        &[
            ("{\"at\":1,\"moment\":{\"Pane\":[9,{\"Fed\":\"", 1),
            ("x", 30 << 20),
            ("\"}]}}\n", 1),
        ]
        .repeat(10),
        // Small on paper, large in memory.
        &[(observed, 1), ("{},", 2_000_000), ("{}]}}}}}}\n", 1)],
    ] {
        let path = journal(folder.path(), &head, parts);
        let (mut reader, _) = Reader::new(std::fs::File::open(&path).unwrap()).unwrap();
        let end = std::iter::from_fn(|| reader.keep()).last().unwrap();
        assert_eq!(end.err(), Some(Unread::TooMuch));
        let (status, said) = exported(&path, "md");
        assert_eq!(status, Some(1), "{said}");
        assert!(
            said.contains("more in the journal than isolab reads"),
            "{said}"
        );
    }
}

#[test]
fn a_head_without_end_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path(), &Value::Null, &[]);
    let mut file = zstd::Encoder::new(std::fs::File::create(&path).unwrap(), 1).unwrap();
    let many = vec![b' '; 1 << 20];
    for _ in 0..100 {
        file.write_all(&many).unwrap();
    }
    file.finish().unwrap();
    let (status, said) = exported(&path, "md");
    assert!(
        status == Some(1) && said.contains("than isolab reads"),
        "{status:?} {said}"
    );
}

/// The status and the output of the program about a journal.
fn told(args: &[&str], journal: &Path, folder: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .args(args)
        .arg(journal)
        .env("LC_ALL", "C.UTF-8")
        .env("XDG_RUNTIME_DIR", folder)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.status.code(), said)
}

const LIVED: &str = "{\"at\":1,\"moment\":{\"Lived\":1}}\n";

#[test]
fn a_line_that_cannot_be_read_is_told_with_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let head = head([100, 30], [80, 24]);
    // Early and late: the first lines are read before the others.
    for before in [3, 100] {
        let bad = "{\"at\":2,\"moment\":{\"Unheard\":1}}\n";
        let parts = [(LIVED, before), (bad, 1), (LIVED, 50)];
        let path = journal(folder.path(), &head, &parts);
        let line = format!("line {} cannot be read", before + 2);
        for form in ["md", "cast"] {
            let (status, said) = exported(&path, form);
            assert!(status == Some(1) && said.contains(&line), "{said}");
        }
        let (status, said) = told(&["notes", "--rehearsal"], &path, folder.path());
        assert!(
            status == Some(1) && said.contains(&line),
            "{status:?} {said}"
        );
    }
}

#[test]
fn bytes_that_are_no_compression_are_a_line_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path(), &head([100, 30], [80, 24]), &[(LIVED, 3)]);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(b"this is no part of a run");
    std::fs::write(&path, bytes).unwrap();
    let (status, said) = exported(&path, "md");
    assert!(status == Some(1) && said.contains("line 5"), "{said}");
}

#[test]
fn a_run_that_was_killed_ends_in_half_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let head = head([100, 30], [80, 24]);
    let half = "{\"at\":2,\"mom";
    let path = journal(folder.path(), &head, &[(LIVED, 3), (half, 1)]);
    let (status, said) = exported(&path, "md");
    assert!(status == Some(0) && said.contains("breaks off"), "{said}");
    // The compression is not ended either.
    let mut file = zstd::Encoder::new(std::fs::File::create(&path).unwrap(), 1).unwrap();
    writeln!(file, "{head}").unwrap();
    for _ in 0..3 {
        file.write_all(LIVED.as_bytes()).unwrap();
        file.flush().unwrap();
    }
    drop(file);
    let (status, said) = exported(&path, "md");
    assert!(status == Some(0) && said.contains("breaks off"), "{said}");
}

#[test]
fn a_rehearsal_is_read_before_anything_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal(folder.path(), &head([100, 30], [80, 24]), &[(LIVED, 3)]);
    let (status, said) = told(&["notes", "--rehearsal"], &path, folder.path());
    assert!(said.contains("No run of yours is shared"), "{said}");
    assert_eq!(status, Some(2), "{said}");
}

#[test]
fn what_comes_before_a_break_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let drawn = "{\"at\":1,\"moment\":{\"Drawn\":{\"stuck\":false}}}\n";
    let bad = "{\"at\":2,\"moment\":{\"Unheard\":1}}\n";
    let head = head([100, 30], [80, 24]);
    let path = journal(folder.path(), &head, &[(drawn, 5), (bad, 1), (drawn, 5)]);
    let out = folder.path().join("made.md");
    let args = ["export", "--to", "md", "--out", out.to_str().unwrap()];
    let (status, said) = told(&args, &path, folder.path());
    assert!(
        status == Some(1) && said.contains("line 7"),
        "{status:?} {said}"
    );
    assert!(std::fs::read_to_string(out).unwrap().contains("# x"));
}

#[test]
fn what_is_written_can_be_read_again() {
    let head: Head = serde_json::from_value(head([100, 30], [80, 24])).unwrap();
    let mut writer = Writer::new(Vec::new(), &head).unwrap();
    let moments = [
        Moment::Lived(1),
        Moment::Drawn { stuck: false },
        Moment::Pane(0, PaneChange::Fed(Bytes(b"root@lab:/lab# ".to_vec()))),
        Moment::State(Box::default()),
    ];
    let lines: Vec<Line> = moments.map(|moment| Line { at: 1, moment }).into();
    let mut count = 0;
    // As long as a journal may become.
    for line in lines.iter().cycle() {
        if !writer.written().is_within(&Most::WRITTEN) {
            break;
        }
        writer.write(line).unwrap();
        count += 1;
    }
    assert!(count > 400_000, "{count}");
    let journal = writer.finish().unwrap();
    let (mut reader, _) = Reader::new(&journal[..]).unwrap();
    let mut read = 0;
    while let Some(line) = reader.keep() {
        line.unwrap();
        read += 1;
    }
    assert_eq!((reader.extent(), read), (Extent::Whole, count));
}
