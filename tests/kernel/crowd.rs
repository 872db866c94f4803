//! A lab that makes more than anybody can look at: the facts are cut, and tell so.

use std::process::Command;

use serde_json::json;

use super::host::{sh, with_host};

/// Each bind into a shared mount doubles the number of mounts.
const MOUNTS: &str = "a=/lab/NAME; mkdir -p $a && mount -t tmpfs none $a && mount --make-shared $a \
    && mkdir $a/b && for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do mount --bind $a $a/b; done";
/// Overlays with the whole of /usr as their lower directory.
const OVERLAYS: &str = "mount -t tmpfs none /lab; for i in $(seq 1 100); do mkdir -p /lab/u$i /lab/w$i /lab/m$i; \
    mount -t overlay none -o lowerdir=/usr,upperdir=/lab/u$i,workdir=/lab/w$i /lab/m$i; done";

/// A lab with one step: a line for the shell, and checks with their sentences.
fn lab(line: &str, checks: &[[&str; 2]]) -> String {
    let checks = checks
        .iter()
        .map(|[expect, other]| json!({"expect": expect, "else": other}));
    let step = json!({"id": "many", "title": "Many", "text": "They are made.",
        "do": [{"exec": {"program": ["sh", "-c", line]}}], "check": checks.collect::<Vec<_>>()});
    json!({"format": 1, "title": "Very many", "summary": "More than fit into a message.",
        "minutes": 1, "steps": [step]})
    .to_string()
}

/// Runs a lab; returns its exit status and its output.
fn run(lab: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.yaml");
    std::fs::write(&file, lab).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .arg("run")
        .arg(&file)
        .env("HOME", folder.path())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let words = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&words).into_owned();
    (output.status.code(), said)
}

#[test]
fn more_mounts_than_fit_into_a_message_do_not_lose_the_lab_host() {
    let name = "n".repeat(250);
    let line = MOUNTS.replace("NAME", &format!("{name}/{name}"));
    let few = ["size(host.mounts) == 4000", "There are not so many"];
    let nowhere = [
        "host.mounts.exists(m, m.target == \"/nowhere\")",
        "It is not there",
    ];
    let (status, said) = run(&lab(&line, &[few, nowhere]));
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("It is not there"), "{said}");
    assert!(said.contains("longer than isolab reads"), "{said}");
    assert!(
        said.contains("No longer so: There are not so many"),
        "{said}"
    );
}

#[test]
fn the_room_of_an_overlay_that_is_gone_is_another_ones() {
    let make = "cd /lab; mkdir low; echo x > low/file; for i in $(seq 101 141); do mkdir u$i w$i m$i; \
        mount -t overlay none -o lowerdir=low,upperdir=u$i,workdir=w$i,userxattr m$i; done";
    with_host(|sandbox| async move {
        assert_eq!(sh(&sandbox, make).await, "");
        let snapshot = sandbox.observe().await.unwrap();
        assert_eq!(snapshot.overlays.len(), 40);
        assert_eq!(snapshot.cut.get("overlays"), Some(&1));
        assert!(!snapshot.overlays.contains_key("m141"));
        let gone = "cd /lab; umount m105; rm -r m105 u105";
        assert_eq!(sh(&sandbox, gone).await, "");
        let snapshot = sandbox.observe().await.unwrap();
        assert_eq!(snapshot.overlays.len(), 40);
        assert_eq!(snapshot.cut.get("overlays"), None);
        let last = &snapshot.overlays["m141"];
        assert!(
            last.mounted && last.entries.contains_key("file"),
            "{last:?}"
        );
    });
}

#[test]
fn more_overlays_than_anybody_reads_do_not_lose_the_lab_host() {
    let made = ["size(host.mounts) > 100", "They were not made"];
    let read = ["size(overlays) > 40", "Not all are read"];
    let (status, said) = run(&lab(OVERLAYS, &[made, read]));
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("No longer so: They were not made"), "{said}");
    assert!(said.contains("longer than isolab reads, by 60"), "{said}");
}
