//! What a lab needs is tried before it is played, and what is lacking is said.

use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_isolab");

/// What a command says of a lab that needs something.
fn told(command: &str, needs: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("90-needs.yaml");
    let lab = format!(
        "format: 1\ntitle: Needs\nsummary: It needs much.\nminutes: 1\nneeds: {{{needs}}}\nsteps:\n  - id: one\n    title: One\n    text: It says hello.\n    do:\n      - exec: {{program: [echo, hello]}}\n    check:\n      - {{expect: 'result.exit == 0 || host.said.contains(\"hello\")', else: It said nothing}}\n"
    );
    std::fs::write(&path, lab).unwrap();
    let output = Command::new(PROGRAM)
        .arg(command)
        .arg(&path)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said.into_owned())
}

#[test]
fn what_is_lacking_is_said_with_its_fix() {
    for (needs, words) in [
        ("kernel: \"99.0\"", "Linux 99.0 or later: this is Linux"),
        (
            "tools: [no-such-program]",
            "program no-such-program: not on the PATH; install",
        ),
        ("cgroup: [gravity]", "control groups: gravity"),
    ] {
        for command in ["run", "test"] {
            let (status, said) = told(command, needs);
            assert_eq!(status, Some(3), "{said}");
            assert!(
                said.contains("90-needs cannot be played here") && said.contains(words),
                "{said}"
            );
        }
    }
}

#[test]
fn what_is_there_stands_in_no_ones_way() {
    let needs = "kernel: \"5.12\", tools: [bash], namespaces: [uts, net, user]";
    let (status, said) = told("run", needs);
    assert_eq!(status, Some(0), "{said}");
}
