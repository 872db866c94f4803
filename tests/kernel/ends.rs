//! A process that ends unseen vanishes from the facts; a lab host that ends by itself is lost, with
//! a reason.

use std::process::Command;

use super::group::{wait_group, with_groups};
use super::host::SIZE;
use super::hostile::family;
use super::network::done;

/// A lab that is passed when a program of its first step has ended.
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
    // Three parents: init, init after the parent has ended, and a program that never reaps.
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

#[test]
fn what_a_lab_has_ended_in_its_own_group_is_not_why_the_lab_host_is_lost() {
    with_groups(|sandbox| async move {
        let limits = r#"{"cgroup": {"name": "demo", "limits": {"memory.max": "20M"}}}"#;
        done(&sandbox, limits).await;
        done(&sandbox, r#"{"attach": {"in": "b", "group": "demo"}}"#).await;
        let hog = r#"{"load": {"in": "b", "name": "hog", "use": {"memory": {"mib": 60}}}}"#;
        done(&sandbox, hog).await;
        wait_group(&sandbox, "demo", |demo| demo.memory.oom_kills > 0).await;
        let family = family::of(sandbox.launcher().unwrap()).into_iter();
        family
            .filter(|pid| family::is_first(*pid))
            .for_each(family::kill);
        let action = serde_json::from_str(r#"{"hostname": {"name": "x"}}"#).unwrap();
        let why = sandbox.act(&action, SIZE).await.unwrap_err().to_string();
        assert!(why.contains("its first process has ended"), "{why}");
    });
}
