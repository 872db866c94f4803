//! A progress file that cannot be opened is never reported as empty.

use std::path::Path;
use std::process::Command;

/// The status and the output of `isolab progress` with this home.
fn said(home: &Path, words: &[&str]) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .arg("progress")
        .args(words)
        .env("HOME", home)
        .env_remove("XDG_STATE_HOME")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let said = [done.stdout, done.stderr].concat();
    (
        done.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn of_a_book_that_cannot_be_opened_nothing_is_said_but_that() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".local/state/isolab");
    // A folder where the file should be.
    std::fs::create_dir_all(folder.join("progress.sqlite3")).unwrap();
    for words in [&[][..], &["--reset", "4"], &["--reset", "--all"]] {
        let (status, said) = said(home.path(), words);
        assert_eq!(status, Some(1), "{words:?}: {said}");
        assert!(said.contains("progress.sqlite3"), "{words:?}: {said}");
        let claims = ["Nothing was done", "nothing to forget"];
        assert!(!claims.iter().any(|claim| said.contains(claim)), "{said}");
    }
}
