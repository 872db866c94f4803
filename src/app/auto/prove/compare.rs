//! Compares two snapshots, except for what differs from lab host to lab host.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::snapshot::{
    Cgroup, Ipc, Link, NamespaceKind, Network, Overlay, Roots, Sameness, Snapshot, Visit,
};
use crate::word;

/// The first fact in which two snapshots differ, process and inode numbers aside; `None` if they
/// are equal.
pub(in crate::app) fn difference(left: &Snapshot, right: &Snapshot) -> Option<String> {
    let (left, right) = (comparable(left), comparable(right));
    for (name, a) in &left {
        let Some(b) = right.get(name) else {
            return Some(word!("differ-missing", name = name));
        };
        for (x, y) in a.iter().zip(b) {
            if x != y {
                return Some(word!("differ-but", name = name, one = x, other = y));
            }
        }
    }
    None
}

type Facts = BTreeMap<String, Vec<String>>;

fn comparable(snapshot: &Snapshot) -> Facts {
    let facts = snapshot.actors.iter().map(|(name, a)| {
        let same: Vec<String> = NamespaceKind::ALL
            .iter()
            .map(|kind| {
                let with = snapshot
                    .actors
                    .iter()
                    .find(|(_, b)| b.ns.get(*kind) == a.ns.get(*kind));
                format!("{} of {}", kind.name(), with.map_or("", |(name, _)| name))
            })
            .collect();
        let mounts: Vec<String> = a
            .mounts
            .iter()
            .map(|m| format!("{} {} {}", m.target, m.kind, m.options.join(",")))
            .collect();
        let words = vec![
            format!("alive {}", a.alive),
            format!("hostname {}", a.hostname),
            format!("root {}", a.root),
            format!("cwd {}", a.cwd),
            format!("namespaces {}", same.join(", ")),
            format!("ids {} {} {:?} {:?}", a.uid, a.gid, a.uid_map, a.gid_map),
            format!("capabilities {:?}", a.capabilities),
            format!("mounts {}", mounts.join("; ")),
            ipc_words(&a.ipc),
            network_words(&a.net),
        ];
        (name.clone(), words)
    });
    let named = snapshot.networks.iter().filter(|n| !n.names.is_empty());
    let networks = named.map(|network| {
        let words = vec![network_words(network)];
        (format!("netns {}", network.names.join(", ")), words)
    });
    let groups = snapshot.cgroups.iter().map(|(name, group)| {
        let words = vec![group_words(group)];
        (format!("control group {name}"), words)
    });
    let overlays = snapshot.overlays.iter().map(|(name, overlay)| {
        let words = overlay_words(overlay);
        (format!("overlay {name}"), words)
    });
    // The digest of an image depends on times.
    let images = snapshot.images.iter().map(|(name, image)| {
        let words = vec![format!("layers: {}", image.layers.len())];
        (format!("image {name}"), words)
    });
    facts
        .chain(whole(snapshot))
        .chain(networks)
        .chain(groups)
        .chain(overlays)
        .chain(images)
        .collect()
}

/// The roots of which all must be the same.
fn whole(snapshot: &Snapshot) -> Facts {
    let roots = Roots::of(snapshot);
    let all = Roots::ALL.iter();
    all.filter(|root| root.sameness == Sameness::Whole)
        .filter_map(|root| {
            let words = roots.visit(root.name, Words)?;
            Some((root.name.to_owned(), vec![words]))
        })
        .collect()
}

/// Facts in words of JSON.
struct Words;

impl Visit for Words {
    type Out = String;

    fn visit<T: Serialize>(self, facts: &T) -> String {
        serde_json::to_string(facts).unwrap_or_default()
    }
}

/// The objects of an ipc namespace.
fn ipc_words(ipc: &Ipc) -> String {
    let all = (
        ipc.queues
            .iter()
            .map(|q| (q.id, q.mode, q.messages))
            .collect::<Vec<_>>(),
        ipc.segments
            .iter()
            .map(|s| (s.id, s.mode, s.bytes))
            .collect::<Vec<_>>(),
        ipc.semaphores
            .iter()
            .map(|s| (s.id, s.mode, s.count))
            .collect::<Vec<_>>(),
        ipc.posix_queues
            .iter()
            .map(|q| q.name.clone())
            .collect::<Vec<_>>(),
    );
    format!("ipc {all:?}")
}

/// An overlay without times. Layers are only counted: their names may be digests.
fn overlay_words(overlay: &Overlay) -> Vec<String> {
    let mut words = vec![format!(
        "mounted {} over {} lower directories, upper {:?}",
        overlay.mounted,
        overlay.lowerdirs.len(),
        overlay.upperdir
    )];
    let entries = overlay.entries.iter();
    words.extend(entries.map(|(path, e)| {
        let bytes = if e.kind == "file" { e.size } else { 0 };
        let how = (&e.mode, e.copied_up, e.differs);
        format!("{path}: {} of {} {bytes} {how:?}", e.kind, e.origin)
    }));
    words
}

/// A control group without its current usage.
fn group_words(group: &Cgroup) -> String {
    let limits = (
        group.memory.max,
        group.memory.high,
        group.cpu.quota_usec,
        group.cpu.weight,
        group.pids.max,
    );
    let empty = group.processes.is_empty();
    format!("{limits:?} frozen {} empty {empty}", group.frozen)
}

/// Whether an address is not one that the kernel makes of a hardware address.
fn is_own(address: &str) -> bool {
    !address.starts_with("fe80")
}

fn link_words(name: &str, link: &Link) -> String {
    let addresses = link.addresses.iter();
    let mut own: Vec<&String> = addresses.filter(|address| is_own(address)).collect();
    own.sort();
    let ends = (
        &link.kind,
        link.up,
        link.carrier,
        link.mtu,
        &link.master,
        &link.peer,
    );
    format!("{name} {ends:?} {own:?}")
}

/// A network without what is random or temporary: hardware and link-local addresses, and learnt
/// entries.
fn network_words(network: &Network) -> String {
    let links: Vec<String> = network
        .links
        .iter()
        .map(|(name, link)| link_words(name, link))
        .collect();
    let own = network.routes.iter().filter(|route| is_own(&route.to));
    let routes: Vec<String> = own
        .map(|r| format!("{} {} {}", r.to, r.via, r.dev))
        .collect();
    let (sockets, rules) = (&network.listening, &network.nat);
    format!(
        "network {links:?} {routes:?} {sockets:?} {:?} {rules:?}",
        network.forwarding
    )
}
