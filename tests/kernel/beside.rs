//! Compares the networks of a lab host with what ip(8) says.

use std::sync::Arc;
use std::time::{Duration, Instant};

use isolab::sandbox::Sandbox;
use isolab::snapshot::{Link, Network, Snapshot};
use serde_json::Value;

use super::host::sh;

/// The output of a command that prints JSON, in a network namespace.
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

/// What ip(8) says about one network.
struct Told {
    netns: String,
    links: Vec<Value>,
    /// The IPv4 and the IPv6 routes, each with the prefix length of a single address.
    routes: [(Vec<Value>, &'static str); 2],
}

impl Told {
    async fn ask(sandbox: &Sandbox, netns: &str) -> Self {
        Self {
            netns: netns.to_owned(),
            links: json(sandbox, netns, "ip -d -j address").await,
            routes: [
                (json(sandbox, netns, "ip -4 -j route").await, "/32"),
                (json(sandbox, netns, "ip -6 -j route").await, "/128"),
            ],
        }
    }
}

/// Compares a network with what ip(8) says.
fn compare(network: &Network, told: &Told) {
    let netns = &told.netns;
    assert_eq!(told.links.len(), network.links.len(), "{netns}");
    for theirs in &told.links {
        compare_link(&network.links[text(theirs, "ifname")], theirs);
    }
    let mut routes = Vec::new();
    for (all, whole) in &told.routes {
        for route in all {
            let to = text(route, "dst").to_owned();
            let is_whole = to != "default" && !to.contains('/');
            let to = if is_whole { to + whole } else { to };
            let (via, dev) = (text(route, "gateway"), text(route, "dev"));
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
    // ip(8) adds this word for the peer; it is not a flag of the kernel.
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

/// Waits until the kernel has reported everything: the state of a link follows its carrier with a
/// delay.
async fn wait_settled(sandbox: &Sandbox) -> Snapshot {
    let mut last = sandbox.observe().await.unwrap();
    let mut same = 0;
    let end = Instant::now() + Duration::from_secs(10);
    while same < 20 {
        assert!(Instant::now() < end, "never at rest: {:#?}", last.networks);
        tokio::time::sleep(Duration::from_millis(5)).await;
        let now = sandbox.observe().await.unwrap();
        // A link that goes down is reported up to a second late (net/core/link_watch.c).
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

/// Compares all networks, at a time when nothing changed while ip(8) was asked.
pub(super) async fn compare_all(sandbox: &Sandbox) -> Snapshot {
    let (snapshot, told) = loop {
        let snapshot = wait_settled(sandbox).await;
        let mut told = vec![Told::ask(sandbox, "").await];
        for name in snapshot.networks.iter().filter_map(|n| n.names.first()) {
            told.push(Told::ask(sandbox, name).await);
        }
        let now = sandbox.observe().await.unwrap();
        if now.networks == snapshot.networks {
            break (snapshot, told);
        }
    };
    compare(&snapshot.actors["host"].net, &told[0]);
    for told in &told[1..] {
        compare(snapshot.netns(&told.netns).unwrap(), told);
    }
    snapshot
}
