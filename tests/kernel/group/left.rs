//! Which groups of a lab host are on the machine, and that none of them is left.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::with_groups;
use crate::kernel::network::done;

#[test]
fn killed_with_a_frozen_group_nothing_is_left() {
    let home = tempfile::tempdir().unwrap();
    let lab = home.path().join("90-frozen.yaml");
    std::fs::write(&lab, FROZEN).unwrap();
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_isolab"))
        .arg("run")
        .arg(&lab)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let name = format!("isolab-{}-", program.id());
    wait_for("a frozen group", || {
        cages(&name).iter().any(|cage| is_frozen(cage))
    });
    let processes: Vec<String> = cages(&name).iter().flat_map(|cage| in_it(cage)).collect();
    assert!(!processes.is_empty());
    program.kill().unwrap();
    program.wait().unwrap();
    wait_for("the end of the groups", || cages(&name).is_empty());
    let lives = |pid: &&String| std::path::Path::new("/proc").join(pid).join("cwd").exists();
    assert_eq!(processes.iter().find(lives), None);
}

/// A lab that freezes a process and then waits.
const FROZEN: &str = r#"
format: 1
title: Frozen
summary: A group that is frozen.
minutes: 1
needs: {cgroup: [pids]}
steps:
  - id: only
    title: Only
    text: A process is frozen.
    do:
      - cgroup: {name: cage}
      - load: {name: sleeper, use: {fork: 2}}
      - attach: {group: cage, program: sleeper}
      - freeze: {group: cage}
      - exec: {program: [sleep, "15"]}
    check:
      - expect: result.exit == 0
        else: It still sleeps.
    hints: [one, two, three]
"#;

/// The controllers for few labs that the top of version 2 passes on: once enabled, they stay.
fn rare_at_the_top() -> Vec<String> {
    let file = "/sys/fs/cgroup/cgroup.subtree_control";
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let rare = text
        .split_whitespace()
        .filter(|name| ["cpuset", "io"].contains(name));
    rare.map(str::to_owned).collect()
}

#[test]
fn nothing_is_enabled_at_the_top_that_labs_do_not_need() {
    let before = rare_at_the_top();
    let mut doctor = std::process::Command::new(env!("CARGO_BIN_EXE_isolab"));
    let told = doctor.arg("doctor").output().unwrap();
    assert!(!told.stdout.is_empty());
    assert_eq!(rare_at_the_top(), before);
    with_groups(|sandbox| async move {
        done(&sandbox, r#"{"cgroup": {"name": "demo"}}"#).await;
    });
    assert_eq!(rare_at_the_top(), before);
}

/// The groups `cage` of a program's lab host, in any hierarchy. An ordinary user's lab host is one
/// level below its limits.
fn cages(name: &str) -> Vec<PathBuf> {
    let tops = of_name(name).into_iter();
    let cages = tops.flat_map(|dir| [dir.join("cage"), dir.join("inner/cage")]);
    cages.filter(|cage| cage.exists()).collect()
}

/// The groups of lab hosts whose names begin so: at the top of each hierarchy, or in a scope of
/// systemd. Their content is not searched: its paths may be too long.
pub(crate) fn of_name(name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut dirs = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(dir) = dirs.pop() {
        let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
        for entry in entries.filter(|e| e.file_type().is_ok_and(|kind| kind.is_dir())) {
            let own = entry.file_name().to_string_lossy().into_owned();
            if own.starts_with(name) {
                found.push(entry.path());
            } else if !own.starts_with("isolab-") {
                dirs.push(entry.path());
            }
        }
    }
    found
}

/// Waits until none is left, and returns those that stay: systemd removes the scope of the program
/// some time later.
pub(crate) fn wait_gone(name: &str) -> Vec<PathBuf> {
    let end = Instant::now() + Duration::from_secs(10);
    while !of_name(name).is_empty() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
    }
    of_name(name)
}

fn is_frozen(cage: &Path) -> bool {
    let state = |file: &str| std::fs::read_to_string(cage.join(file)).unwrap_or_default();
    state("freezer.state").trim() == "FROZEN" || state("cgroup.events").contains("frozen 1")
}

fn in_it(cage: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(cage.join("cgroup.procs")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn wait_for(what: &str, is: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is() {
        assert!(Instant::now() < end, "waited for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
