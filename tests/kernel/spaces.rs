//! All namespaces, however they are nested: owners, parents and members are what lsns(8) says;
//! namespaces that a bind mount or a descriptor keeps are reported too.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use isolab::sandbox::Sandbox;
use isolab::snapshot::{Holder, Snapshot, Space};
use serde_json::Value;

use super::host::{sh, with_host};
use super::topologies::Chance;

/// How many random states are tried.
const STATES: u64 = 40;
const KINDS: [&str; 7] = ["cgroup", "ipc", "mount", "net", "pid", "user", "uts"];

/// Random programs in nested namespaces, in the background.
fn programs(chance: &mut Chance) -> String {
    let mut script = String::new();
    for _ in 0..=chance.below(5) {
        let mut line = String::from("sleep 1000");
        for _ in 0..=chance.below(3) {
            let mut flags = String::new();
            for kind in KINDS {
                if chance.below(4) == 0 {
                    write!(flags, " --{kind}").unwrap();
                }
            }
            if flags.contains("user") {
                flags.push_str(" --map-root-user");
            }
            line = format!("unshare{flags} --fork {line}");
        }
        writeln!(script, "{line} > /dev/null 2>&1 &").unwrap();
    }
    script
}

/// A namespace by kind and inode: its number of members, parent and owner.
type Told = BTreeMap<(String, i64), (usize, i64, i64)>;

async fn lsns(sandbox: &Sandbox) -> Told {
    let text = sh(sandbox, "lsns -J -o NS,TYPE,NPROCS,PNS,ONS").await;
    let all: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let number = |value: &Value| {
        let text = value.as_str().map(str::to_owned);
        text.unwrap_or_else(|| value.to_string())
            .parse()
            .unwrap_or(0)
    };
    let told = all["namespaces"].as_array().unwrap().iter().map(|space| {
        let kind = space["type"].as_str().unwrap().to_owned();
        let members = usize::try_from(number(&space["nprocs"])).unwrap();
        let relatives = (number(&space["pns"]), number(&space["ons"]));
        (
            (kind, number(&space["ns"])),
            (members, relatives.0, relatives.1),
        )
    });
    told.collect()
}

/// The namespaces of the test's programs alone: those of the host also contain init, which only its
/// parents can read, and lsns itself.
fn own(snapshot: &Snapshot) -> Told {
    let is_own = |space: &&Space| !is_hosts(snapshot, space.kind.name(), space.inode);
    let told = |space: &Space| {
        let key = (space.kind.name().to_owned(), space.inode);
        (key, (space.processes.len(), space.parent, space.owner))
    };
    let with = |space: &&Space| !space.processes.is_empty();
    snapshot
        .namespaces
        .iter()
        .filter(is_own)
        .filter(with)
        .map(told)
        .collect()
}

fn is_hosts(snapshot: &Snapshot, kind: &str, inode: i64) -> bool {
    let host = snapshot.actors["host"].ns;
    let mut kinds = isolab::snapshot::NamespaceKind::ALL.into_iter();
    kinds.any(|of| of.name() == kind && host.get(of) == inode)
}

/// Compares the namespaces of a snapshot with what lsns(8) says now.
pub(super) async fn compare_spaces(sandbox: &Sandbox, snapshot: &Snapshot) {
    let mut theirs = lsns(sandbox).await;
    theirs.retain(|(kind, inode), _| !is_hosts(snapshot, kind, *inode));
    assert_eq!(own(snapshot), theirs);
}

async fn state(sandbox: &Sandbox, seed: u64) {
    let script = programs(&mut Chance(seed));
    sh(sandbox, &script).await;
    // The programs take some time to enter their namespaces.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        let snapshot = sandbox.observe().await.unwrap();
        let ours = own(&snapshot);
        let mut theirs = lsns(sandbox).await;
        theirs.retain(|(kind, inode), _| !is_hosts(&snapshot, kind, *inode));
        let again = own(&sandbox.observe().await.unwrap());
        let running = sh(sandbox, "pidof sleep | wc -w").await;
        let all = running.trim() == script.lines().count().to_string();
        if ours == again && all {
            assert_eq!(ours, theirs, "{script}");
            break;
        }
        assert!(std::time::Instant::now() < end, "never at rest: {script}");
    }
    sh(sandbox, "kill -KILL $(pidof sleep unshare); while pidof sleep unshare > /dev/null; do sleep 0.01; done").await;
}

#[test]
fn namespaces_by_chance_are_those_that_lsns_tells() {
    with_host(|sandbox| async move {
        for seed in 0..STATES {
            state(&sandbox, seed).await;
        }
    });
}

#[test]
fn a_namespace_that_a_mount_keeps_is_told() {
    with_host(|sandbox| async move {
        let keep = "touch /lab/uts; unshare --uts=/lab/uts hostname kept; readlink -f /lab/uts";
        sh(&sandbox, keep).await;
        let inode: i64 = sh(&sandbox, "stat -c %i /lab/uts")
            .await
            .trim()
            .parse()
            .unwrap();
        let snapshot = sandbox.observe().await.unwrap();
        let mut all = snapshot.namespaces.iter();
        let kept = all.find(|space| space.inode == inode).unwrap();
        assert_eq!(
            (kept.kind.name(), kept.mounts.as_slice()),
            ("uts", &["/lab/uts".to_owned()][..])
        );
        assert!(kept.processes.is_empty());
        assert_eq!(kept.owner, snapshot.actors["host"].ns.user);
        sh(&sandbox, "umount /lab/uts").await;
        let snapshot = sandbox.observe().await.unwrap();
        assert!(snapshot.namespaces.iter().all(|space| space.inode != inode));
    });
}

#[test]
fn a_namespace_that_a_descriptor_keeps_is_told() {
    with_host(|sandbox| async move {
        // The link of a descriptor that was opened through the mount is a path, before and after
        // the mount is gone.
        let keep = "touch /lab/uts; unshare --uts=/lab/uts true; stat -c %i /lab/uts; \
             (bash -c 'exec 7< /lab/uts; umount -l /lab/uts; exec sleep 1000' > /dev/null 2>&1 &); \
             until pidof sleep > /dev/null; do :; done; pidof sleep";
        let said = sh(&sandbox, keep).await;
        let mut numbers = said.lines().map(|line| line.parse::<i64>().unwrap());
        let (inode, pid) = (numbers.next().unwrap(), numbers.next().unwrap());
        for _ in 0..2 {
            let snapshot = sandbox.observe().await.unwrap();
            let mut all = snapshot.namespaces.iter();
            let kept = all.find(|space| space.inode == inode).unwrap();
            assert_eq!(
                (kept.kind.name(), kept.processes.len(), kept.mounts.len()),
                ("uts", 0, 0)
            );
            assert_eq!(kept.descriptors, [Holder { pid, fd: 7 }]);
            assert_eq!(kept.owner, snapshot.actors["host"].ns.user);
        }
        sh(
            &sandbox,
            &format!("kill {pid}; while kill -0 {pid}; do :; done"),
        )
        .await;
        let snapshot = sandbox.observe().await.unwrap();
        assert!(snapshot.namespaces.iter().all(|space| space.inode != inode));
    });
}
