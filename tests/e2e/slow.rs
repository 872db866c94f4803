//! A step is over when what it began is: a slow machine fails no lab.

use std::process::Command;

#[test]
fn a_state_that_still_comes_about_is_waited_for() {
    let mut isolab = Command::new(env!("CARGO_BIN_EXE_isolab"));
    // 14 seconds, longer than a state that does not move is waited for.
    let done = isolab
        .args(["run", "tests/data/labs/valid/slow.yaml"])
        .output();
    let done = done.unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{said}");
    assert!(said.contains("  true   "), "{said}");
}
