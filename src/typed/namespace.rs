//! The namespace family: unshare(1), nsenter(1), setpriv(1), and files below /proc.

use super::{There, lines, quote};
use crate::lab::action::{
    GidMap, Hostname, Pin, Setgroups, Setns, Setuid, TimeOffset, UidMap, Unpin, Unshare,
};
use crate::snapshot::NamespaceKind;

lines! {
    Unshare: |a, _| unshare(a),
    Setns: setns,
    Pin: pin,
    Unpin: |a, _| format!("umount {0} && rm {0}", quote(&a.path)),
    Hostname: |a, _| format!("hostname {}", quote(&a.name)),
    UidMap: |a, there| {
        let (line, pid) = (map_line(a.inside, a.outside, a.count), there.pid(&a.of));
        format!("echo {line} > /proc/{pid}/uid_map")
    },
    GidMap: |a, there| {
        let (line, pid) = (map_line(a.inside, a.outside, a.count), there.pid(&a.of));
        format!("echo {line} > /proc/{pid}/gid_map")
    },
    Setgroups: setgroups,
    Setuid: |a, _| format!("setpriv --reuid {} bash", a.uid),
    TimeOffset: |a, _| format!("unshare --time --boottime {} --fork bash", a.boottime),
}

/// The long options of unshare(1) and nsenter(1).
fn flags(kinds: &[NamespaceKind]) -> String {
    let flags: Vec<String> = kinds.iter().copied().map(flag).collect();
    flags.join(" ")
}

fn flag(kind: NamespaceKind) -> String {
    match kind {
        NamespaceKind::Mnt => "--mount".to_owned(),
        kind => format!("--{}", kind.name()),
    }
}

fn unshare(a: &Unshare) -> String {
    // Only a child enters a new pid namespace.
    let fork = if a.namespaces.contains(&NamespaceKind::Pid) {
        " --fork"
    } else {
        ""
    };
    // unshare(1) makes all mounts private if it is not told otherwise.
    let mounts = if a.namespaces.contains(&NamespaceKind::Mnt) {
        " --propagation unchanged"
    } else {
        ""
    };
    format!("unshare {}{mounts}{fork} bash", flags(&a.namespaces))
}

fn setns(a: &Setns, there: &There<'_>) -> String {
    format!(
        "nsenter -t {} {} bash",
        there.pid(&a.target),
        flags(&a.namespaces)
    )
}

fn pin(a: &Pin, there: &There<'_>) -> String {
    let whose =
        a.of.as_ref()
            .map_or_else(|| "$$".to_owned(), |name| there.pid(name));
    let path = quote(&a.path);
    format!(
        "touch {path} && mount --bind /proc/{whose}/ns/{} {path}",
        a.namespace.name()
    )
}

/// A line of a map of ids.
fn map_line(inside: u32, outside: u32, count: u32) -> String {
    quote(&format!("{inside} {outside} {count}"))
}

fn setgroups(a: &Setgroups, there: &There<'_>) -> String {
    let word = if a.allow { "allow" } else { "deny" };
    format!("echo {word} > /proc/{}/setgroups", there.pid(&a.of))
}
