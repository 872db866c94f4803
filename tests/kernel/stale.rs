//! What a program does later, without an event, is seen all the same: a fork, an exec or a System V
//! object causes none.

use std::path::Path;
use std::process::{Command, Output};

/// A lab that does something, after which an expectation holds at once or some time later.
fn lab(doing: &str, expect: &str) -> String {
    format!(
        "format: 1
title: Late
summary: Something changes later.
minutes: 5
steps:
  - id: late
    title: Later
    text: A program does something after a while.
    do:
      - {doing}
    check:
      - expect: {expect}
        else: It has not come yet.
    hints: [wait]
"
    )
}

fn tested(folder: &Path, text: &str) -> Output {
    let file = folder.join("late.yaml");
    std::fs::write(&file, text).unwrap();
    Command::new(env!("CARGO_BIN_EXE_isolab"))
        .arg("test")
        .arg(file)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

fn is_seen(doing: &str, expect: &str) {
    let folder = tempfile::tempdir().unwrap();
    let done = tested(folder.path(), &lab(doing, expect));
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{doing}: {said}");
}

/// The action that runs a Perl program in the background.
fn perl(text: &str) -> String {
    format!("spawn: {{name: p, program: [perl, -e, \"{text}\"]}}")
}

#[test]
fn an_exec_long_after_the_step_is_seen() {
    let sleeps = "host.processes.exists(p, p.name == \"sleep\")";
    is_seen(&perl("sleep 2; exec 'sleep', '1000'"), sleeps);
}

#[test]
fn a_fork_long_after_the_step_is_seen() {
    let two = "size(host.processes.filter(p, p.name == \"perl\")) == 2";
    is_seen(&perl("sleep 2; fork; sleep 1000"), two);
}

#[test]
fn a_queue_that_is_made_in_silence_is_seen() {
    let made = perl("sleep 2; msgget(77, 0600 | 512); sleep 1000");
    is_seen(&made, "size(host.ipc.queues) == 1");
}

#[test]
fn a_job_in_the_background_is_seen_as_what_it_becomes() {
    // The shell may be observed between its fork and the exec, by chance.
    for _ in 0..3 {
        let sleeps = "host.processes.exists(p, p.name == \"sleep\")";
        is_seen("type: {line: \"sleep 100 &\"}", sleeps);
    }
}
