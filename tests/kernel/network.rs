//! Networks: what the panels show is what ip(8), bridge(8), ss(8) and nft(8)
//! say in the same namespaces, however they came about.

use isolab::lab::Action;
use isolab::sandbox::Sandbox;
use isolab::snapshot::{Network, Snapshot};
use serde_json::Value;

use super::host::{SIZE, act, sh, with_host};

/// Does an action that must succeed.
async fn done(sandbox: &Sandbox, json: &str) {
    let outcome = act(sandbox, json).await.outcome;
    assert!(outcome.refusal.is_none(), "{json}: {:?}", outcome.calls);
}

async fn refused(sandbox: &Sandbox, json: &str) -> String {
    let outcome = act(sandbox, json).await.outcome;
    outcome
        .refusal
        .map(|refusal| refusal.errno)
        .unwrap_or_default()
}

/// What a command that answers in JSON says in a network namespace.
async fn json(sandbox: &Sandbox, netns: &str, line: &str) -> Vec<Value> {
    let line = if netns.is_empty() {
        line.to_owned()
    } else {
        format!("ip netns exec {netns} {line}")
    };
    let text = sh(sandbox, &line).await;
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{line}: {e}: {text}"))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Compares with ip(8).
async fn compare(sandbox: &Sandbox, netns: &str, network: &Network) {
    let links = json(sandbox, netns, "ip -d -j address").await;
    assert_eq!(
        links.len(),
        network.links.len(),
        "{netns}: {:?}",
        network.links.keys()
    );
    for theirs in &links {
        let name = text(theirs, "ifname");
        let ours = &network.links[name];
        assert_eq!(ours.index, theirs["ifindex"].as_i64().unwrap());
        assert_eq!(ours.state, text(theirs, "operstate"), "{netns} {name}");
        assert_eq!(ours.mtu, theirs["mtu"].as_i64().unwrap());
        assert_eq!(ours.mac, text(theirs, "address"));
        assert_eq!(ours.master, text(theirs, "master"));
        let kind = text(&theirs["linkinfo"], "info_kind");
        assert!(ours.kind == kind || ours.kind == "loopback" && name == "lo");
        let flags: Vec<&str> = theirs["flags"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let flags: Vec<&str> = flags.into_iter().filter(|flag| *flag != "M-DOWN").collect();
        assert_eq!(ours.flags, flags, "{netns} {name}");
        let addresses = theirs["addr_info"].as_array().unwrap();
        let words = |a: &Value| format!("{}/{}", text(a, "local"), a["prefixlen"]);
        let mut all: Vec<String> = addresses.iter().map(words).collect();
        for address in addresses {
            assert_eq!(ours.scopes[&words(address)], text(address, "scope"));
        }
        let mut mine = ours.addresses.clone();
        (all.sort(), mine.sort());
        assert_eq!(mine, all, "{netns} {name}");
    }
    let mut routes: Vec<(String, String, String)> = Vec::new();
    for family in ["-4", "-6"] {
        for route in json(sandbox, netns, &format!("ip {family} -j route")).await {
            let to = text(&route, "dst").to_owned();
            let whole = if family == "-4" { "/32" } else { "/128" };
            let to = if to == "default" || to.contains('/') {
                to
            } else {
                to + whole
            };
            routes.push((
                to,
                text(&route, "gateway").to_owned(),
                text(&route, "dev").to_owned(),
            ));
        }
    }
    let ours = network
        .routes
        .iter()
        .map(|r| (r.to.clone(), r.via.clone(), r.dev.clone()));
    let mut ours: Vec<_> = ours.collect();
    (ours.sort(), routes.sort());
    assert_eq!(ours, routes, "{netns}");
}

async fn compare_all(sandbox: &Sandbox) -> Snapshot {
    let snapshot = sandbox.observe().await.unwrap();
    compare(sandbox, "", &snapshot.actors["host"].net).await;
    for network in &snapshot.networks {
        if let Some(name) = network.names.first() {
            compare(sandbox, name, network).await;
        }
    }
    snapshot
}

#[test]
fn a_cable_to_another_namespace() {
    with_host(|sandbox| async move {
        // A shell ends when its terminal is closed.
        let unshare = r#"{"unshare": {"in": "b", "namespaces": ["net"]}}"#;
        let _shell = act(&sandbox, unshare).await;
        let snapshot = sandbox.observe().await.unwrap();
        let lo = &snapshot.actors["b"].net.links["lo"];
        assert_eq!(
            (lo.up, lo.state.as_str(), snapshot.networks.len()),
            (false, "DOWN", 2)
        );
        done(&sandbox, r#"{"netns": {"name": "box", "of": "b"}}"#).await;
        done(&sandbox, r#"{"veth": {"name": "veth0", "peer": "veth1"}}"#).await;
        let snapshot = compare_all(&sandbox).await;
        let host = &snapshot.actors["host"];
        assert_eq!(host.net.links["veth0"].peer, "veth1");
        done(
            &sandbox,
            r#"{"link": {"name": "veth1", "to": {"actor": "b"}}}"#,
        )
        .await;
        for (actor, link, address) in [
            ("host", "veth0", "10.2.2.1/24"),
            ("b", "veth1", "10.2.2.3/24"),
        ] {
            done(&sandbox, &format!(r#"{{"address": {{"in": "{actor}", "link": "{link}", "address": "{address}"}}}}"#)).await;
            done(
                &sandbox,
                &format!(r#"{{"link": {{"in": "{actor}", "name": "{link}", "up": true}}}}"#),
            )
            .await;
        }
        let snapshot = compare_all(&sandbox).await;
        let (host, b) = (&snapshot.actors["host"].net, &snapshot.actors["b"].net);
        let (near, far) = (&host.links["veth0"], &b.links["veth1"]);
        assert_eq!((near.peer.as_str(), near.peer_netns), ("veth1", b.inode));
        assert_eq!((far.peer.as_str(), far.peer_netns), ("veth0", host.inode));
        assert!(near.carrier && far.carrier && near.state == "UP");
        let ping = act(&sandbox, r#"{"ping": {"to": "10.2.2.3"}}"#)
            .await
            .outcome;
        assert!(
            ping.output.contains("2 received, 0% packet loss"),
            "{}",
            ping.output
        );
        let snapshot = compare_all(&sandbox).await;
        let neighbours = &snapshot.actors["host"].net.neighbours;
        assert!(neighbours.iter().any(
            |n| n.address == "10.2.2.3" && n.mac == snapshot.actors["b"].net.links["veth1"].mac
        ));
        // Refusals are the kernel's.
        assert_eq!(
            refused(&sandbox, r#"{"veth": {"name": "veth0", "peer": "x0"}}"#).await,
            "EEXIST"
        );
        assert_eq!(
            refused(&sandbox, r#"{"link": {"name": "none", "up": true}}"#).await,
            "ENODEV"
        );
        assert_eq!(
            refused(&sandbox, r#"{"ping": {"to": "192.0.2.1"}}"#).await,
            "ENETUNREACH"
        );
        assert_eq!(
            refused(
                &sandbox,
                r#"{"route": {"to": "default", "via": "192.0.2.1"}}"#
            )
            .await,
            "ENETUNREACH"
        );
        assert_eq!(
            refused(
                &sandbox,
                r#"{"link": {"name": "lo", "to": {"actor": "b"}}}"#
            )
            .await,
            "EINVAL"
        );
        // With one end, the other goes.
        done(&sandbox, r#"{"link_remove": {"name": "veth0"}}"#).await;
        let snapshot = compare_all(&sandbox).await;
        assert!(!snapshot.actors["b"].net.links.contains_key("veth1"));
    });
}

#[test]
fn a_namespace_that_nobody_is_in_any_longer_is_let_go() {
    with_host(|sandbox| async move {
        done(&sandbox, r#"{"netns": {"name": "r1"}}"#).await;
        done(
            &sandbox,
            r#"{"veth": {"name": "veth0", "peer": "eth0", "to": {"netns": "r1"}}}"#,
        )
        .await;
        let snapshot = compare_all(&sandbox).await;
        assert_eq!(snapshot.netns("r1").unwrap().links["eth0"].peer, "veth0");
        assert_eq!(
            sh(&sandbox, "ip netns list")
                .await
                .split_whitespace()
                .next(),
            Some("r1")
        );
        done(&sandbox, r#"{"netns_remove": {"name": "r1"}}"#).await;
        // Its end is the kernel's work, some milliseconds later, and so is that of the cable.
        let mut left = true;
        for _ in 0..500 {
            left = sandbox.observe().await.unwrap().actors["host"]
                .net
                .links
                .contains_key("veth0");
            if !left {
                break;
            }
            sh(&sandbox, "sleep 0.01").await;
        }
        assert!(!left, "the cable is still there");
    });
}

#[test]
fn a_bridge_learns_and_a_router_translates() {
    with_host(|sandbox| async move {
        done(&sandbox, r#"{"bridge": {"name": "br0"}}"#).await;
        done(
            &sandbox,
            r#"{"address": {"link": "br0", "address": "10.2.0.1/24"}}"#,
        )
        .await;
        done(&sandbox, r#"{"link": {"name": "br0", "up": true}}"#).await;
        for (name, number) in [("one", 10), ("two", 11)] {
            done(&sandbox, &format!(r#"{{"netns": {{"name": "{name}"}}}}"#)).await;
            done(&sandbox, &format!(r#"{{"veth": {{"name": "to-{name}", "peer": "eth0", "to": {{"netns": "{name}"}}}}}}"#)).await;
            done(
                &sandbox,
                &format!(r#"{{"link": {{"name": "to-{name}", "master": "br0", "up": true}}}}"#),
            )
            .await;
            done(&sandbox, &format!(r#"{{"address": {{"netns": "{name}", "link": "eth0", "address": "10.2.0.{number}/24"}}}}"#)).await;
            done(&sandbox, &format!(r#"{{"link": {{"netns": "{name}", "name": "eth0", "up": true, "mac": "02:00:00:00:00:{number}"}}}}"#)).await;
            done(
                &sandbox,
                &format!(
                    r#"{{"route": {{"netns": "{name}", "to": "default", "via": "10.2.0.1"}}}}"#
                ),
            )
            .await;
        }
        let ping = act(&sandbox, r#"{"ping": {"netns": "one", "to": "10.2.0.11"}}"#)
            .await
            .outcome;
        assert!(ping.output.contains("2 received"), "{}", ping.output);
        done(&sandbox, r#"{"forwarding": {"on": true}}"#).await;
        done(
            &sandbox,
            r#"{"nat": {"rule": {"masquerade": {"out": "to-two"}}}}"#,
        )
        .await;
        done(
            &sandbox,
            r#"{"nat": {"rule": {"publish": {"port": 8080, "to": "10.2.0.10:80"}}}}"#,
        )
        .await;
        let snapshot = compare_all(&sandbox).await;
        let host = &snapshot.actors["host"].net;
        let learnt = |port: &str, mac: &str| {
            host.links[port]
                .fdb
                .iter()
                .any(|e| e.learnt && e.mac == mac)
        };
        assert!(learnt("to-one", "02:00:00:00:00:10") && learnt("to-two", "02:00:00:00:00:11"));
        assert!(host.forwarding.ipv4 && host.forwarding.ipv6);
        let rules: Vec<&str> = host.nat.iter().map(|rule| rule.rule.as_str()).collect();
        assert_eq!(
            rules,
            [
                "oifname \"to-two\" masquerade",
                "tcp dport 8080 dnat to 10.2.0.10:80"
            ]
        );
        let listed = sh(&sandbox, "nft list ruleset").await;
        assert!(rules.iter().all(|rule| listed.contains(rule)), "{listed}");
    });
}

#[test]
fn a_page_is_served_and_fetched() {
    super::host::with_tools(|sandbox| async move {
        done(&sandbox, r#"{"link": {"name": "lo", "up": true}}"#).await;
        done(
            &sandbox,
            r#"{"listen": {"name": "web", "port": 80, "text": "Hello"}}"#,
        )
        .await;
        let mut page = String::new();
        for _ in 0..100 {
            page = act(&sandbox, r#"{"connect": {"to": "127.0.0.1:80"}}"#)
                .await
                .outcome
                .output;
            if page == "Hello\n" {
                break;
            }
        }
        assert_eq!(page, "Hello\n");
        let snapshot = sandbox.observe().await.unwrap();
        let listening = &snapshot.actors["host"].net.listening;
        assert!(
            listening
                .iter()
                .any(|socket| socket.protocol == "tcp" && socket.port == 80)
        );
        let ports = sh(&sandbox, "ss -Hltn | wc -l").await;
        assert_eq!(
            ports.trim(),
            listening
                .iter()
                .filter(|s| s.protocol == "tcp")
                .count()
                .to_string()
        );
    });
}

#[test]
fn every_line_that_is_shown_does_what_its_action_does() {
    let actions = [
        r#"{"netns": {"name": "r1"}}"#,
        r#"{"veth": {"name": "v0", "peer": "v1"}}"#,
        r#"{"veth": {"name": "w0", "peer": "w1", "to": {"netns": "r1"}}}"#,
        r#"{"link": {"name": "v1", "to": {"netns": "r1"}, "rename": "eth0"}}"#,
        r#"{"bridge": {"netns": "r1", "name": "br0"}}"#,
        r#"{"link": {"netns": "r1", "name": "w1", "master": "br0", "up": true}}"#,
        r#"{"link": {"netns": "r1", "name": "br0", "up": true, "mtu": 1400, "mac": "02:00:00:00:00:07"}}"#,
        r#"{"link": {"name": "w0", "up": true}}"#,
        r#"{"address": {"link": "w0", "address": "10.9.0.1/24"}}"#,
        r#"{"address": {"link": "w0", "address": "fd09::1/64"}}"#,
        r#"{"address": {"netns": "r1", "link": "br0", "address": "10.9.0.2/24"}}"#,
        r#"{"route": {"to": "10.10.0.0/16", "via": "10.9.0.2"}}"#,
        r#"{"route": {"to": "fd10::/32", "dev": "w0"}}"#,
        r#"{"route": {"netns": "r1", "to": "default", "via": "10.9.0.1"}}"#,
        r#"{"forwarding": {"netns": "r1", "on": true}}"#,
        r#"{"nat": {"netns": "r1", "rule": {"masquerade": {"out": "br0"}}}}"#,
        r#"{"link": {"netns": "r1", "name": "w1", "master": ""}}"#,
        r#"{"link_remove": {"name": "v0"}}"#,
    ];
    let play = |typed: bool| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async move {
            let (sandbox, _notices) = super::host::start(isolab::sandbox::Wants::default()).await;
            let _terminal = sandbox.open("host", SIZE).await.unwrap();
            let mut states = Vec::new();
            for action in actions {
                if typed {
                    let action: Action = serde_json::from_str(action).unwrap();
                    let line = isolab::typed::line(&action, &|_| None).unwrap();
                    let said = sh(&sandbox, &line).await;
                    assert!(
                        said.is_empty() || said.starts_with("net."),
                        "{line}: {said}"
                    );
                } else {
                    done(&sandbox, action).await;
                }
                states.push(plain(&compare_all(&sandbox).await));
            }
            states
        })
    };
    for (action, (played, typed)) in actions.iter().zip(play(false).into_iter().zip(play(true))) {
        assert_eq!(played, typed, "{action}");
    }
}

/// The networks without what chance decides: inode numbers, hardware
/// addresses and what is made of them, and the kernel's own timing.
fn plain(snapshot: &Snapshot) -> Vec<Network> {
    let mut networks: Vec<Network> = snapshot.networks.iter().map(|n| (**n).clone()).collect();
    for network in &mut networks {
        (network.inode, network.pids) = (0, Vec::new());
        network.neighbours.clear();
        for link in network.links.values_mut() {
            link.peer_netns = i64::from(link.peer_netns != 0);
            link.addresses
                .retain(|address| !address.starts_with("fe80"));
            link.scopes
                .retain(|address, _| !address.starts_with("fe80"));
            link.addresses.sort();
            link.fdb.clear();
            if !link.mac.starts_with("02:00:00:00:00") {
                link.mac.clear();
            }
        }
    }
    networks
}
