//! The line that is shown for an action of the network family leads to the same state as the
//! action.

use isolab::lab::Action;
use isolab::sandbox::Wants;
use isolab::snapshot::{Hierarchy, Network, Snapshot};

use super::beside::compare_all;
use super::host::{SIZE, sh, start};
use super::network::done;
use crate::skip::lacks;

#[test]
fn every_line_that_is_shown_does_what_its_action_does() {
    if lacks(
        "every_line_that_is_shown_does_what_its_action_does",
        &["ip", "nft", "sysctl"],
    ) {
        return;
    }
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
        r#"{"address_remove": {"link": "w0", "address": "10.9.0.1/24"}}"#,
        r#"{"address_remove": {"netns": "r1", "link": "br0", "address": "10.9.0.2/24"}}"#,
        r#"{"link_remove": {"name": "v0"}}"#,
    ];
    let play = |typed: bool| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async move {
            let (sandbox, _notices) = start(Wants::default()).await;
            let _terminal = sandbox.open("host", SIZE).await.unwrap();
            let mut states = Vec::new();
            for action in actions {
                if typed {
                    let action: Action = serde_json::from_str(action).unwrap();
                    let line =
                        isolab::typed::line(&action, &|_| None, &Hierarchy::default()).unwrap();
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

/// The networks without what differs by chance: inode numbers, hardware addresses and what depends
/// on them, and timing.
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
