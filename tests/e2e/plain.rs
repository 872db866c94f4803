//! A whole lab, read and typed line by line through pipes.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");

/// What a person would type when this is offered; none at the end.
fn reply(offer: &str, own: &mut Option<&'static str>) -> Option<&'static str> {
    match offer {
        _ if offer.contains("Enter: finish") => None,
        _ if offer.contains("(choose first)") => Some("1"),
        // The step is one's own: nothing runs it.
        _ if !offer.contains("Enter:") => Some(own.take().expect("nothing was left to be typed")),
        _ => Some(""),
    }
}

#[test]
fn a_lab_is_done_line_by_line() {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(ISOLAB)
        .args(["play", "pid", "--plain"])
        .env("HOME", home.path())
        .env("LC_ALL", "C.UTF-8")
        .env_remove("XDG_STATE_HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
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
    // What was done is known afterwards.
    let book = Command::new(ISOLAB)
        .args(["progress", "pid", "--json"])
        .env("HOME", home.path())
        .env_remove("XDG_STATE_HOME")
        .output()
        .unwrap();
    let book: serde_json::Value = serde_json::from_slice(&book.stdout).unwrap();
    assert_eq!(book[0]["done"], true);
    assert_eq!(book[0]["steps"]["challenge"]["how"], "typed");
    assert_eq!(book[0]["steps"]["ps"]["how"], "played");
}
