//! On a machine that grants little, the program says so: no panic, and no endless wait.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::skip::lacks_root;

const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");
/// A user id that nobody has: a limit counts all processes of a user.
const SOMEBODY: &str = "54323";

/// The output of a command under a limit, as an ordinary user.
fn within(home: &Path, limit: &str, words: &[&str]) -> Output {
    let ids = [format!("--reuid={SOMEBODY}"), format!("--regid={SOMEBODY}")];
    let mut command = Command::new("timeout");
    command.args(["--kill-after=1", "60", "setpriv"]).args(ids);
    command.args(["--clear-groups", "prlimit", limit]);
    command.arg(home.join("isolab")).args(words);
    command.env("HOME", home).env("LC_ALL", "C.UTF-8");
    command.env_remove("XDG_STATE_HOME").stdin(Stdio::null());
    command.current_dir("/").output().unwrap()
}

#[test]
fn what_the_machine_refuses_is_said() {
    if lacks_root("what_the_machine_refuses_is_said") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let all = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(home.path(), all).unwrap();
    // Another process copies it. If this one did, a test that forks meanwhile would hold the file
    // open for writing, and it could not be run (ETXTBSY).
    let copied = Command::new("cp").arg(ISOLAB).arg(home.path()).status();
    assert!(copied.unwrap().success());
    let processes = [1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20];
    let mut limits = processes.map(|count| format!("--nproc={count}")).to_vec();
    limits.extend(["--data=20000000".to_owned(), "--as=150000000".to_owned()]);
    for limit in limits {
        for words in [&["run", "4"][..], &["play", "--plain", "4"], &["doctor"]] {
            let done = within(home.path(), &limit, words);
            let said = [&done.stdout[..], &done.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            let status = done.status.code();
            // A step that gets no process is refused by the kernel: its check is false, and it
            // says why.
            let refused = status == Some(1) && said.contains("EAGAIN");
            let told = matches!(status, Some(0 | 3)) || refused;
            assert!(
                told && !said.contains("panicked"),
                "{limit} {words:?}: {status:?}\n{said}"
            );
        }
    }
}
