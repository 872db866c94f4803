//! The facts of a run to draw.

use std::collections::BTreeMap;
use std::sync::Arc;

use isolab::snapshot::overlay::{Entry, Layer, Version};
use isolab::snapshot::{
    Actor, Capabilities, Cgroup, Hierarchy, IdMap, Image, Ipc, Link, Memory, Mount, Namespaces,
    Network, Overlay, Pids, Process, Queue, Route, Snapshot,
};

pub(super) fn snapshot(left: bool) -> Snapshot {
    let host = actor(10, 4_026_531_838);
    let uts = if left { 4_026_532_301 } else { 4_026_531_838 };
    let mut b = actor(20, uts);
    if left {
        b.hostname = "shell-b".to_owned();
    }
    let actors: BTreeMap<String, Actor> = [("host".to_owned(), host), ("b".to_owned(), b)].into();
    Snapshot {
        actors,
        networks: vec![network(1, "veth0", "veth1"), network(2, "veth1", "veth0")],
        cgroups: [("demo".to_owned(), group(left))].into(),
        overlays: Arc::new([("merged".to_owned(), overlay())].into()),
        images: [("base".to_owned(), image()), ("web".to_owned(), image())].into(),
        hierarchy: Hierarchy {
            there: true,
            unified: true,
            controllers: vec!["memory".to_owned(), "pids".to_owned()],
            ..Hierarchy::default()
        },
        ..Snapshot::default()
    }
}

/// An overlay of three layers, in which one file was copied up and one deleted.
fn overlay() -> Overlay {
    let version = |layer, kind: &str, size, shadowed| Version {
        layer,
        kind: kind.to_owned(),
        size,
        shadowed,
    };
    let entry = |kind: &str, copied_up, layers| Entry {
        kind: kind.to_owned(),
        copied_up,
        layers,
        ..Entry::default()
    };
    let dir = |layer| version(layer, "directory", 0, false);
    let entries = [
        ("etc", entry("directory", true, vec![dir(0), dir(1)])),
        (
            "etc/passwd",
            entry(
                "file",
                true,
                vec![version(0, "file", 12, false), version(2, "file", 8, true)],
            ),
        ),
        (
            "gone",
            entry(
                "whiteout",
                false,
                vec![
                    version(0, "whiteout", 0, false),
                    version(1, "file", 5, true),
                ],
            ),
        ),
    ];
    Overlay {
        merged: "/lab/merged".to_owned(),
        mounted: true,
        lowerdirs: vec!["/lab/one".to_owned(), "/lab/two".to_owned()],
        upperdir: "/lab/upper".to_owned(),
        entries: entries.map(|(path, e)| (path.to_owned(), e)).into(),
        ..Overlay::default()
    }
}

/// An image of one layer.
fn image() -> Image {
    Image {
        layers: vec![Layer {
            digest: format!("sha256:0123456789ab{}", "0".repeat(52)),
            size: 3 << 20,
            unpacked: "/lab/layers/0123456789ab".to_owned(),
        }],
    }
}

/// A frozen group without the cpu controller. Once B has left, two processes have been killed in
/// it.
fn group(left: bool) -> Cgroup {
    Cgroup {
        processes: vec![10],
        frozen: true,
        memory: Memory {
            enabled: true,
            current: 20 << 20,
            max: 40 << 20,
            oom_kills: if left { 2 } else { 0 },
            ..Memory::default()
        },
        pids: Pids {
            enabled: true,
            current: 1,
            max: i64::MAX,
            ..Pids::default()
        },
        ..Cgroup::default()
    }
}

/// One of two networks with a cable between them; that of b has no carrier.
fn network(inode: i64, name: &str, peer: &str) -> Arc<Network> {
    let link = Link {
        index: 2,
        kind: "veth".to_owned(),
        up: true,
        carrier: inode == 1,
        peer: peer.to_owned(),
        peer_index: 2,
        peer_netns: 3 - inode,
        addresses: vec![format!("10.2.2.{inode}/24")],
        ..Link::default()
    };
    let route = Route {
        to: "default".to_owned(),
        via: "10.2.2.3".to_owned(),
        dev: name.to_owned(),
        ..Route::default()
    };
    Arc::new(Network {
        inode,
        names: vec![format!("net{inode}")],
        links: [(name.to_owned(), link)].into(),
        routes: vec![route],
        ..Network::default()
    })
}

fn actor(pid: i64, uts: i64) -> Actor {
    let process = |pid: i64, parent: i64, name: &str| Process {
        orphan: false,
        pid,
        outer_pid: pid + 1000,
        pids: vec![pid],
        parent,
        name: name.to_owned(),
        state: "S".to_owned(),
        uid: 0,
    };
    let queue = Queue {
        id: 3,
        key: 42,
        mode: 0o644,
        ..Queue::default()
    };
    Actor {
        alive: true,
        pid,
        name: "bash".to_owned(),
        hostname: "lab".to_owned(),
        root: "/".to_owned(),
        cwd: "/lab".to_owned(),
        ns: Namespaces {
            ipc: 4_026_531_839,
            uts,
            mnt: 7,
            pid: 8,
            ..Namespaces::default()
        },
        uid_map: vec![IdMap {
            inside: 0,
            outside: 100_000,
            count: 65_536,
        }],
        capabilities: Capabilities {
            effective: (0..41).map(|number| format!("CAP_{number}")).collect(),
            ..Capabilities::default()
        },
        processes: vec![
            process(1, 0, "init"),
            process(10, 1, "bash"),
            process(20, 1, "bash"),
        ],
        mounts: vec![Mount {
            target: "/lab/merged".to_owned(),
            kind: "overlay".to_owned(),
            source: "none".to_owned(),
            ..Mount::default()
        }],
        ipc: Ipc {
            queues: vec![queue],
            ..Ipc::default()
        },
        ..Actor::default()
    }
}
