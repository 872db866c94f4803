//! What a lab's setup makes is in every lab host, and nobody sees it being made; what the setup
//! cannot make is an error of the lab, reported with its place.

use crate::skip::lacks;
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_isolab");

/// Writes a lab with this setup, and two steps that need what it made.
fn write(folder: &Path, setup: &str) -> String {
    let path = folder.join("90-setup.yaml");
    let lab = format!(
        "format: 1
title: Setup
summary: Something is there.
minutes: 1
needs: {{namespaces: [net], tools: [bash]}}
actors:
  b: {{}}
setup:
{setup}
steps:
  - id: one
    title: One
    text: It is there.
    do:
      - remove: {{path: /lab/early}}
    check:
      - {{expect: '!(\"/lab/early\" in files) && b.ns.net != host.ns.net && b.depth == 1', else: It is still there.}}
  - id: two
    title: Two
    text: The program that was started early is ended.
    do:
      - exec: {{program: [pkill, -x, sleep]}}
    check:
      - {{expect: '!host.processes.exists(p, p.name == \"sleep\")', else: It sleeps.}}
"
    );
    std::fs::write(&path, lab).unwrap();
    path.display().to_string()
}

const GOOD: &str = "  - write: {path: /lab/early, text: \"made early\\n\"}
  - unshare: {in: b, namespaces: [net]}
  - link: {in: b, name: lo, up: true}
  - spawn: {name: early, program: [sleep, infinity]}
  - exec: {in: b, program: [sh, -c, \"echo a word from the setup\"]}";

fn told(args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(PROGRAM);
    let output = command
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn what_it_makes_is_there_in_every_lab_host() {
    if lacks("what_it_makes_is_there_in_every_lab_host", &["pkill"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let lab = write(folder.path(), GOOD);
    assert_eq!(
        told(&["lint", &lab]),
        (Some(0), "no problem in 1 lab\n".into())
    );
    let (status, said) = told(&["test", &lab]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("played, typed by hand, undone"), "{said}");
    // The output about the steps shows nothing of it.
    let (status, said) = told(&["run", &lab, "--json"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("remove"), "{said}");
    for unseen in ["unshare", "infinity", "a word from", "made early"] {
        assert!(!said.contains(unseen), "{unseen}: {said}");
    }
}

#[test]
fn who_plays_a_strange_lab_is_told_what_its_setup_does() {
    if lacks(
        "who_plays_a_strange_lab_is_told_what_its_setup_does",
        &["pkill"],
    ) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let lab = write(folder.path(), GOOD);
    let output = Command::new(PROGRAM)
        .args(["play", "--plain", &lab])
        .env("HOME", folder.path())
        .env("LC_ALL", "C.UTF-8")
        .env_remove("XDG_STATE_HOME")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let calls = "`link`, `remove`, `unshare`, `write`; and run: `pkill`, `sh`, `sleep`.";
    assert!(said.contains(calls), "{said}");
}

#[test]
fn what_it_cannot_make_is_the_labs_error() {
    let folder = tempfile::tempdir().unwrap();
    let first = "  - mkdir: {path: /lab/early}\n";
    let refused = format!("{first}  - route: {{to: default, via: 10.9.9.9}}");
    let failed = format!("{first}  - exec: {{program: [sh, -c, \"echo no such luck; exit 3\"]}}");
    let cases = [
        (refused, "Action 2 of its `setup`, `route`: ", "ENETUNREACH"),
        (
            failed,
            "Action 2 of its `setup`, `exec`: ",
            "exit 3: no such luck",
        ),
    ];
    for (setup, place, why) in cases {
        let lab = write(
            folder.path(),
            &format!("{setup}\n  - spawn: {{name: early, program: [sleep, infinity]}}"),
        );
        for command in ["run", "test"] {
            let (status, said) = told(&[command, &lab]);
            assert_eq!(status, Some(1), "{said}");
            assert!(said.contains(place) && said.contains(why), "{said}");
            assert!(
                said.contains("90-setup: ") && said.contains("isolab doctor"),
                "{said}"
            );
        }
    }
}
