//! What a lab needs is tried before it is played, and what is missing is reported.

use std::process::Command;

use crate::skip::lacks_root;

const PROGRAM: &str = env!("CARGO_BIN_EXE_isolab");

/// The exit status and output of a command about a lab with these `needs`.
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

/// A lab whose only step makes a bridge, by verbs or by a program.
fn network(step: &str) -> String {
    format!(
        "format: 1\ntitle: Net\nsummary: It makes a bridge.\nminutes: 1\nneeds: {{namespaces: [net], tools: [bash, ip, nft, ping]}}\nsteps:\n  - id: one\n    title: One\n    text: One may look with `nft list ruleset` or `ping`.\n    do:\n      - {step}\n      - nat: {{rule: {{masquerade: {{out: lo}}}}}}\n    check:\n      - {{expect: 'size(host.net.nat) == 1', else: There is no rule}}\n"
    )
}

/// The output of a command on a machine without the network programs: they are covered, in a mount
/// namespace that ends with the command.
fn without_programs(command: &[&str], lab: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("90-net.yaml");
    std::fs::write(&path, lab).unwrap();
    let hide = "for p in ip nft ping; do for d in /usr/sbin /usr/bin /sbin /bin; do \
        [ ! -e $d/$p ] || mount --bind /dev/null $d/$p; done; done; exec \"$@\"";
    // A strange lab is agreed to by an empty line.
    let agreed = folder.path().join("agreed");
    std::fs::write(&agreed, "\n").unwrap();
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", hide, "sh", PROGRAM])
        .args(command)
        .arg(path)
        .env("LC_ALL", "C.UTF-8")
        .stdin(std::fs::File::open(agreed).unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said.into_owned())
}

#[test]
fn what_only_a_person_types_stands_in_no_ones_way_and_is_told() {
    if lacks_root("what_only_a_person_types_stands_in_no_ones_way_and_is_told") {
        return;
    }
    let verbs = network("bridge: {name: br0}");
    let (status, said) = without_programs(&["run"], &verbs);
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("to type it: ") && said.contains("nftables"),
        "{said}"
    );
    let (status, said) = without_programs(&["test"], &verbs);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("not all of it could be typed"), "{said}");
    let (status, said) = without_programs(&["play", "--plain"], &verbs);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("to type it: "), "{said}");
}

#[test]
fn a_program_that_a_lab_runs_is_needed_and_called_by_its_name() {
    if lacks_root("a_program_that_a_lab_runs_is_needed_and_called_by_its_name") {
        return;
    }
    let runs = network("exec: {program: [ip, link, add, br0, type, bridge]}");
    let (status, said) = without_programs(&["run"], &runs);
    assert_eq!(status, Some(3), "{said}");
    assert!(
        said.contains("program ip: not on the PATH; install "),
        "{said}"
    );
    assert!(!said.contains("nft:") && !said.contains("/ip"), "{said}");
}

#[test]
fn what_is_there_stands_in_no_ones_way() {
    let needs = "kernel: \"5.12\", tools: [bash], namespaces: [uts, net, user]";
    let (status, said) = told("run", needs);
    assert_eq!(status, Some(0), "{said}");
}
