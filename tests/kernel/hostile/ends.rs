//! How a lab host ends that uses too much, or whose keeper ended before it.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use super::family;
use super::inside::copy_program;
use crate::kernel::group::{of_name, wait_gone};

const PROGRAM: &str = env!("CARGO_BIN_EXE_isolab");
/// A user id that belongs to nobody and has no control group.
const SOMEBODY: u32 = 54_324;
/// How long anything here may take.
const LONG: Duration = Duration::from_secs(60);

/// Writes a lab that runs one script.
fn write(folder: &Path, script: &str) -> std::path::PathBuf {
    write_with(folder, script, "{}")
}

/// Like `write`, with `needs`.
fn write_with(folder: &Path, script: &str, needs: &str) -> std::path::PathBuf {
    let path = folder.join("92-one.yaml");
    let script = serde_json::to_string(script).unwrap();
    let lab = format!(
        "format: 1
title: One
summary: One program.
minutes: 1
needs: {needs}
steps:
  - id: one
    title: One
    text: It runs.
    do:
      - exec: {{program: [sh, -c, {script}]}}
    check:
      - {{expect: result.exit == 0, else: It has not run.}}
    hints: [one, two, three]
"
    );
    fs::write(&path, lab).unwrap();
    path
}

/// A folder that everybody may use, with a copy of the program.
fn folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    copy_program(&folder.path().join("isolab"));
    folder
}

/// Fills a file system in memory, with 1.5 GiB at most.
const FILL: &str =
    "mount -t tmpfs -o size=1500m none /mnt && dd if=/dev/zero of=/mnt/f bs=1M; sleep 5";
/// Like `FILL`, in a file system that no path leads to.
const FILL_HIDDEN: &str = "mount -t tmpfs -o size=1500m a /mnt && exec 3> /mnt/f && \
    mount -t tmpfs b /mnt && cat /dev/zero >&3; sleep 5";

/// Runs a lab with such a script.
fn fill(user: Option<u32>, needs: &str, script: &str) -> Output {
    use std::os::unix::process::CommandExt as _;
    let folder = folder();
    let lab = write_with(folder.path(), script, needs);
    let mut command = Command::new(folder.path().join("isolab"));
    command.arg("run").arg(lab).env("HOME", folder.path());
    command.env("LC_ALL", "C.UTF-8").current_dir("/");
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    command.output().unwrap()
}

#[test]
fn a_lab_that_uses_up_its_memory_fails_in_words() {
    let root = rustix::process::geteuid().is_root();
    fails_in_words(None, "{}", FILL);
    if root {
        fails_in_words(None, "{cgroup: [memory]}", FILL);
        fails_in_words(Some(SOMEBODY), "{}", FILL);
        fails_in_words(Some(SOMEBODY), "{}", FILL_HIDDEN);
    }
}

fn fails_in_words(user: Option<u32>, needs: &str, script: &str) {
    let done = fill(user, needs, script);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    let tried = format!("{user:?} {needs} {script}");
    assert_eq!(done.status.code(), Some(1), "{tried}: {said}");
    assert!(
        said.contains("memory") && said.contains("lab may"),
        "{tried}: {said}"
    );
}

/// Runs a lab as on a kernel before 6.6, where `/lab` is a directory on disk: /dev/shm becomes a
/// ramfs, which takes no user attributes, as a tmpfs did not then.
fn on_disk(script: &str) -> Output {
    const OLD: &str = "mount --make-rprivate / && mount -t ramfs none /dev/shm && exec \"$@\"";
    let folder = folder();
    let lab = write(folder.path(), script);
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", OLD, "sh"]);
    command
        .arg(folder.path().join("isolab"))
        .arg("run")
        .arg(lab);
    command.env("HOME", folder.path()).env("LC_ALL", "C.UTF-8");
    command.current_dir("/").output().unwrap()
}

#[test]
fn a_lab_that_fills_the_disk_fails_in_words_however_it_does() {
    if crate::skip::lacks_root("a full disk") {
        return;
    }
    for script in [
        "cat /dev/zero > /lab/f; sleep 9",
        "exec 3> /lab/f; rm /lab/f; cat /dev/zero >&3; sleep 9",
        "mkdir /lab/d; mount --bind /lab/d /mnt; mount -t tmpfs none /lab/d; cat /dev/zero > /mnt/f; sleep 9",
    ] {
        // No more than twice the limit.
        let done = on_disk(&format!("ulimit -f 2097152; {script}"));
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(1), "{script}: {said}");
        assert!(said.contains("disk"), "{script}: {said}");
    }
}

/// Starts a lab that runs for two seconds, and waits for its keeper; returns both.
#[allow(clippy::zombie_processes, reason = "who begins it waits for its end")]
fn wait_begun(folder: &Path) -> (Child, u32) {
    let lab = write(folder, "sleep 2");
    let mut command = Command::new(PROGRAM);
    command.arg("run").arg(lab).env("HOME", folder);
    let program = command.stdout(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + LONG;
    loop {
        let keeper = family::of(program.id())
            .into_iter()
            .rfind(|pid| family::is_called(*pid, "isolab-keeper"));
        // The first lab host only tries what the machine has; that of the lab has a shell.
        let acts = of_name(&format!("isolab-{}-", program.id()));
        if let Some(keeper) = keeper.filter(|_| acts.iter().any(|dir| sleeps_in(dir))) {
            return (program, keeper);
        }
        assert!(Instant::now() < end, "no keeper");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until a program ends; kills it if it does not.
fn wait_end(program: &mut Child) -> ExitStatus {
    let end = Instant::now() + LONG;
    while Instant::now() < end {
        if let Some(status) = program.try_wait().unwrap() {
            return status;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    program.kill().unwrap();
    program.wait().unwrap()
}

fn sleeps_in(group: &Path) -> bool {
    let list = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    list.lines().any(|pid| {
        let name = fs::read_to_string(format!("/proc/{pid}/comm"));
        name.is_ok_and(|name| name.trim() == "sleep")
    })
}

#[test]
fn when_the_keeper_was_killed_the_program_has_another() {
    if crate::skip::lacks_root("a keeper") {
        return;
    }
    let folder = folder();
    let (mut program, keeper) = wait_begun(folder.path());
    family::kill(keeper);
    let name = format!("isolab-{}-", program.id());
    assert!(wait_end(&mut program).success());
    assert_eq!(wait_gone(&name), Vec::<std::path::PathBuf>::new());
}

#[test]
fn who_cleans_in_another_pid_namespace_leaves_alone_what_lives() {
    if crate::skip::lacks_root("another pid namespace") {
        return;
    }
    let folder = folder();
    let (mut program, _keeper) = wait_begun(folder.path());
    let mut clean = Command::new("unshare");
    clean.args(["--pid", "--fork", "--mount-proc"]);
    let cleaned = clean.args([PROGRAM, "clean"]).output().unwrap();
    let said = String::from_utf8_lossy(&cleaned.stdout).into_owned();
    let name = format!("isolab-{}-", program.id());
    assert!(cleaned.status.success() && !said.contains(&name), "{said}");
    assert!(wait_end(&mut program).success());
}
