//! The network of a container: its links with their addresses and other ends, and its default
//! route.

use super::super::network::label;
use super::subject::{Item, Subject, is_own};
use crate::snapshot::{HOST, Link, NamespaceKind, Network, Snapshot};
use crate::word;

/// The items of a network of the container's own.
pub(super) fn items(subject: &Subject<'_>) -> Vec<Item> {
    if !is_own(subject, NamespaceKind::Net) {
        return Vec::new();
    }
    let net = &subject.actor.net;
    let mut items = Vec::new();
    for (name, link) in cables(net) {
        let mut words = format!("{name} {}", state(link));
        for address in addresses(link) {
            words = format!("{words} {address}");
        }
        items.push(Item::fixed(words));
        items.extend(peer(subject, link).map(Item::fixed));
        if !link.mac.is_empty() {
            // It differs from lab host to lab host.
            items.push(Item::live(format!("mac {}", link.mac), "mac".to_owned()));
        }
    }
    if items.is_empty() {
        items.push(Item::fixed(word!("ct-no-link")));
    }
    for route in net.routes.iter().filter(|route| route.to == "default") {
        let to = match route.via.as_str() {
            "" => route.to.clone(),
            via => format!("{} {}", route.to, word!("net-via", address = via)),
        };
        items.push(Item::fixed(word!("net-route", to = to, dev = &route.dev)));
    }
    items
}

/// All links but lo.
pub(super) fn cables(net: &Network) -> impl Iterator<Item = (&String, &Link)> {
    net.links.iter().filter(|(name, _)| *name != "lo")
}

/// The addresses that were configured. The kernel adds link-local ones by itself.
pub(super) fn addresses(link: &Link) -> impl Iterator<Item = &String> {
    let all = link.addresses.iter();
    all.filter(|address| !address.starts_with("fe80"))
}

fn state(link: &Link) -> String {
    match (link.up, link.carrier) {
        (false, _) => word!("net-down"),
        (true, false) => word!("net-no-carrier"),
        (true, true) => word!("ct-up"),
    }
}

/// The network at the other end of a cable, the link there, and its name.
pub(super) fn other_end<'a>(
    state: &'a Snapshot,
    link: &Link,
) -> Option<(&'a Network, &'a String, &'a Link)> {
    let mut networks = state.networks.iter();
    let network = networks.find(|network| network.inode == link.peer_netns)?;
    let mut links = network.links.iter();
    let (name, end) = links.find(|(_, other)| other.index == link.peer_index)?;
    Some((network, name, end))
}

fn peer(subject: &Subject<'_>, link: &Link) -> Option<String> {
    let (network, name, end) = other_end(subject.state, link)?;
    // The host's network is called `host`, whoever else is in it.
    let place = if network.inode == subject.host.ns.net {
        HOST.to_owned()
    } else {
        label(network)
    };
    Some(match end.master.as_str() {
        "" => word!("ct-cable", peer = name, place = place),
        bridge => word!("ct-plugged", peer = name, place = place, bridge = bridge),
    })
}
