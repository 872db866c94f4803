//! What should never be left behind is reported if it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::group::{of_name, wait_gone};

#[test]
fn the_proof_of_a_lab_names_the_step_that_leaves_something() {
    let home = tempfile::tempdir().unwrap();
    let lab = home.path().join("91-busy.yaml");
    std::fs::write(&lab, BUSY).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .arg("test")
        .arg(&lab)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let name = format!("isolab-{}-", program.id());
    // A process that is not of the lab keeps its group from being removed.
    let mut guests = BTreeMap::new();
    wait_until_all_have(&mut guests, &name, &mut program);
    let mut said = String::new();
    std::io::Read::read_to_string(&mut program.stdout.take().unwrap(), &mut said).unwrap();
    for guest in guests.values_mut() {
        guest.kill().unwrap();
        guest.wait().unwrap();
    }
    let cleaned = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .arg("clean")
        .output()
        .unwrap();
    assert!(cleaned.status.success() && wait_gone(&name).is_empty());
    let first = said.find("step `second`: leaves /sys/fs/cgroup/");
    assert!(
        said.contains("step `first`: leaves /sys/fs/cgroup/") && first.is_none(),
        "{said}"
    );
}

/// Puts a process into each group that the program makes, until the program ends.
fn wait_until_all_have(guests: &mut BTreeMap<PathBuf, Child>, name: &str, program: &mut Child) {
    while program.try_wait().unwrap().is_none() {
        for dir in of_name(name) {
            guests.entry(dir).or_insert_with_key(|dir| stranger(dir));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A process in a group. On version 2 it gets a group of its own inside: a group with processes
/// could not pass controllers on.
fn stranger(dir: &Path) -> Child {
    let guest = Command::new("sleep").arg("100").spawn().unwrap();
    let own = dir.join("stranger");
    let is_unified = dir.join("cgroup.controllers").exists();
    if is_unified {
        let _ = std::fs::create_dir(&own);
    }
    let place = if is_unified { &own } else { dir };
    let _ = std::fs::write(place.join("cgroup.procs"), guest.id().to_string());
    guest
}

const BUSY: &str = r#"
format: 1
title: Busy
summary: Somebody else is in the group.
minutes: 1
needs: {cgroup: [pids]}
steps:
  - id: first
    title: First
    text: A name.
    do: [{hostname: {name: one}}]
    check: [{expect: host.hostname == "one", else: The name is not one.}]
    hints: [one, two, three]
  - id: second
    title: Second
    text: Another name.
    do: [{hostname: {name: two}}]
    check: [{expect: host.hostname == "two", else: The name is not two.}]
    hints: [one, two, three]
"#;
