//! Parsing what the kernel says about networks, including messages that no kernel sends.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{Network, facts, nat};
use crate::fuzz;
use crate::snapshot::{Link, Route};
use crate::sys::netlink::peer::pair;
use crate::sys::netlink::{Family, Netlink};

/// Whether the text is an address with a prefix length.
fn is_network(words: &str) -> bool {
    let Some((address, length)) = words.split_once('/') else {
        return false;
    };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.parse::<u32>().is_ok_and(|length| length <= most)
}

fn sound(link: &Link) {
    assert!(link.addresses.iter().all(|a| is_network(a)), "{link:?}");
    assert!(link.addresses.iter().all(|a| link.scopes.contains_key(a)));
    let numbers = [link.index, link.peer_index, link.mtu];
    assert!(numbers.iter().all(|n| (0..1 << 32).contains(n)), "{link:?}");
}

#[test]
fn a_network_may_be_told_in_any_way() {
    let (mut netlink, peer) = pair();
    fuzz::each("netlink", move |bytes| {
        peer.tell(bytes);
        let mut network = Network::default();
        // A broken answer is refused as a whole.
        let _ = facts::read(&mut netlink, &mut network);
        network.links.values().for_each(sound);
        for route in &network.routes {
            assert!(route.to == "default" || is_network(&route.to), "{route:?}");
            let hops = [&route.via, &route.source];
            let is_address = |hop: &&String| hop.is_empty() || hop.parse::<IpAddr>().is_ok();
            assert!(hops.iter().all(is_address), "{route:?}");
        }
        for neighbour in &network.neighbours {
            assert!(neighbour.address.parse::<IpAddr>().is_ok(), "{neighbour:?}");
        }
        let names = network.links.iter();
        let names = names.map(|(name, link)| (u32::try_from(link.index).unwrap(), name.clone()));
        for rule in nat::read(&mut netlink, &names.collect()).unwrap_or_default() {
            // A rule has words, or is counted as unknown.
            assert_eq!(rule.unknown > 0, rule.rule.is_empty(), "{rule:?}");
        }
    });
}

#[test]
fn what_cannot_be_read_stays_as_it_was() {
    let mut known = Network::default();
    known.links.insert("up0".to_owned(), Link::default());
    known.routes.push(Route::default());
    let before = known.clone();
    // Sockets of the wrong family: the kernel refuses these requests.
    let mut filter = Netlink::open(Family::Filter).unwrap();
    assert!(facts::read(&mut filter, &mut known).is_err());
    assert_eq!(known, before);
    let mut route = Netlink::open(Family::Route).unwrap();
    assert!(nat::read(&mut route, &BTreeMap::new()).is_err());
    assert!(facts::read(&mut route, &mut known).is_ok());
    assert_ne!(known, before);
}
