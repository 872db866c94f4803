//! A lab that makes more than anybody can look at: what is told of it is bounded, and says so.

use std::process::Command;

/// Each bind into a shared mount doubles what is there.
const LAB: &str = r#"
format: 1
title: Very many mounts
summary: More than fit into a message.
minutes: 1
steps:
  - id: many
    title: Many
    text: They are made.
    do:
      - exec:
          program:
            - sh
            - -c
            - >-
              a=/lab/NAME; mkdir -p $a && mount -t tmpfs none $a && mount --make-shared $a
              && mkdir $a/b && for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16;
              do mount --bind $a $a/b; done
    check:
      - {expect: 'size(host.mounts) == 4000', else: There are not so many}
      - {expect: 'host.mounts.exists(m, m.target == "/nowhere")', else: It is not there}
"#;

/// Runs a lab; its exit status, and what it said.
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
    let (status, said) = run(&LAB.replace("NAME", &format!("{name}/{name}")));
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("It is not there"), "{said}");
    assert!(said.contains("longer than isolab reads"), "{said}");
    assert!(!said.contains("There are not so many"), "{said}");
}

#[test]
fn more_overlays_than_anybody_reads_do_not_lose_the_lab_host() {
    let lab = r"
format: 1
title: Very many overlays
summary: Each with all of the system in it.
minutes: 1
steps:
  - id: many
    title: Many
    text: They are made.
    do:
      - exec:
          program:
            - sh
            - -c
            - >-
              mount -t tmpfs none /lab; for i in $(seq 1 100); do mkdir -p /lab/u$i /lab/w$i /lab/m$i;
              mount -t overlay none -o lowerdir=/usr,upperdir=/lab/u$i,workdir=/lab/w$i /lab/m$i; done
    check:
      - {expect: 'size(host.mounts) > 100', else: They were not made}
      - {expect: 'size(overlays) > 40', else: Not all are read}
";
    let (status, said) = run(lab);
    assert_eq!(status, Some(1), "{said}");
    assert!(!said.contains("They were not made"), "{said}");
    assert!(said.contains("longer than isolab reads, by 60"), "{said}");
}
