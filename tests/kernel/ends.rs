//! A process that ends by itself is gone from the facts, though nothing else
//! happens that anybody could see.

use std::process::Command;

/// A lab that is passed when a program that its first step starts has ended.
const LAB: &str = "format: 1
title: Ends
summary: Something ends.
minutes: 1
needs: {tools: [bash, sleep, tail]}
steps:
  - id: one
    title: One
    text: It sleeps.
    do:
      - ACTION
    check:
      - {expect: 'host.processes.exists(p, p.name == \"sleep\")', else: Nobody sleeps.}
  - id: two
    title: Two
    text: It ends.
    do:
      - exec: {program: [\"true\"]}
    check:
      - {expect: '!host.processes.exists(p, p.name == \"sleep\")', else: It sleeps.}
";

#[test]
fn what_ends_unseen_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("90-ends.yaml");
    // Its parent is init; it is left to init; its parent goes on without a word.
    for action in [
        "spawn: {name: short, program: [sleep, \"2\"]}",
        "exec: {program: [sh, -c, \"sleep 2 </dev/null >/dev/null 2>&1 & exit\"]}",
        "spawn: {name: long, program: [bash, -c, \"sleep 2; exec tail -f /dev/null\"]}",
    ] {
        std::fs::write(&path, LAB.replace("ACTION", action)).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_isolab"))
            .arg("run")
            .arg(&path)
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{action}: {said}");
    }
}
