//! The calls of a step: those that its actions made, and those that its lines make under the lens.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::app::auto::headless::{SOON, wait_until};
use crate::app::run::Conductor;
use crate::snapshot::Call;

/// Calls that come to the same: a program uses one of a group where an action uses another.
const SAME: [&[&str]; 16] = [
    &["open", "openat", "openat2", "creat"],
    &["mkdir", "mkdirat"],
    &["rmdir", "unlink", "unlinkat"],
    &["rename", "renameat", "renameat2"],
    &["link", "linkat"],
    &["symlink", "symlinkat"],
    &["mknod", "mknodat"],
    &["chmod", "fchmod", "fchmodat"],
    &["chown", "lchown", "fchown", "fchownat"],
    &["setxattr", "lsetxattr", "fsetxattr"],
    &["clone", "clone3", "fork", "vfork"],
    &["waitpid", "wait4", "waitid"],
    &[
        "mount",
        "fsmount",
        "move_mount",
        "open_tree",
        "mount_setattr",
    ],
    &["setuid", "setresuid", "setreuid"],
    &["setgid", "setresgid", "setregid"],
    &[
        "write",
        "pwrite64",
        "writev",
        "copy_file_range",
        "sendfile",
        "splice",
    ],
];
/// Calls that change nothing, which the lens only counts.
const ASKING: [&str; 17] = [
    "read",
    "stat",
    "lstat",
    "readlink",
    "getdents64",
    "lgetxattr",
    "capget",
    "recvfrom",
    "pipe2",
    "fcntl",
    "sendto",
    "socket",
    "utimensat",
    "inet_pton",
    "RTM_GETLINK",
    "RTM_GETNSID",
    "fstat",
];

/// The names of the calls that the actions of the present step made.
pub(super) fn made(run: &Conductor) -> BTreeSet<String> {
    let last = run.session.journal().last();
    let done = last.map(|entry| entry.done.as_slice()).unwrap_or_default();
    let calls = done.iter().flat_map(|(_, outcome)| &outcome.calls);
    calls.map(|call| call.name.clone()).collect()
}

/// Has the lens watch the shells; whether it does.
pub(super) async fn watch(run: &mut Conductor) -> bool {
    run.look_closely();
    wait_until(run, SOON, |run| {
        run.glass.watches || run.glass.blind.is_some()
    })
    .await
        && run.glass.watches
}

/// How long the calls of programs in the background may take to be told.
const LATER: Duration = Duration::from_secs(1);

/// The calls of the actions that no typed line has made, once all were told.
pub(super) async fn missing(played: &BTreeSet<String>, run: &mut Conductor) -> Vec<String> {
    wait_until(run, SOON, |run| {
        run.session.lines().iter().all(|line| line.is_over)
    })
    .await;
    wait_until(run, LATER, |run| untyped(played, run).is_empty()).await;
    untyped(played, run)
}

/// Those that no line has made so far.
fn untyped(played: &BTreeSet<String>, run: &Conductor) -> Vec<String> {
    let lines = run.session.lines().iter();
    let calls = lines.flat_map(|line| &line.deeds).map(|deed| &deed.call);
    let typed: BTreeSet<&str> = calls.flat_map(names).collect();
    let missing = played.iter().filter(|name| !is_made(name, &typed));
    missing.cloned().collect()
}

/// The names of a call: those of the messages behind the first one stand in its arguments.
fn names(call: &Call) -> impl Iterator<Item = &str> {
    let more = call.args.split("; ").skip(1);
    let more = more.filter_map(|message| message.split(' ').next());
    std::iter::once(call.name.as_str()).chain(more)
}

fn is_made(name: &str, typed: &BTreeSet<&str>) -> bool {
    let same = SAME.iter().find(|group| group.contains(&name));
    let is_same = same.is_some_and(|group| group.iter().any(|other| typed.contains(other)));
    ASKING.contains(&name) || typed.contains(name) || is_same
}
