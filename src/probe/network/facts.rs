//! Links, addresses, routes, neighbours and forwarding tables, parsed from rtnetlink(7) dumps.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rtnetlink::packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState,
};
use rtnetlink::packet_route::route::{
    RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteType,
};
use rtnetlink::packet_route::{AddressFamily, RouteNetlinkMessage as Message};

use super::links;
use super::names::{Names, mac};
use crate::snapshot::{FdbEntry, Link, Neighbour, Network, Route};
use crate::sys::SysError;
use crate::sys::netlink::Netlink;

/// Reads all facts.
///
/// # Errors
/// A dump was refused or broken: `network` is unchanged.
pub(super) fn read(netlink: &mut Netlink, network: &mut Network) -> Result<(), SysError> {
    let (mut links, names) = links::read(netlink)?;
    let mut main = RouteMessage::default();
    main.header.table = RouteHeader::RT_TABLE_MAIN;
    let found = netlink.dump(Message::GetRoute(main))?;
    let neighbour = netlink.dump(Message::GetNeighbour(NeighbourMessage::default()))?;
    if links.values().any(|link| link.kind == "bridge") {
        let mut all = NeighbourMessage::default();
        all.header.family = AddressFamily::Bridge;
        let table = netlink.dump(Message::GetNeighbour(all))?;
        forwarding_table(&table, &names, &mut links);
    }
    network.routes = routes(&found, &names);
    network.neighbours = neighbours(&neighbour, &names);
    network.links = links;
    Ok(())
}

/// The name of a variant in lower case, but `that` for the variant `this`.
fn word(variant: &impl std::fmt::Debug, this: &str, that: &str) -> String {
    let name = format!("{variant:?}");
    if name == this {
        that.to_owned()
    } else {
        name.to_lowercase()
    }
}

fn ip(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(address) => Some((*address).into()),
        RouteAddress::Inet6(address) => Some((*address).into()),
        _ => None,
    }
}

fn routes(messages: &[Message], names: &Names) -> Vec<Route> {
    let mut routes: Vec<Route> = messages
        .iter()
        .filter_map(|message| match message {
            Message::NewRoute(message) => route(message, names),
            _ => None,
        })
        .collect();
    routes.sort();
    routes
}

fn ip_words(address: &RouteAddress) -> String {
    ip(address).map(|ip| ip.to_string()).unwrap_or_default()
}

fn route(message: &RouteMessage, names: &Names) -> Option<Route> {
    let header = &message.header;
    if header.table != RouteHeader::RT_TABLE_MAIN || header.kind != RouteType::Unicast {
        return None;
    }
    let mut route = Route {
        to: "default".to_owned(),
        protocol: word(&header.protocol, "IcmpRedirect", "redirect"),
        ..Route::default()
    };
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(address) if header.destination_prefix_length > 0 => {
                route.to = links::network(ip(address)?, header.destination_prefix_length)?;
            }
            RouteAttribute::Gateway(address) => route.via = ip_words(address),
            RouteAttribute::PrefSource(address) => route.source = ip_words(address),
            RouteAttribute::Oif(index) => route.dev = names.get(index).cloned().unwrap_or_default(),
            _ => {}
        }
    }
    Some(route)
}

fn neighbours(messages: &[Message], names: &Names) -> Vec<Neighbour> {
    let mut all: Vec<Neighbour> = messages
        .iter()
        .filter_map(|message| match message {
            Message::NewNeighbour(message) => neighbour(message, names),
            _ => None,
        })
        .collect();
    all.sort();
    all
}

fn neighbour(message: &NeighbourMessage, names: &Names) -> Option<Neighbour> {
    let state = message.header.state;
    if matches!(state, NeighbourState::Noarp | NeighbourState::None) {
        return None;
    }
    let mut neighbour = Neighbour {
        dev: names.get(&message.header.ifindex)?.clone(),
        state: format!("{state:?}").to_uppercase(),
        ..Neighbour::default()
    };
    for attribute in &message.attributes {
        match attribute {
            NeighbourAttribute::Destination(NeighbourAddress::Inet(address)) => {
                neighbour.address = address.to_string();
            }
            NeighbourAttribute::Destination(NeighbourAddress::Inet6(address)) => {
                neighbour.address = address.to_string();
            }
            NeighbourAttribute::LinkLayerAddress(bytes) => neighbour.mac = mac(bytes),
            _ => {}
        }
    }
    (!neighbour.address.is_empty()).then_some(neighbour)
}

/// Adds what bridges have learnt to their ports.
fn forwarding_table(messages: &[Message], names: &Names, links: &mut BTreeMap<String, Link>) {
    for message in messages {
        let Message::NewNeighbour(message) = message else {
            continue;
        };
        // `self`: an address that the device itself listens to, not one that a bridge knows.
        if message.header.flags.contains(NeighbourFlags::Own) {
            continue;
        }
        let port = names
            .get(&message.header.ifindex)
            .and_then(|name| links.get_mut(name));
        let address = message.attributes.iter().find_map(|a| match a {
            NeighbourAttribute::LinkLayerAddress(bytes) => Some(mac(bytes)),
            _ => None,
        });
        if let (Some(port), Some(mac)) = (port, address) {
            let learnt = message.header.state != NeighbourState::Permanent;
            port.fdb.push(FdbEntry { mac, learnt });
        }
    }
    for link in links.values_mut() {
        link.fdb.sort();
        link.fdb.dedup();
    }
}
