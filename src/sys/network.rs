//! Changes of links, addresses and routes: one netlink message each, rtnetlink(7). A refusal names
//! the message and the arguments of the same `ip` command.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsRawFd, BorrowedFd};

use rtnetlink::packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use rtnetlink::packet_route::RouteNetlinkMessage;
use rtnetlink::packet_route::address::{AddressAttribute, AddressMessage, AddressScope};
use rtnetlink::packet_route::link::{InfoData, InfoKind, InfoVeth, LinkMessage};
use rtnetlink::packet_route::nsid::{NsidAttribute, NsidMessage};
use rtnetlink::packet_route::route::{RouteMessage, RouteProtocol, RouteScope};
use rtnetlink::{
    AddressMessageBuilder, LinkMessageBuilder, LinkUnspec, LinkVeth, RouteMessageBuilder,
};

use super::netlink::Netlink;
use super::{Code, SysError};

/// The flags to create something that must not exist yet.
const NEW: u16 = NLM_F_CREATE | NLM_F_EXCL;

/// Changes to a link; `None` leaves a property as it is.
#[derive(Debug, Default)]
pub struct Change<'a> {
    /// Up or down.
    pub up: Option<bool>,
    /// Its new name.
    pub rename: Option<&'a str>,
    /// The network namespace that it moves to.
    pub netns: Option<BorrowedFd<'a>>,
    /// The index of its master; 0 for none.
    pub master: Option<u32>,
    /// The largest packet (MTU), in bytes.
    pub mtu: Option<u32>,
    /// Its hardware address.
    pub mac: Option<Vec<u8>>,
}

/// An address or a network with its prefix length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// The address.
    pub address: IpAddr,
    /// The length of the prefix, in bits.
    pub length: u8,
}

impl Prefix {
    /// Parses `10.2.2.3/24`; without a length it is a single address.
    pub fn parse(text: &str) -> Result<Self, SysError> {
        Self::read(text)
            .ok_or_else(|| SysError::new("inet_pton", format!("\"{text}\""), Code(libc::EINVAL)))
    }

    fn read(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/').unwrap_or((text, ""));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = if length.is_empty() {
            most
        } else {
            length.parse().ok()?
        };
        (length <= most).then_some(Self { address, length })
    }
}

/// A route to add.
#[derive(Clone, Copy, Debug)]
pub struct NewRoute {
    /// The destination; `None` for the default route.
    pub to: Option<Prefix>,
    /// The next router; `None` if the destination is on the link.
    pub via: Option<IpAddr>,
    /// The index of the link.
    pub dev: Option<u32>,
}

/// Replaces the call of a refusal by the message's name.
fn named(call: &'static str) -> impl FnOnce(SysError) -> SysError {
    move |e| SysError { call, ..e }
}

fn change(netlink: &mut Netlink, message: LinkMessage, flags: u16) -> Result<(), SysError> {
    let message = RouteNetlinkMessage::NewLink(message);
    netlink
        .ask(message, flags)
        .map(drop)
        .map_err(named("RTM_NEWLINK"))
}

/// Makes a veth pair; the peer goes to another network namespace if one is given.
pub fn new_veth(
    netlink: &mut Netlink,
    name: &str,
    peer: &str,
    to: Option<BorrowedFd<'_>>,
) -> Result<(), SysError> {
    let mut far = LinkMessageBuilder::<LinkUnspec>::new().name(peer);
    if let Some(fd) = to {
        far = far.setns_by_fd(fd.as_raw_fd());
    }
    let near = LinkMessageBuilder::<LinkVeth>::new_with_info_kind(InfoKind::Veth)
        .name(name)
        .set_info_data(InfoData::Veth(InfoVeth::Peer(far.build())));
    change(netlink, near.build(), NEW)
}

/// A link to be made, of whatever kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewLink<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its kind, as `ip link add NAME type KIND` takes it.
    pub kind: &'a str,
    /// The number of the link that it is made on, for kinds that need one.
    pub parent: Option<u32>,
    /// What is set of its kind.
    pub settings: &'a [Setting],
}

/// One attribute of `IFLA_INFO_DATA`: each kind has its own, `linux/if_link.h`.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The attribute's number.
    pub attribute: u16,
    /// Its value.
    pub value: u32,
}

impl Setting {
    /// As it stands in a message: length, number and value, netlink(7).
    fn bytes(self) -> Vec<u8> {
        const LENGTH: u16 = 8;
        let head = [LENGTH, self.attribute].map(u16::to_ne_bytes).concat();
        [head, self.value.to_ne_bytes().to_vec()].concat()
    }
}

/// Makes a link, down.
pub fn new_link(netlink: &mut Netlink, wanted: NewLink<'_>) -> Result<(), SysError> {
    let kind = InfoKind::Other(wanted.kind.to_owned());
    let mut message = LinkMessageBuilder::<LinkUnspec>::new_with_info_kind(kind).name(wanted.name);
    if let Some(parent) = wanted.parent {
        message = message.link(parent);
    }
    if !wanted.settings.is_empty() {
        let settings = wanted.settings.iter().flat_map(|setting| setting.bytes());
        message = message.set_info_data(InfoData::Other(settings.collect()));
    }
    change(netlink, message.build(), NEW)
}

/// Changes a link.
pub fn set_link(netlink: &mut Netlink, index: u32, wanted: &Change<'_>) -> Result<(), SysError> {
    let mut message = LinkUnspec::new_with_index(index);
    message = match wanted.up {
        Some(true) => message.up(),
        Some(false) => message.down(),
        None => message,
    };
    if let Some(name) = wanted.rename {
        message = message.name(name);
    }
    if let Some(fd) = wanted.netns {
        message = message.setns_by_fd(fd.as_raw_fd());
    }
    if let Some(master) = wanted.master {
        message = message.controller(master);
    }
    if let Some(mtu) = wanted.mtu {
        message = message.mtu(mtu);
    }
    if let Some(mac) = &wanted.mac {
        message = message.address(mac.clone());
    }
    change(netlink, message.build(), 0)
}

/// Removes a link.
pub fn delete_link(netlink: &mut Netlink, index: u32) -> Result<(), SysError> {
    let link = LinkUnspec::new_with_index(index).build();
    let message = RouteNetlinkMessage::DelLink(link);
    netlink
        .ask(message, 0)
        .map(drop)
        .map_err(named("RTM_DELLINK"))
}

/// The index of a link by its name; ENODEV if there is none.
pub fn index(netlink: &mut Netlink, name: &str) -> Result<u32, SysError> {
    let message = LinkUnspec::new_with_name(name).build();
    let answers = netlink
        .ask(RouteNetlinkMessage::GetLink(message), 0)
        .map_err(named("RTM_GETLINK"))?;
    let found = answers.iter().find_map(|answer| match answer {
        RouteNetlinkMessage::NewLink(link) => Some(link.header.index),
        _ => None,
    });
    found.ok_or_else(|| SysError::new("RTM_GETLINK", name, Code(libc::ENODEV)))
}

/// Adds an address to a link.
pub fn new_address(netlink: &mut Netlink, index: u32, prefix: Prefix) -> Result<(), SysError> {
    let message = RouteNetlinkMessage::NewAddress(address_message(index, prefix));
    netlink
        .ask(message, NEW)
        .map(drop)
        .map_err(named("RTM_NEWADDR"))
}

/// Removes an address from a link.
pub fn delete_address(netlink: &mut Netlink, index: u32, prefix: Prefix) -> Result<(), SysError> {
    let message = RouteNetlinkMessage::DelAddress(address_message(index, prefix));
    netlink
        .ask(message, 0)
        .map(drop)
        .map_err(named("RTM_DELADDR"))
}

fn address_message(index: u32, prefix: Prefix) -> AddressMessage {
    let Prefix { address, length } = prefix;
    let mut message = match address {
        IpAddr::V4(a) => AddressMessageBuilder::<Ipv4Addr>::new()
            .address(a, length)
            .build(),
        IpAddr::V6(a) => AddressMessageBuilder::<Ipv6Addr>::new()
            .address(a, length)
            .build(),
    };
    message.header.index = index;
    if address.is_loopback() {
        message.header.scope = AddressScope::Host;
    }
    // `ip address add` sets no broadcast address unless asked; the library does.
    message
        .attributes
        .retain(|a| !matches!(a, AddressAttribute::Broadcast(_)));
    message
}

/// Adds a route to the main table.
pub fn new_route(netlink: &mut Netlink, route: NewRoute) -> Result<(), SysError> {
    let message = RouteNetlinkMessage::NewRoute(route_message(route)?);
    netlink
        .ask(message, NEW)
        .map(drop)
        .map_err(named("RTM_NEWROUTE"))
}

/// All addresses of the family of a router; of version 4 without one.
fn everywhere(via: Option<IpAddr>) -> Prefix {
    let address = match via {
        Some(IpAddr::V6(_)) => Ipv6Addr::UNSPECIFIED.into(),
        _ => Ipv4Addr::UNSPECIFIED.into(),
    };
    Prefix { address, length: 0 }
}

fn route_message(route: NewRoute) -> Result<RouteMessage, SysError> {
    // Address and router of different families: the kernel would refuse it likewise.
    let bad = |_| SysError::new("RTM_NEWROUTE", "", Code(libc::EINVAL));
    let to = route.to.unwrap_or_else(|| everywhere(route.via));
    let mut builder = RouteMessageBuilder::<IpAddr>::new()
        .destination_prefix(to.address, to.length)
        .map_err(bad)?
        .protocol(RouteProtocol::Boot);
    builder = match route.via {
        Some(via) => builder.gateway(via).map_err(bad)?,
        // A destination without a router is on the link itself.
        None => builder.scope(RouteScope::Link),
    };
    if let Some(dev) = route.dev {
        builder = builder.output_interface(dev);
    }
    Ok(builder.build())
}

/// The id that the caller's network namespace has for another one (network namespace id); -1 if
/// none.
pub fn nsid(netlink: &mut Netlink, other: BorrowedFd<'_>) -> Result<i32, SysError> {
    let mut message = NsidMessage::default();
    let fd = u32::try_from(other.as_raw_fd()).unwrap_or(u32::MAX);
    message.attributes.push(NsidAttribute::Fd(fd));
    let answers = netlink
        .ask(RouteNetlinkMessage::GetNsId(message), 0)
        .map_err(named("RTM_GETNSID"))?;
    let id = answers.into_iter().find_map(|answer| match answer {
        RouteNetlinkMessage::NewNsId(m) => m.attributes.into_iter().find_map(|a| match a {
            NsidAttribute::Id(id) => Some(id),
            _ => None,
        }),
        _ => None,
    });
    Ok(id.unwrap_or(-1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_read_as_ip_reads_them() {
        let read = |text| Prefix::parse(text).map(|p| (p.address.to_string(), p.length));
        assert_eq!(read("10.2.2.3/24"), Ok(("10.2.2.3".to_owned(), 24)));
        assert_eq!(read("fd00::3"), Ok(("fd00::3".to_owned(), 128)));
        for bad in ["10.2.2.3/33", "10.2.2/24", "", "fd00::3/x"] {
            assert_eq!(read(bad).unwrap_err().errno_name(), "EINVAL", "{bad}");
        }
    }
}
