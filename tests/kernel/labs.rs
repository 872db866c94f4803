//! Every built-in lab, proven on the real kernel by the real program.

use std::process::Command;

#[test]
fn the_built_in_labs_are_proven() {
    let program = env!("CARGO_BIN_EXE_isolab");
    let labs = concat!(env!("CARGO_MANIFEST_DIR"), "/labs");
    let output = Command::new(program).args(["test", labs]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let proven = told.matches("played, typed by hand, undone").count();
    assert_eq!(proven, std::fs::read_dir(labs).unwrap().count(), "{told}");
}
