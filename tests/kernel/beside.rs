//! What ip(8) says of the networks of a lab host, beside what is shown of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use isolab::sandbox::Sandbox;
use isolab::snapshot::{Link, Network, Snapshot};
use serde_json::Value;

use super::host::sh;

/// What a command that answers in JSON says in a network namespace.
pub(super) async fn json(sandbox: &Sandbox, netns: &str, line: &str) -> Vec<Value> {
    let line = if netns.is_empty() {
        line.to_owned()
    } else {
        format!("ip netns exec {netns} {line}")
    };
    let text = sh(sandbox, &line).await;
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{line}: {e}: {text}"))
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

pub(super) fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}

/// Compares with ip(8).
async fn compare(sandbox: &Sandbox, netns: &str, network: &Network) {
    let links = json(sandbox, netns, "ip -d -j address").await;
    assert_eq!(links.len(), network.links.len(), "{netns}");
    for theirs in &links {
        compare_link(&network.links[text(theirs, "ifname")], theirs);
    }
    let mut routes = Vec::new();
    for (family, whole) in [("-4", "/32"), ("-6", "/128")] {
        for route in json(sandbox, netns, &format!("ip {family} -j route")).await {
            let to = text(&route, "dst").to_owned();
            let is_whole = to != "default" && !to.contains('/');
            let to = if is_whole { to + whole } else { to };
            let (via, dev) = (text(&route, "gateway"), text(&route, "dev"));
            routes.push((to, via.to_owned(), dev.to_owned()));
        }
    }
    let ours = network.routes.iter();
    let ours = ours.map(|r| (r.to.clone(), r.via.clone(), r.dev.clone()));
    assert_eq!(sorted(ours), sorted(routes), "{netns}");
}

fn compare_link(ours: &Link, theirs: &Value) {
    let name = text(theirs, "ifname");
    assert_eq!(ours.index, theirs["ifindex"].as_i64().unwrap());
    assert_eq!(ours.state, text(theirs, "operstate"), "{name}");
    assert_eq!(ours.mtu, theirs["mtu"].as_i64().unwrap());
    assert_eq!(ours.mac, text(theirs, "address"));
    assert_eq!(ours.master, text(theirs, "master"));
    let kind = text(&theirs["linkinfo"], "info_kind");
    assert!(ours.kind == kind || ours.kind == "loopback" && name == "lo");
    // What ip(8) adds of the other end is no flag of the kernel's.
    let flags = theirs["flags"].as_array().unwrap().iter();
    let flags = flags.filter_map(Value::as_str).filter(|f| *f != "M-DOWN");
    assert_eq!(ours.flags, flags.collect::<Vec<_>>(), "{name}");
    let addresses = theirs["addr_info"].as_array().unwrap();
    let words = |a: &Value| format!("{}/{}", text(a, "local"), a["prefixlen"]);
    for address in addresses {
        assert_eq!(ours.scopes[&words(address)], text(address, "scope"));
    }
    let theirs = addresses.iter().map(words);
    assert_eq!(sorted(ours.addresses.clone()), sorted(theirs), "{name}");
}

/// Waits until the kernel has told all: the state of a link follows its carrier
/// some time after what was done to it.
async fn wait_settled(sandbox: &Sandbox) -> Snapshot {
    let mut last = sandbox.observe().await.unwrap();
    let mut same = 0;
    let end = Instant::now() + Duration::from_secs(10);
    while same < 20 {
        assert!(Instant::now() < end, "never at rest: {:#?}", last.networks);
        tokio::time::sleep(Duration::from_millis(5)).await;
        let now = sandbox.observe().await.unwrap();
        // Going down is told up to a second late (net/core/link_watch.c).
        let waits = |link: &Link| {
            let up = link.state == "UP";
            up && !link.carrier || link.kind == "veth" && link.up && link.carrier != up
        };
        let open = |n: &Arc<Network>| n.links.values().any(waits);
        let calm = now.networks == last.networks && !now.networks.iter().any(open);
        same = if calm { same + 1 } else { 0 };
        last = now;
    }
    last
}

pub(super) async fn compare_all(sandbox: &Sandbox) -> Snapshot {
    let snapshot = wait_settled(sandbox).await;
    compare(sandbox, "", &snapshot.actors["host"].net).await;
    for network in &snapshot.networks {
        if let Some(name) = network.names.first() {
            compare(sandbox, name, network).await;
        }
    }
    snapshot
}
