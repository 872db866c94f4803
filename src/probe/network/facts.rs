//! Links, addresses, routes, neighbours and forwarding tables, from dumps of
//! rtnetlink(7).

use std::collections::BTreeMap;
use std::net::IpAddr;

use rtnetlink::packet_route::address::{AddressAttribute, AddressMessage};
use rtnetlink::packet_route::link::{
    InfoKind, LinkAttribute, LinkFlags, LinkInfo, LinkLayerType, LinkMessage, State,
};
use rtnetlink::packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState,
};
use rtnetlink::packet_route::route::{
    RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteType,
};
use rtnetlink::packet_route::{AddressFamily, RouteNetlinkMessage as Message};

use crate::snapshot::{FdbEntry, Link, Neighbour, Network, Route};
use crate::sys::netlink::Netlink;

/// Added to the number that this namespace has for another one, where a link's
/// other end is there: an inode number is told in its place later.
pub(super) const FOREIGN: i64 = 1 << 40;

/// The flags in the order and the words of ip(8).
const FLAGS: [(LinkFlags, &str); 11] = [
    (LinkFlags::Loopback, "LOOPBACK"),
    (LinkFlags::Broadcast, "BROADCAST"),
    (LinkFlags::Pointopoint, "POINTOPOINT"),
    (LinkFlags::Multicast, "MULTICAST"),
    (LinkFlags::Noarp, "NOARP"),
    (LinkFlags::Allmulti, "ALLMULTI"),
    (LinkFlags::Promisc, "PROMISC"),
    (LinkFlags::Controller, "MASTER"),
    (LinkFlags::Port, "SLAVE"),
    (LinkFlags::Up, "UP"),
    (LinkFlags::LowerUp, "LOWER_UP"),
];

type Names = BTreeMap<u32, String>;

/// Reads all of them anew.
pub(super) fn read(netlink: &mut Netlink, network: &mut Network) {
    let mut dump = |message| netlink.dump(message).unwrap_or_default();
    let links = dump(Message::GetLink(LinkMessage::default()));
    let links: Vec<&LinkMessage> = links.iter().filter_map(new_link).collect();
    let names: Names = links.iter().map(|l| (l.header.index, name(l))).collect();
    network.links = links.iter().map(|l| (name(l), link(l, &names))).collect();
    for message in dump(Message::GetAddress(AddressMessage::default())) {
        if let Message::NewAddress(message) = message {
            address(&message, &names, &mut network.links);
        }
    }
    network.routes = routes(&dump(Message::GetRoute(RouteMessage::default())), &names);
    network.neighbours = neighbours(
        &dump(Message::GetNeighbour(NeighbourMessage::default())),
        &names,
    );
    if network.links.values().any(|link| link.kind == "bridge") {
        let mut all = NeighbourMessage::default();
        all.header.family = AddressFamily::Bridge;
        forwarding_table(
            &dump(Message::GetNeighbour(all)),
            &names,
            &mut network.links,
        );
    }
}

fn new_link(message: &Message) -> Option<&LinkMessage> {
    match message {
        Message::NewLink(link) => Some(link),
        _ => None,
    }
}

fn name(message: &LinkMessage) -> String {
    let name = message.attributes.iter().find_map(|a| match a {
        LinkAttribute::IfName(name) => Some(name.clone()),
        _ => None,
    });
    name.unwrap_or_default()
}

fn link(message: &LinkMessage, names: &Names) -> Link {
    let flags = message.header.flags;
    let mut link = Link {
        index: message.header.index.into(),
        up: flags.contains(LinkFlags::Up),
        carrier: flags.contains(LinkFlags::LowerUp),
        flags: flag_words(flags),
        ..Link::default()
    };
    let mut lower = 0;
    let mut foreign = 0;
    for attribute in &message.attributes {
        match attribute {
            LinkAttribute::Address(bytes) => link.mac = mac(bytes),
            LinkAttribute::Mtu(mtu) => link.mtu = (*mtu).into(),
            LinkAttribute::OperState(state) => link.state = state_words(*state),
            LinkAttribute::Controller(index) => {
                link.master = names.get(index).cloned().unwrap_or_default();
            }
            LinkAttribute::Link(index) => lower = i64::from(*index),
            LinkAttribute::LinkNetNsId(id) => foreign = FOREIGN + i64::from(*id),
            LinkAttribute::LinkInfo(infos) => link.kind = kind(infos),
            _ => {}
        }
    }
    if message.header.link_layer_type == LinkLayerType::Loopback {
        link.kind = "loopback".to_owned();
    }
    if link.kind == "veth" {
        // The kernel leaves the other end's number out where it equals this one's.
        link.peer_index = if lower == 0 && foreign != 0 {
            link.index
        } else {
            lower
        };
        link.peer_netns = foreign;
    }
    link
}

fn kind(infos: &[LinkInfo]) -> String {
    let kind = infos.iter().find_map(|info| match info {
        LinkInfo::Kind(kind) => Some(kind),
        _ => None,
    });
    kind.map(InfoKind::to_string).unwrap_or_default()
}

fn flag_words(flags: LinkFlags) -> Vec<String> {
    let mut words = Vec::new();
    if flags.contains(LinkFlags::Up) && !flags.contains(LinkFlags::Running) {
        words.push("NO-CARRIER".to_owned());
    }
    let set = FLAGS.iter().filter(|(flag, _)| flags.contains(*flag));
    words.extend(set.map(|(_, word)| (*word).to_owned()));
    words
}

fn state_words(state: State) -> String {
    let words = match state {
        State::NotPresent => "NOTPRESENT",
        State::Down => "DOWN",
        State::LowerLayerDown => "LOWERLAYERDOWN",
        State::Testing => "TESTING",
        State::Dormant => "DORMANT",
        State::Up => "UP",
        _ => "UNKNOWN",
    };
    words.to_owned()
}

fn mac(bytes: &[u8]) -> String {
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.join(":")
}

fn address(message: &AddressMessage, names: &Names, links: &mut BTreeMap<String, Link>) {
    let Some(link) = names
        .get(&message.header.index)
        .and_then(|name| links.get_mut(name))
    else {
        return;
    };
    let mut local = None;
    let mut other = None;
    for attribute in &message.attributes {
        match attribute {
            AddressAttribute::Local(address) => local = Some(*address),
            AddressAttribute::Address(address) => other = Some(*address),
            _ => {}
        }
    }
    if let Some(address) = local.or(other) {
        let words = format!("{address}/{}", message.header.prefix_len);
        let scope = word(&message.header.scope, "Universe", "global");
        link.scopes.insert(words.clone(), scope);
        link.addresses.push(words);
    }
}

/// The name of a variant in small letters, one of them under another name.
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
    let words = |address: &RouteAddress| ip(address).map(|ip| ip.to_string()).unwrap_or_default();
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(address) if header.destination_prefix_length > 0 => {
                route.to = format!("{}/{}", words(address), header.destination_prefix_length);
            }
            RouteAttribute::Gateway(address) => route.via = words(address),
            RouteAttribute::PrefSource(address) => route.source = words(address),
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

/// What bridges have learnt, by port.
fn forwarding_table(messages: &[Message], names: &Names, links: &mut BTreeMap<String, Link>) {
    for message in messages {
        let Message::NewNeighbour(message) = message else {
            continue;
        };
        // `self`: the device's own list of what it listens to, no bridge's.
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
