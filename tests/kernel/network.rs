//! Networks: what the panels show is what ip(8), bridge(8), ss(8) and nft(8)
//! say in the same namespaces, however they came about.

use isolab::sandbox::Sandbox;
use isolab::snapshot::Snapshot;

use super::beside::compare_all;
use super::host::{act, sh, with_host, with_tools};
use crate::skip::lacks;

/// Does an action that must succeed.
pub(super) async fn done(sandbox: &Sandbox, json: &str) {
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

#[test]
fn a_cable_to_another_namespace() {
    if lacks("a_cable_to_another_namespace", &["ip"]) {
        return;
    }
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
        take_away(&sandbox).await;
        // With one end, the other goes.
        done(&sandbox, r#"{"link_remove": {"name": "veth0"}}"#).await;
        let snapshot = compare_all(&sandbox).await;
        assert!(!snapshot.actors["b"].net.links.contains_key("veth1"));
    });
}

/// Takes an address from a link: with it, the route that came with it goes.
async fn take_away(sandbox: &Sandbox) {
    let taken = r#"{"address_remove": {"in": "b", "link": "veth1", "address": "10.2.2.3/24"}}"#;
    done(sandbox, taken).await;
    let snapshot = compare_all(sandbox).await;
    let b = &snapshot.actors["b"].net;
    assert!(
        !b.links["veth1"]
            .addresses
            .iter()
            .any(|a| a == "10.2.2.3/24")
    );
    assert!(!b.routes.iter().any(|route| route.to == "10.2.2.0/24"));
    assert_eq!(refused(sandbox, taken).await, "EADDRNOTAVAIL");
}

#[test]
fn refusals_are_the_kernels() {
    with_host(|sandbox| async move {
        done(&sandbox, r#"{"veth": {"name": "veth0", "peer": "veth1"}}"#).await;
        done(&sandbox, r#"{"netns": {"name": "r1"}}"#).await;
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
                r#"{"link": {"name": "lo", "to": {"netns": "r1"}}}"#
            )
            .await,
            "EINVAL"
        );
    });
}

#[test]
fn a_namespace_that_nobody_is_in_any_longer_is_let_go() {
    if lacks(
        "a_namespace_that_nobody_is_in_any_longer_is_let_go",
        &["ip"],
    ) {
        return;
    }
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

/// Two boxes at a bridge.
async fn two_boxes(sandbox: &Sandbox) {
    done(sandbox, r#"{"bridge": {"name": "br0"}}"#).await;
    done(
        sandbox,
        r#"{"address": {"link": "br0", "address": "10.2.0.1/24"}}"#,
    )
    .await;
    done(sandbox, r#"{"link": {"name": "br0", "up": true}}"#).await;
    for (name, number) in [("one", 10), ("two", 11)] {
        done(sandbox, &format!(r#"{{"netns": {{"name": "{name}"}}}}"#)).await;
        done(sandbox, &format!(r#"{{"veth": {{"name": "to-{name}", "peer": "eth0", "to": {{"netns": "{name}"}}}}}}"#)).await;
        done(
            sandbox,
            &format!(r#"{{"link": {{"name": "to-{name}", "master": "br0", "up": true}}}}"#),
        )
        .await;
        done(sandbox, &format!(r#"{{"address": {{"netns": "{name}", "link": "eth0", "address": "10.2.0.{number}/24"}}}}"#)).await;
        done(sandbox, &format!(r#"{{"link": {{"netns": "{name}", "name": "eth0", "up": true, "mac": "02:00:00:00:00:{number}"}}}}"#)).await;
        done(
            sandbox,
            &format!(r#"{{"route": {{"netns": "{name}", "to": "default", "via": "10.2.0.1"}}}}"#),
        )
        .await;
    }
}

#[test]
fn a_bridge_learns_and_a_router_translates() {
    if lacks("a_bridge_learns_and_a_router_translates", &["ip", "nft"]) {
        return;
    }
    with_host(|sandbox| async move {
        two_boxes(&sandbox).await;
        let ping = act(&sandbox, r#"{"ping": {"netns": "one", "to": "10.2.0.11"}}"#)
            .await
            .outcome;
        // One is enough to be learnt from: a busy machine may be too late for the other.
        assert!(!ping.output.contains("0 received"), "{}", ping.output);
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
fn the_way_of_a_ping_is_seen() {
    with_host(|sandbox| async move {
        two_boxes(&sandbox).await;
        let way = [
            ("one", "eth0"),
            ("", "to-one"),
            ("", "to-two"),
            ("two", "eth0"),
        ];
        let echo = |snapshot: &Snapshot, (netns, link): (&str, &str)| {
            let named = snapshot.netns(netns);
            named.unwrap_or(&snapshot.actors["host"].net).links[link].echo
        };
        let before = sandbox.observe().await.unwrap();
        assert_eq!(echo(&before, way[0]).requests, 0);
        done(&sandbox, r#"{"ping": {"netns": "one", "to": "10.2.0.11"}}"#).await;
        let there = sandbox.observe().await.unwrap();
        let counts = way.map(|at| (echo(&there, at).requests, echo(&there, at).replies));
        assert_eq!(counts, [(2, 2); 4]);
        let times = way.map(|at| echo(&there, at).last);
        assert!(times.is_sorted() && times[0] > 0, "{times:?}");
        assert_eq!(echo(&there, ("", "br0")).requests, 0);
        // Nobody passes it on: it comes to the bridge's own address and no further.
        let lost = r#"{"ping": {"netns": "one", "to": "192.0.2.1", "count": 1}}"#;
        done(&sandbox, lost).await;
        let lost = sandbox.observe().await.unwrap();
        assert_eq!(echo(&lost, ("", "br0")).requests, 1);
        assert_eq!(echo(&lost, ("", "br0")).replies, 0);
        assert_eq!(echo(&lost, ("", "to-one")).requests, 3);
        assert_eq!(echo(&lost, ("", "to-two")).requests, 2);
        // And IPv6 the same.
        let up = r#"{"link": {"name": "lo", "up": true}}"#;
        done(&sandbox, up).await;
        done(&sandbox, r#"{"ping": {"to": "::1", "count": 3}}"#).await;
        let own = echo(&sandbox.observe().await.unwrap(), ("", "lo"));
        assert_eq!((own.requests, own.replies), (3, 3));
    });
}

#[test]
fn a_page_is_served_and_fetched() {
    if lacks("a_page_is_served_and_fetched", &["ss"]) {
        return;
    }
    with_tools(|sandbox| async move {
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
