//! A whole lab, read and typed line by line through pipes.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use isolab::scene::Moment;
use isolab::session::Event;

use crate::skip::lacks_root;

const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");

/// What a person types after an offer; `None` at the end.
fn reply(offer: &str, own: &mut Option<&'static str>) -> Option<&'static str> {
    match offer {
        _ if offer.contains("Enter: finish") => None,
        _ if offer.contains("(choose first)") => Some("1"),
        // The person has to do this step: nothing runs it.
        _ if !offer.contains("Enter:") => Some(own.take().expect("nothing was left to be typed")),
        _ => Some(""),
    }
}

/// Plays a lab line by line, with the progress file in a home.
pub(super) fn play(home: &Path, lab: &[&str]) -> Child {
    Command::new(ISOLAB)
        .arg("play")
        .args(lab)
        .arg("--plain")
        .env("HOME", home)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("XDG_STATE_HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Types each line once the words before it were read; returns all that was said.
pub(super) fn converse(mut child: Child, lines: &[(&str, &str)]) -> String {
    let mut typed = child.stdin.take().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut all = Vec::new();
    for (wanted, line) in lines {
        loop {
            let next = said.next();
            let next = next.unwrap_or_else(|| panic!("no {wanted} in {}", all.join("\n")));
            all.push(next.unwrap());
            if all.last().unwrap().contains(wanted) {
                break;
            }
        }
        writeln!(typed, "{line}").unwrap();
    }
    all.extend(said.map(Result::unwrap));
    assert!(child.wait().unwrap().success());
    all.join("\n")
}

#[test]
fn a_lab_that_is_there_no_longer_is_shown_and_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let lab = home.path().join("gone-soon.yaml");
    std::fs::copy("tests/data/labs/valid/minimal.yaml", &lab).unwrap();
    let mut child = play(home.path(), &[lab.to_str().unwrap()]);
    let mut typed = child.stdin.take().unwrap();
    typed.write_all(b"\n\n").unwrap();
    drop(typed);
    let played = child.wait_with_output().unwrap();
    assert_eq!(played.status.code(), Some(0), "{played:?}");
    std::fs::remove_file(lab).unwrap();
    let said = |words: &[&str]| {
        let mut isolab = Command::new(ISOLAB);
        isolab.arg("progress").args(words).env("HOME", home.path());
        isolab.env("LC_ALL", "C.UTF-8").env_remove("XDG_STATE_HOME");
        let done = isolab.output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    assert!(said(&["gone-soon"]).contains("gone-soon"));
    assert!(said(&["gone-soon", "--reset"]).contains("gone-soon"));
    assert!(!said(&[]).contains("gone-soon"));
}

#[test]
fn the_language_changes_the_lab_as_well() {
    let home = tempfile::tempdir().unwrap();
    let child = play(home.path(), &["uts-ipc"]);
    let all = converse(child, &[("[Enter", "L"), ("[Enter", "L"), ("[Enter", "q")]);
    let title = |words: &str| all.lines().filter(|line| *line == words).count();
    assert_eq!(title("== 第 1/12 步: 两个 shell，一台主机 =="), 1, "{all}");
    assert_eq!(title("== step 1/12: Two shells, one host =="), 2, "{all}");
}

#[test]
fn a_strange_lab_is_played_once_it_is_agreed_to() {
    let home = tempfile::tempdir().unwrap();
    let labs = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/labs/authored");
    let file = format!("{labs}/sticky-notes.yaml");
    let child = play(home.path(), &[&file, "--step", "2"]);
    let all = converse(
        child,
        &[("as far as step 2", ""), ("== step 2/", ""), ("[", "q")],
    );
    let first = all.find("comes from").unwrap();
    assert!(first < all.find("== step 2/").unwrap(), "{all}");
}

/// Gives a program time to do what it should not.
fn wait_for_nothing() {
    std::thread::sleep(Duration::from_secs(2));
}

/// How many snapshots the journal of a strange lab holds, with what the person typed.
fn observed(home: &Path, typed: &str) -> usize {
    let labs = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/labs/authored");
    let (file, journal) = (format!("{labs}/sticky-notes.yaml"), home.join("journal"));
    let mut child = play(home, &[&file, "--journal", journal.to_str().unwrap()]);
    let mut keys = child.stdin.take().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    said.find(|line| line.as_ref().unwrap().contains("q leaves it"));
    keys.write_all(typed.as_bytes()).unwrap();
    if typed.is_empty() {
        wait_for_nothing();
    } else {
        said.find(|line| line.as_ref().unwrap().starts_with('['));
    }
    drop(keys);
    said.for_each(drop);
    assert!(child.wait().unwrap().success());
    let Ok(bytes) = std::fs::File::open(journal) else {
        return 0;
    };
    let (reader, _) = isolab::scene::journal::Reader::new(bytes).unwrap();
    let events = reader.map(|line| line.unwrap().moment);
    let snapshots = events.filter(|moment| {
        let Moment::Event { event, .. } = moment else {
            return false;
        };
        matches!(event, Event::Observed(_))
    });
    snapshots.count()
}

#[test]
fn nothing_of_a_strange_lab_is_done_before_it_is_agreed_to() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(observed(home.path(), ""), 0);
    let home = tempfile::tempdir().unwrap();
    assert!(observed(home.path(), "\n") > 0);
}

#[test]
fn a_lab_is_done_line_by_line() {
    let home = tempfile::tempdir().unwrap();
    let mut child = play(home.path(), &["pid"]);
    let mut typed = child.stdin.take().unwrap();
    let solution = "host$ kill -KILL $(grep -l '^NSpid:.*[[:space:]]1$' /proc/[0-9]*/status | cut -d/ -f3 | grep -vx 1)";
    let mut own = Some(solution);
    let mut all = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let said = line.starts_with("[Enter") || line.starts_with('[') && line.ends_with("keys]");
        all.push(line.clone());
        if said {
            let Some(words) = reply(&line, &mut own) else {
                drop(typed);
                break;
            };
            writeln!(typed, "{words}").unwrap();
        }
    }
    assert!(child.wait().unwrap().success());
    let text = all.join("\n");
    assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{text}");
    assert!(
        text.contains("== step 8/8") && text.contains("✓ All steps are done."),
        "{text}"
    );
    // The progress was written.
    let book = Command::new(ISOLAB)
        .args(["progress", "pid", "--json"])
        .env("HOME", home.path())
        .env_remove("XDG_STATE_HOME")
        .output()
        .unwrap();
    let book: serde_json::Value = serde_json::from_slice(&book.stdout).unwrap();
    let lab = &book["labs"][0];
    assert_eq!(lab["done"], true);
    assert_eq!(lab["steps"]["challenge"]["how"], "typed");
    assert_eq!(lab["steps"]["ps"]["how"], "played");
}

/// Fills a tmpfs to its last block, in a mount namespace of its own, and plays a lab with its state
/// there.
const FULL: &str = "mount -t tmpfs -o size=64k tmpfs \"$1\" && \
    dd if=/dev/zero of=\"$1/fill\" bs=4k 2> /dev/null; \
    XDG_STATE_HOME=\"$1\" exec \"$2\" play --plain uts-ipc";

#[test]
fn on_a_full_disk_a_lab_is_played_and_that_it_is_not_remembered_is_said() {
    if lacks_root("on_a_full_disk_a_lab_is_played") {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let child = Command::new("unshare")
        .args(["-m", "sh", "-c", FULL, "sh"])
        .arg(place.path())
        .arg(ISOLAB)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let all = converse(child, &[("[Enter", ""), ("[Enter", ""), ("[Enter", "q")]);
    assert!(all.contains("the disk is full"), "{all}");
    assert!(all.contains("== step 2/"), "{all}");
}
