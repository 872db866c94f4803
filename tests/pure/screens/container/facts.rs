//! A made-up lab host with shells that are more or less of a container.

use std::collections::BTreeMap;
use std::sync::Arc;

use isolab::snapshot::overlay::{Entry, Layer, Version};
use isolab::snapshot::{
    Actor, Capabilities, Cgroup, Cpu, Image, Link, Memory, Mount, Namespaces, Network, Overlay,
    Pids, Process, Route, Snapshot,
};

/// The stages of a container; each adds to the one before it.
pub(super) const SHELL: usize = 0;
pub(super) const SPACES: usize = 1;
pub(super) const LIMITS: usize = 2;
pub(super) const ROOT: usize = 3;
pub(super) const CABLE: usize = 4;
pub(super) const POWER: usize = 5;

/// The lab host with a shell for each number in `far`, at the stage of that number; the counters
/// stand at `mib` MiB.
pub(super) fn state(far: &[usize], mib: usize) -> Snapshot {
    let mut state = Snapshot {
        images: images(),
        ..Snapshot::default()
    };
    let mut links: BTreeMap<String, Link> = [("br0".to_owned(), link("bridge", 2, 0))].into();
    let mut overlays = BTreeMap::new();
    for (number, far) in (1..).zip(far) {
        let name = format!("c{number}");
        let mut actor = actor(number, *far);
        if *far >= CABLE {
            let near = Link {
                master: "br0".to_owned(),
                peer_netns: actor.ns.net,
                ..link("veth", 10 + number, 2)
            };
            links.insert(format!("to-{name}"), near);
            actor.net = network(number);
            state.networks.push(Arc::clone(&actor.net));
        }
        if *far >= ROOT {
            overlays.insert(name.clone(), overlay(number));
        }
        if *far >= LIMITS {
            state
                .cgroups
                .insert(format!("g{number}"), group(&actor, mib));
        }
        state.actors.insert(name, actor);
    }
    let host = Actor {
        net: Arc::new(Network {
            inode: 4,
            actors: vec!["host".to_owned()],
            links,
            ..Network::default()
        }),
        ..actor(0, SHELL)
    };
    state.networks.push(Arc::clone(&host.net));
    state.actors.insert("host".to_owned(), host);
    state.overlays = Arc::new(overlays);
    state
}

/// A shell at a stage.
fn actor(number: i64, far: usize) -> Actor {
    let own = |kind: i64, from: usize| kind + if far >= from { 100 * number } else { 0 };
    let process = |inside: i64, name: &str| Process {
        pid: 10 * number + inside,
        pids: vec![10 * number + inside, inside],
        name: name.to_owned(),
        state: "S".to_owned(),
        ..Process::default()
    };
    let pid = 10 * number + 1;
    let mut actor = Actor {
        alive: true,
        pid,
        pids: if far >= SPACES {
            vec![pid, 1]
        } else {
            vec![pid]
        },
        hostname: if far >= SPACES {
            format!("box{number}")
        } else {
            "lab".to_owned()
        },
        root: "/".to_owned(),
        ns: Namespaces {
            cgroup: 1,
            ipc: own(2, SPACES),
            mnt: own(3, SPACES),
            net: own(4, SPACES),
            pid: own(5, SPACES),
            time: 6,
            user: 7,
            uts: own(8, SPACES),
        },
        capabilities: Capabilities {
            effective: (0..41).map(|number| format!("CAP_{number}")).collect(),
            ..Capabilities::default()
        },
        processes: vec![process(1, "bash"), process(7, "serve")],
        mounts: vec![mount("/", "tmpfs", &["rw"])],
        ..Actor::default()
    };
    if far >= ROOT {
        actor.mounts = rooted(number);
    }
    if far >= POWER {
        let names = ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"];
        actor.capabilities.effective = names.map(str::to_owned).to_vec();
        actor.no_new_privs = true;
        actor.seccomp = 2;
    }
    actor
}

/// An overlay as the root, a proc in it with two masks, a read-only file.
fn rooted(number: i64) -> Vec<Mount> {
    let mut root = mount("/", "overlay", &["rw"]);
    root.super_options = vec![
        "rw".to_owned(),
        "lowerdir=/lab/layers/bbbbbbbbbbbb:/lab/layers/aaaaaaaaaaaa".to_owned(),
        format!("upperdir=/lab/u{number}"),
    ];
    vec![
        root,
        mount("/proc", "proc", &["rw"]),
        mount("/proc/acpi", "tmpfs", &["ro"]),
        Mount {
            root: "/null".to_owned(),
            ..mount("/proc/kcore", "devtmpfs", &["rw"])
        },
        mount("/etc/hosts", "ext4", &["ro"]),
    ]
}

fn mount(target: &str, kind: &str, options: &[&str]) -> Mount {
    Mount {
        root: "/".to_owned(),
        target: target.to_owned(),
        kind: kind.to_owned(),
        source: kind.to_owned(),
        options: options.iter().map(ToString::to_string).collect(),
        ..Mount::default()
    }
}

fn link(kind: &str, index: i64, peer_index: i64) -> Link {
    Link {
        kind: kind.to_owned(),
        index,
        peer_index,
        up: true,
        carrier: true,
        mac: format!("02:00:00:00:00:{index:02x}"),
        ..Link::default()
    }
}

/// A container's network: a cable to its port of the bridge, an address, a way out.
fn network(number: i64) -> Arc<Network> {
    let eth0 = Link {
        peer_netns: 4,
        addresses: vec![format!("10.2.0.1{number}/24"), "fe80::1/64".to_owned()],
        ..link("veth", 2, 10 + number)
    };
    let route = Route {
        to: "default".to_owned(),
        via: "10.2.0.1".to_owned(),
        dev: "eth0".to_owned(),
        ..Route::default()
    };
    Arc::new(Network {
        inode: 4 + 100 * number,
        links: [
            ("lo".to_owned(), Link::default()),
            ("eth0".to_owned(), eth0),
        ]
        .into(),
        routes: vec![route],
        ..Network::default()
    })
}

/// An overlay with two files and a whiteout in its upper directory.
fn overlay(number: i64) -> Overlay {
    let entry = |kind: &str| Entry {
        kind: kind.to_owned(),
        layers: vec![Version {
            kind: kind.to_owned(),
            ..Version::default()
        }],
        ..Entry::default()
    };
    let entries = [
        ("a", "file"),
        ("b", "symlink"),
        ("gone", "whiteout"),
        ("d", "directory"),
    ];
    Overlay {
        merged: format!("/lab/c{number}"),
        mounted: true,
        lowerdirs: ["bbbbbbbbbbbb", "aaaaaaaaaaaa"]
            .map(|digits| format!("/lab/layers/{digits}"))
            .to_vec(),
        upperdir: format!("/lab/u{number}"),
        entries: entries
            .map(|(path, kind)| (path.to_owned(), entry(kind)))
            .into(),
        ..Overlay::default()
    }
}

/// An image of one layer, and one of a second layer on top of it.
fn images() -> BTreeMap<String, Image> {
    let layer = |letter: &str| Layer {
        digest: format!("sha256:{}", letter.repeat(64)),
        size: 1,
        unpacked: format!("/lab/layers/{}", letter.repeat(12)),
    };
    let (base, web) = (vec![layer("a")], vec![layer("a"), layer("b")]);
    [
        ("base".to_owned(), Image { layers: base }),
        ("web".to_owned(), Image { layers: web }),
    ]
    .into()
}

fn group(actor: &Actor, mib: usize) -> Cgroup {
    Cgroup {
        processes: vec![actor.pid],
        memory: Memory {
            enabled: true,
            current: i64::try_from(mib).unwrap() << 20,
            max: 40 << 20,
            ..Memory::default()
        },
        cpu: Cpu {
            enabled: true,
            usage_usec: i64::try_from(mib).unwrap(),
            quota_usec: 50_000,
            period_usec: 100_000,
            weight: 100,
            ..Cpu::default()
        },
        pids: Pids {
            enabled: true,
            current: i64::try_from(mib).unwrap(),
            max: 20,
            ..Pids::default()
        },
        ..Cgroup::default()
    }
}
