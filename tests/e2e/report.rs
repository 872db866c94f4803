//! Two learners play parts of two labs and hand in their progress, and a report is made of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::plain::{converse, play};
use super::play::{CALM, ISOLAB};
use super::terminal::Terminal;

fn isolab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isolab"))
        .args(arguments)
        .env("HOME", home)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("XDG_STATE_HOME")
        .output()
        .unwrap()
}

/// Writes a learner's progress to a file; returns its contents.
fn hand_in(home: &Path, more: &[&str], file: &Path) -> Value {
    let done = isolab(home, &[&["progress", "--json"], more].concat());
    assert!(done.status.success(), "{done:?}");
    fs::write(file, &done.stdout).unwrap();
    serde_json::from_slice(&done.stdout).unwrap()
}

/// Reports on the files in a folder: the status, stdout, stderr.
fn report(folder: &Path, more: &[&str]) -> (i32, String, String) {
    let home = tempfile::tempdir().unwrap();
    let folder = folder.to_str().unwrap();
    let done = isolab(home.path(), &[&["report", folder], more].concat());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let status = done.status.code().unwrap();
    (status, text(done.stdout), text(done.stderr))
}

/// Three steps of a lab: a wrong guess and a run; a hint and a line by hand; one that is skipped.
const DILIGENT: &[(&str, &str)] = &[
    ("(choose", "1"),
    ("[Enter: run", ""),
    ("[Enter: next", ""),
    ("(choose", "h"),
    ("hint 1", "2"),
    ("[Enter: run", "b$ unshare --pid --fork bash"),
    ("[Enter: next", ""),
    ("(choose", "s"),
    ("[Enter: run", "q"),
];
/// One step of it, with another wrong guess.
const BRIEF: &[(&str, &str)] = &[
    ("(choose", "2"),
    ("[Enter: run", ""),
    ("[Enter: next", ""),
    ("(choose", "q"),
];
/// One step of another lab, which asks nothing.
const OTHER: &[(&str, &str)] = &[("[Enter: run", ""), ("[Enter: next", ""), ("(choose", "q")];

/// The rows of a table, by lab and step.
fn rows(table: &str) -> BTreeMap<(String, String), BTreeMap<String, String>> {
    let mut table = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let rows = table.deserialize().map(|row| {
        let row: BTreeMap<String, String> = row.unwrap();
        ((row["lab"].clone(), row["step"].clone()), row)
    });
    rows.collect()
}

#[test]
fn a_class_of_two_is_told_in_three_forms() {
    let began = Instant::now();
    let homes = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let class = tempfile::tempdir().unwrap();
    let at = |name: &str| class.path().join(name);
    converse(play(homes[0].path(), &["pid"]), DILIGENT);
    let early = hand_in(homes[0].path(), &[], &at("early.json"));
    converse(play(homes[0].path(), &["uts-ipc"]), OTHER);
    converse(play(homes[1].path(), &["pid"]), BRIEF);
    let own = hand_in(homes[0].path(), &["--name", "Li Lei"], &at("late.json"));
    let other = hand_in(homes[1].path(), &[], &at("other.json"));

    // Each learner has one number, which stays, and a name only if they gave one.
    let learner = |file: &Value| file["learner"].as_str().unwrap().to_owned();
    assert_eq!(learner(&early), learner(&own));
    assert_ne!(learner(&own), learner(&other));
    assert_eq!(
        (&early["name"], &own["name"]),
        (&Value::Null, &Value::from("Li Lei"))
    );
    let steps = own["labs"][0]["steps"].as_object().unwrap();
    let spent = steps.values().map(|step| step["spent"].as_u64().unwrap());
    let spent = Duration::from_millis(spent.sum());
    assert!(!spent.is_zero() && spent < began.elapsed(), "{spent:?}");

    the_text_has_it(class.path(), &learner(&other));
    the_table_has_it(class.path());
    the_page_has_it(class.path());
}

fn the_text_has_it(class: &Path, other: &str) {
    let (status, text, said) = report(class, &[]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("early.json: not counted"), "{said}");
    for words in [
        "Handed in by 2 people, 1 of them by name.",
        "04-uts-ipc  Two hosts on one kernel\n",
        "05-pid  Being number one\n",
        "Begun by 2, finished by 0 (0%).",
        "  1 Without a number one    2 100%     0     0    0  100%     0",
        "  2 Counting anew           1  50%     1     0    0    0%     1",
        "  3 What ps says            0   0%     0     0    1     -     0",
        "Most stopped at step 2, Counting anew: 1 of the 2 who have not finished.",
        "Most stopped at step 4, A /proc that fits: 1 of the 2 who have not finished.",
        "step 4, A /proc that fits: Li Lei\n",
    ] {
        assert!(text.contains(words), "no {words} in {text}");
    }
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let wrong = "Guessed wrong at step 1, Without a number one: 2 of 2. \
        1 “It is number 2”: 1; 2 “It is the next number 1”: 1";
    assert!(flat.contains(wrong), "{text}");
    assert!(flat.contains(&format!("anew: {}", &other[..6])), "{text}");
}

fn the_table_has_it(class: &Path) {
    let (status, table, _) = report(class, &["--to", "csv", "--lab", "5"]);
    let rows = rows(&table);
    assert_eq!((status, rows.len()), (0, 8), "{table}");
    let figures = |step: &str| {
        let row = &rows[&("05-pid".to_owned(), step.to_owned())];
        let columns = [
            "done",
            "typed",
            "played",
            "skipped",
            "guesses_wrong",
            "hints",
            "stopped",
        ];
        columns.map(|column| row[column].parse::<usize>().unwrap())
    };
    assert_eq!(figures("nobody"), [2, 0, 2, 0, 2, 0, 0]);
    assert_eq!(figures("enter"), [1, 1, 0, 0, 0, 1, 1]);
    assert_eq!(figures("ps"), [0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(figures("proc"), [0, 0, 0, 0, 0, 0, 1]);
}

fn the_page_has_it(class: &Path) {
    let (status, page, _) = report(class, &["--to", "html"]);
    assert!(status == 0 && page.starts_with("<!DOCTYPE html>"), "{page}");
    for words in [
        "<h2>05-pid  Being number one</h2>",
        "<dt>step 4, A /proc that fits</dt><dd>Li Lei</dd>",
        "<td>2 <small>100%</small></td>",
        "early.json: not counted",
    ] {
        assert!(page.contains(words), "no {words} in {page}");
    }
}

#[test]
fn what_is_no_export_is_told_and_the_rest_is_merged() {
    let home = tempfile::tempdir().unwrap();
    let class = tempfile::tempdir().unwrap();
    let at = |name: &str| class.path().join(name);
    hand_in(home.path(), &[], &at("good.json"));
    let good = fs::read_to_string(at("good.json")).unwrap();
    fs::create_dir_all(at("week/late")).unwrap();
    fs::write(at("week/late/half.json"), &good[..good.len() / 2]).unwrap();
    fs::write(at("essay.txt"), "What I learnt of containers").unwrap();
    fs::write(at("table.json"), "{\"rows\": []}").unwrap();
    fs::write(
        at("newer.json"),
        good.replace("\"format\": 2", "\"format\": 3"),
    )
    .unwrap();
    fs::write(at("odd\u{1b}[31m\nname"), "").unwrap();
    fs::write(at(".hidden"), "not told").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", at("link.json")).unwrap();
    let large = fs::File::create(at("large.json")).unwrap();
    large.set_len(64 << 30).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        at("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    let (status, text, said) = report(class.path(), &[]);
    assert_eq!(status, 1, "{said}");
    assert!(text.starts_with("Handed in by 1 person, 0"), "{text}");
    for words in [
        "half.json: left out: not an export of progress, or damaged: from line ",
        "essay.txt: left out: not an export of progress, or damaged: from line 1, column 1 ",
        "table.json: left out: not what `isolab progress --json` writes",
        "newer.json: left out: written by a newer isolab (format 3)",
        "odd\u{fffd}[31m\u{fffd}name: left out: empty",
        "link.json: left out: a link",
        "large.json: left out: larger than 4 MiB",
        "pipe: left out: not a plain file",
    ] {
        assert!(said.contains(words), "no {words} in {said}");
    }
    assert!(
        !said.contains("hidden") && said.lines().count() == 8,
        "{said}"
    );

    let lost = report(&at("essay.txt"), &[]);
    assert!(lost.0 == 1 && lost.1.is_empty() && lost.2.contains("nothing was handed in"));
    let lost = report(&at("no/such"), &[]);
    assert!(lost.0 == 1 && lost.2.contains("No such file"), "{lost:?}");
    let lost = report(&at("good.json"), &["--lab", "7"]);
    assert!(
        lost.0 == 2 && lost.2.contains("nobody has begun"),
        "{lost:?}"
    );
}

#[test]
fn a_name_is_said_with_the_export_alone_and_is_one() {
    let home = tempfile::tempdir().unwrap();
    let long = "x".repeat(81);
    for arguments in [
        &["progress", "--name", "Li Lei"][..],
        &["progress", "--json", "--name", " "],
        &["progress", "--json", "--name", "a\u{202e}b"],
        &["progress", "--json", "--name", &long],
    ] {
        let done = isolab(home.path(), arguments);
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        assert!(done.stdout.is_empty() && !done.stderr.is_empty());
    }
}

#[test]
fn what_cannot_be_remembered_is_said_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let steps = "  - {id: a, title: A, text: Here.}\n  - {id: b, title: B, text: There.}\n";
    let lab = format!("format: 1\ntitle: x\nsummary: x.\nminutes: 1\nafter: []\nsteps:\n{steps}");
    std::fs::write(folder.path().join("two.yaml"), lab).unwrap();
    let made = Command::new(ISOLAB)
        .arg("progress")
        .env("HOME", folder.path())
        .env("XDG_STATE_HOME", folder.path())
        .status();
    assert!(made.unwrap().success());
    let file = folder.path().join("isolab/progress.sqlite3");
    let other = rusqlite::Connection::open(file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut terminal = Terminal::play_in(folder.path(), "two.yaml");
    // The lab is strange, which the screen asks about first.
    terminal.wait_word("two.yaml");
    terminal.wait_calm(CALM);
    terminal.send("\r");
    terminal.wait_word("Enter next");
    terminal.send("\r");
    terminal.wait_word("There.");
    terminal.send("q");
    terminal.wait_word("Leave?");
    terminal.send("\r");
    assert!(
        terminal
            .wait_end(Duration::from_secs(30))
            .unwrap()
            .success()
    );
    let text = terminal.screen.text();
    assert!(text.contains("could not be written"), "{text}");
}
