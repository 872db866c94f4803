//! A run that others follow, lead and type into from other terminals.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::flood::{memory, watch};
use super::play::{CALM, ISOLAB};
use super::terminal::Terminal;
use crate::skip::lacks_root;

const SIZE: (u16, u16) = (100, 30);

fn isolab(folder: &Path, words: &[&str]) -> Terminal {
    let folder = format!("XDG_RUNTIME_DIR={}", folder.display());
    let line = [&["env", &folder, ISOLAB], words].concat();
    Terminal::start(&line, SIZE)
}

/// A run that is shared.
pub(super) fn shared(folder: &Path) -> Terminal {
    let mut run = isolab(folder, &["play", "4", "--step", "1", "--share"]);
    run.wait_word("root@lab:/lab#");
    run.wait_calm(CALM);
    run
}

/// The path of the socket.
pub(super) fn socket(folder: &Path) -> PathBuf {
    let own = std::fs::read_dir(folder).unwrap().flatten().next().unwrap();
    let mut sockets = std::fs::read_dir(own.path()).unwrap().flatten();
    sockets.next().unwrap().path()
}

/// A screen without its last row.
fn rows(text: &str) -> Vec<String> {
    let rows = text.lines().take(usize::from(SIZE.1) - 1);
    rows.map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn of_several_runs_the_one_that_is_meant_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let said = |words: &[&str]| {
        let done = Command::new(ISOLAB)
            .args(words)
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap();
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stderr).into_owned(),
        )
    };
    let (status, words) = said(&["notes", "04-uts-ipc"]);
    assert!(
        status == Some(2) && words.contains("No run of yours"),
        "{words}"
    );
    let _runs = [shared(folder.path()), shared(folder.path())];
    for name in [&["notes", "04-uts-ipc"][..], &["notes", "4"], &["follow"]] {
        let (status, words) = said(name);
        assert_eq!(status, Some(2), "{words}");
        assert_eq!(words.matches("04-uts-ipc.").count(), 2, "{words}");
    }
    let (status, words) = said(&["notes", "09-veth"]);
    assert_eq!(status, Some(2), "{words}");
    assert!(words.contains("No run `09-veth`"), "{words}");
}

#[test]
fn others_see_it_lead_it_and_type_into_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = shared(folder.path());
    let mut follower = isolab(folder.path(), &["follow"]);
    let mut notes = isolab(folder.path(), &["notes"]);
    let mut shell = isolab(folder.path(), &["shell", "b"]);
    shell.wait_word("root@lab");
    shell.send("echo $((6 * 7))\r");
    run.wait_word("42");
    shell.wait_word("42");
    notes.wait_word("step 1/12");
    notes.send("\x1b[6~");
    run.wait_word("Enter next");
    notes.send("\x1b[6~");
    run.wait_word("step 2/12");
    run.wait_word("message queue");
    run.wait_calm(Duration::from_millis(300));
    let wanted = rows(&run.screen.text());
    follower.wait_for("the same screen", |text| rows(text) == wanted);
    notes.wait_word("step 2/12");
    // Back in time, while the run goes on, and live again.
    follower.send("\x1b[D");
    follower.wait_word("l live");
    follower.wait_word("step 1/12");
    follower.send("l");
    follower.wait_for("the same screen again", |text| rows(text) == wanted);
    // A follower that is gone disturbs nobody.
    drop(follower);
    notes.send("\x1b[5~");
    run.wait_word("step 1/12");
    run.wait_word("Enter run");
    run.send("q");
    run.wait_word("Leave?");
    run.send("\r");
    assert!(run.wait_end(Duration::from_secs(20)).unwrap().success());
    assert!(notes.wait_end(Duration::from_secs(20)).unwrap().success());
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "the socket is gone, and its folder");
}

#[test]
fn the_notes_keep_the_pace_of_a_rehearsal() {
    let folder = tempfile::tempdir().unwrap();
    let _run = shared(folder.path());
    let rehearsal = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/journals/04-uts-ipc.journal"
    );
    let mut notes = isolab(folder.path(), &["notes", "--rehearsal", rehearsal]);
    notes.wait_word("step 1/12");
    notes.wait_word("your dry run");
    notes.send("q");
    assert!(notes.wait_end(Duration::from_secs(5)).unwrap().success());
}

/// What `isolab clean` prints about a folder.
fn cleaned(folder: &Path, words: &[&str]) -> Vec<String> {
    let done = Command::new(ISOLAB)
        .arg("clean")
        .args(words)
        .env("XDG_RUNTIME_DIR", folder)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8(done.stdout).unwrap();
    let here = folder.display().to_string();
    let lines = said.lines().filter(|line| line.contains(&here));
    lines.map(str::to_owned).collect()
}

#[test]
fn what_a_killed_run_left_is_removed_and_a_live_one_is_let_be() {
    let folder = tempfile::tempdir().unwrap();
    let mut dead = shared(folder.path());
    let left = socket(folder.path());
    let live = shared(folder.path());
    dead.child.kill().unwrap();
    dead.child.wait().unwrap();
    for words in [&["--dry-run"][..], &[]] {
        let told = cleaned(folder.path(), words);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains(&left.display().to_string()), "{told:?}");
    }
    assert!(!left.exists());
    let name = socket(folder.path());
    let name = name.file_name().unwrap().to_string_lossy().into_owned();
    assert!(name.ends_with(&format!(".{}", live.child.id())), "{name}");
    drop(live);
    assert_eq!(cleaned(folder.path(), &[]).len(), 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn who_comes_after_much_was_printed_sees_the_same_and_little_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = shared(folder.path());
    run.send("\t\t");
    run.wait_word("Ctrl-]");
    let before = memory(run.child.id());
    run.send("head -c 60M /dev/urandom | base64 -w 0; clear; echo $((6 * 7))\r");
    let over = |text: &str| text.contains("\n42   ");
    run.wait_within(Duration::from_secs(300), "the end", over);
    watch(&mut run, Duration::from_secs(1));
    let after = memory(run.child.id());
    assert!(after < before + 70, "{before} MiB, then {after} MiB");
    let mut follower = isolab(folder.path(), &["follow"]);
    follower.wait_within(Duration::from_secs(60), "what came last", over);
    let wanted = rows(&run.screen.text());
    follower.wait_for("the same screen", |text| rows(text) == wanted);
    run.send("hostname late\r");
    run.wait_word("hostname late");
    follower.wait_word("hostname late");
}

#[test]
fn who_is_slow_or_talks_nonsense_disturbs_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = shared(folder.path());
    // A guest that never reads.
    let _slow = UnixStream::connect(socket(folder.path())).unwrap();
    for nonsense in [
        &b"hello\n"[..],
        "0".repeat(200_000).as_bytes(),
        b"{\"Keys\":{}}\n",
        b"\xff\xfe\n",
    ] {
        let mut stream = UnixStream::connect(socket(folder.path())).unwrap();
        // The run may hang up before all of it is sent.
        let _ = stream.write_all(nonsense);
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    }
    run.send("\r");
    run.wait_word("Enter next");
    run.send("\r");
    run.wait_word("step 2/12");
}

/// Connects to a socket and reads, as a user; returns what happened.
fn read_as(user: u32, socket: &Path) -> String {
    let read = "$SIG{PIPE} = 'IGNORE'; socket(S, AF_UNIX, SOCK_STREAM, 0) or die; \
                connect(S, sockaddr_un($ARGV[0])) or die qq(refused: $!); \
                my $n = sysread(S, $_, 9); print $n ? qq(told) : qq(nothing)";
    let user = [format!("--reuid={user}"), format!("--regid={user}")];
    let done = Command::new("setpriv")
        .args(user)
        .args(["--clear-groups", "perl", "-MSocket", "-e", read])
        .arg(socket)
        .output()
        .unwrap();
    let said = [done.stdout, done.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn another_user_sees_nothing_and_leads_nothing() {
    if lacks_root("another_user_sees_nothing_and_leads_nothing") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let _run = shared(folder.path());
    let socket = socket(folder.path());
    assert_eq!(read_as(0, &socket), "told");
    let said = read_as(12345, &socket);
    assert!(said.contains("refused: Permission denied"), "{said}");
    // Even where the modes let them in, they are told nothing.
    let open = |path: &Path| {
        let mode = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(path, mode).unwrap();
    };
    open(folder.path());
    open(socket.parent().unwrap());
    open(&socket);
    assert_eq!(read_as(12345, &socket), "nothing");
}

/// A run is shared even if the path to its socket is long.
fn is_followed(folder: &Path, lab: &str) {
    let mut run = isolab(folder, &["play", lab, "--share"]);
    run.wait_word("root@lab:/lab#");
    let mut follower = isolab(folder, &["follow"]);
    follower.wait_word("root@lab:/lab#");
}

#[test]
fn a_long_folder_and_a_long_name_are_shared() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("d".repeat(120));
    std::fs::create_dir(&deep).unwrap();
    is_followed(&deep, "4");
    let own = folder
        .path()
        .join(format!("{}.yaml", "容器网络".repeat(12)));
    let text = "format: 1\ntitle: x\nsummary: x.\nminutes: 1\nsteps:\n  - {id: a, title: A, text: It runs.}\n";
    std::fs::write(&own, text).unwrap();
    let mut run = isolab(
        folder.path(),
        &["play", &own.display().to_string(), "--share"],
    );
    run.wait_word("Enter");
    run.wait_calm(Duration::from_millis(300));
    assert!(run.wait_end(Duration::from_millis(300)).is_none());
}
