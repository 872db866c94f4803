//! Control groups: those that a lab makes are removed, whatever their names, and the one in which
//! isolab was started is not the lab's.

mod lent;

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat, unlinkat};
use serde_json::{Value, json};

use super::family;
use super::inside::{Attack, Ended, for_each};
use crate::kernel::group::wait_gone;
use crate::skip::skip;

/// The `needs` of a lab with groups.
pub(super) fn needs() -> Value {
    json!({"cgroup": ["pids"]})
}

/// Removes all groups of a program, which a failed test would leave. Walks from descriptor to
/// descriptor, because paths may be too long.
fn remove_groups(pid: u32) -> Vec<PathBuf> {
    let left = wait_gone(&format!("isolab-{pid}-"));
    for dir in &left {
        let group = open(rustix::fs::CWD, dir).unwrap();
        empty(group);
        fs::remove_dir(dir).unwrap();
    }
    left
}

fn open(at: impl std::os::fd::AsFd, name: impl rustix::path::Arg) -> Option<OwnedFd> {
    openat(at, name, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).ok()
}

/// Removes all groups below one: down to one without groups, and up again.
fn empty(group: OwnedFd) {
    let mut at = group;
    let mut names = Vec::new();
    loop {
        if let Some(name) = first(&at) {
            at = open(&at, &name).unwrap();
            names.push(name);
        } else if let Some(name) = names.pop() {
            at = open(&at, "..").unwrap();
            unlinkat(&at, &name, AtFlags::REMOVEDIR).unwrap();
        } else {
            return;
        }
    }
}

fn first(group: &OwnedFd) -> Option<String> {
    let entries = Dir::read_from(group).ok()?.flatten();
    let is_group =
        |kind: FileType, name: &str| kind == FileType::Directory && !name.starts_with('.');
    let mut names = entries.filter_map(|e| {
        let name = e.file_name().to_str().ok()?.to_owned();
        is_group(e.file_type(), &name).then_some(name)
    });
    names.next()
}

#[track_caller]
fn assert_gone(ended: &Ended) {
    let left = remove_groups(ended.pid);
    assert!(ended.in_time, "it did not end: {}", ended.words());
    assert!(left.is_empty(), "{left:?} were left");
    ended.assert_printed();
}

#[test]
fn groups_with_the_longest_names_are_removed() {
    for_each(|uid| {
        if uid.is_none() {
            assert_gone(&Attack::new("long-names.sh", uid).needs(needs()).run());
        }
    });
}

#[test]
fn groups_that_are_nested_deeper_than_files_may_be_open_are_removed() {
    for_each(|uid| {
        if uid.is_none() {
            let attack = Attack::new("deep.sh", uid).needs(needs());
            let few = ["bash", "-c", "ulimit -n 1024; exec \"$@\"", "bash"];
            assert_gone(&attack.under(&few).run());
        }
    });
}

/// A hierarchy that nobody else sees, with a group of a program that has ended and a process in it,
/// and what `isolab clean` says about it.
const BUSY: &str = r#"
mount --make-rprivate / && mount -t tmpfs none /sys/fs/cgroup && cd /sys/fs/cgroup &&
mkdir named && mount -t cgroup -o none,name=isolab-test none named || exit 77
mkdir named/isolab-4194999-1-0 || exit 77
sleep 100 & sleep=$!
echo $sleep > named/isolab-4194999-1-0/cgroup.procs
"$1" clean; echo "status $?"
echo $sleep > named/cgroup.procs; kill $sleep; wait $sleep 2> /dev/null
"$1" clean; echo "status $?"
rmdir named/isolab-4194999-1-0 2> /dev/null
cd / && umount /sys/fs/cgroup/named
"#;

#[test]
fn what_cannot_be_removed_is_named_and_is_a_failure() {
    let mut command = Command::new("unshare");
    command.args(["--mount", "bash", "-c", BUSY, "bash", super::PROGRAM]);
    let output = command.env("LC_ALL", "C.UTF-8").output().unwrap();
    if output.status.code() == Some(77) || !rustix::process::geteuid().is_root() {
        return skip("a group that stays", "root, and named hierarchies");
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let (busy, free) = said.split_once("status 1\n").expect(&said);
    assert!(
        busy.contains("/sys/fs/cgroup/named/isolab-4194999-1-0"),
        "{said}"
    );
    assert!(
        free.contains("isolab-4194999-1-0") && free.contains("status 0"),
        "{said}"
    );
}

/// Like `BUSY`, where somebody else has made the folder in which runs are shared, and with a line
/// break in the name of a leftover group.
const FOREIGN: &str = r#"
mount --make-rprivate / && mount -t tmpfs -o mode=1777 none /tmp || exit 77
mount -t tmpfs none /run && mount -t tmpfs none /sys/fs/cgroup && cd /sys/fs/cgroup || exit 77
mkdir named && mount -t cgroup -o none,name=isolab-test-2 none named || exit 77
mkdir named/isolab-4194998-1-0 "named/isolab-4194998-1-0/$(printf 'a\nb')"
mkdir /tmp/isolab-0 && chown 54321 /tmp/isolab-0
"$1" clean; echo "status $?"
rmdir named/isolab-4194998-1-0/* named/isolab-4194998-1-0 2> /dev/null
cd / && umount /sys/fs/cgroup/named
"#;

#[test]
fn what_somebody_else_made_hides_nothing_that_was_removed() {
    let mut command = Command::new("unshare");
    command.args(["--mount", "bash", "-c", FOREIGN, "bash"]);
    command.arg(super::PROGRAM);
    command
        .env_remove("XDG_RUNTIME_DIR")
        .env_remove("TMPDIR")
        .env_remove("SUDO_UID");
    let output = command.env("LC_ALL", "C.UTF-8").output().unwrap();
    if output.status.code() == Some(77) || !rustix::process::geteuid().is_root() {
        return skip("a folder of somebody else's", "root, and named hierarchies");
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(said.contains("named/isolab-4194998-1-0"), "{said}");
    assert!(said.contains("/tmp/isolab-0"), "{said}");
    assert!(said.contains("status 1\n"), "{said}");
}

/// Kills everything that a test started and that is still in a group.
fn end_all(dir: &Path) {
    let text = fs::read_to_string(dir.join("cgroup.procs")).unwrap_or_default();
    text.lines()
        .filter_map(|pid| pid.parse().ok())
        .for_each(family::kill);
}
