//! Links and their addresses. There may be thousands, so each message is parsed in place and only
//! what is shown is copied.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rtnetlink::packet_route::link::LinkFlags;

use super::names::{FOREIGN, Names, mac};
use crate::snapshot::Link;
use crate::sys::SysError;
use crate::sys::netlink::{Netlink, attributes, text, u32_at};

/// `RTM_GETLINK`, rtnetlink(7).
const GET_LINK: u16 = 18;
/// `RTM_GETADDR`, rtnetlink(7).
const GET_ADDRESS: u16 = 22;
/// A request for all links (`struct ifinfomsg`) without counters, which are half of an answer:
/// `IFLA_EXT_MASK` with `RTEXT_FILTER_SKIP_STATS`.
const ALL: [u32; 6] = [0, 0, 0, 0, 29 << 16 | 8, 8];
/// The length of `struct ifinfomsg`, in bytes.
const LINK_HEADER: usize = 16;
/// The length of `struct ifaddrmsg`, in bytes.
const ADDRESS_HEADER: usize = 8;
/// `ARPHRD_LOOPBACK`.
const LOOPBACK: u16 = 772;

/// The flags in the order and with the names of ip(8).
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

/// All links by name, and the names by index.
pub(super) fn read(netlink: &mut Netlink) -> Result<(BTreeMap<String, Link>, Names), SysError> {
    let all: Vec<u8> = ALL.into_iter().flat_map(u32::to_ne_bytes).collect();
    let mut found = Vec::new();
    netlink.dump_each(GET_LINK, &all, &mut |body| found.extend(link(body)))?;
    // Before Linux 6.11 the kernel lists them in no order.
    found.sort_unstable_by_key(|found| found.link.index);
    let names: Names = found.iter().map(|f| (f.index(), f.name.clone())).collect();
    for Found { link, master, .. } in &mut found {
        link.master = names.get(master).cloned().unwrap_or_default();
    }
    netlink.dump_each(GET_ADDRESS, &[0; ADDRESS_HEADER], &mut |body| {
        address(body, &mut found);
    })?;
    let named = found.into_iter().map(|found| (found.name, found.link));
    Ok((named.collect(), names))
}

/// A parsed link.
struct Found {
    name: String,
    link: Link,
    /// The index of its master, 0 for none.
    master: u32,
}

impl Found {
    fn index(&self) -> u32 {
        u32::try_from(self.link.index).unwrap_or_default()
    }
}

fn link(body: &[u8]) -> Option<Found> {
    let flags = LinkFlags::from_bits_retain(u32_at(body, 8)?);
    let mut link = Link {
        index: u32_at(body, 4)?.into(),
        up: flags.contains(LinkFlags::Up),
        carrier: flags.contains(LinkFlags::LowerUp),
        flags: flag_words(flags),
        ..Link::default()
    };
    let (mut name, mut master, mut lower, mut foreign) = (String::new(), 0, 0, 0);
    for (kind, value) in attributes(body.get(LINK_HEADER..)?) {
        let number = u32_at(value, 0).unwrap_or_default();
        // IFLA_… of linux/if_link.h.
        match kind {
            1 => link.mac = mac(value),
            3 => name = text(value),
            4 => link.mtu = number.into(),
            5 => lower = i64::from(number),
            10 => master = number,
            16 => state_words(value).clone_into(&mut link.state),
            18 => link.kind = info_kind(value),
            37 => foreign = FOREIGN + i64::from(number.cast_signed()),
            _ => {}
        }
    }
    if body.get(2..4) == Some(&LOOPBACK.to_ne_bytes()) {
        "loopback".clone_into(&mut link.kind);
    }
    if link.kind == "veth" {
        // The kernel leaves the peer's index out if it equals this link's.
        let same = lower == 0 && foreign != 0;
        link.peer_index = if same { link.index } else { lower };
        link.peer_netns = foreign;
    }
    Some(Found { name, link, master })
}

/// The type of a link, such as `veth` (`IFLA_INFO_KIND`).
fn info_kind(value: &[u8]) -> String {
    let kind = attributes(value).find(|(kind, _)| *kind == 1);
    kind.map(|(_, value)| text(value)).unwrap_or_default()
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

/// `operstate` as the kernel names it (RFC 2863, linux/if.h).
fn state_words(value: &[u8]) -> &'static str {
    let words = [
        "UNKNOWN",
        "NOTPRESENT",
        "DOWN",
        "LOWERLAYERDOWN",
        "TESTING",
        "DORMANT",
        "UP",
    ];
    let number = value.first().copied().map_or(0, usize::from);
    words.get(number).unwrap_or(&words[0])
}

/// Adds an address (`struct ifaddrmsg`): the local one (`IFA_LOCAL`), else the only one
/// (`IFA_ADDRESS`). `links` is sorted by index.
fn address(body: &[u8], links: &mut [Found]) {
    let index = u32_at(body, 4).map(i64::from);
    let at = links.binary_search_by_key(&index, |found| Some(found.link.index));
    let (Some(found), Some([_, length, _, scope, ..])) =
        (at.ok().and_then(|at| links.get_mut(at)), body.get(..4))
    else {
        return;
    };
    let mut address = None;
    for (kind, value) in attributes(body.get(ADDRESS_HEADER..).unwrap_or_default()) {
        if kind == 2 || kind == 1 && address.is_none() {
            address = ip(value);
        }
    }
    if let Some(words) = address.and_then(|address| network(address, *length)) {
        found.link.scopes.insert(words.clone(), scope_words(*scope));
        found.link.addresses.push(words);
    }
}

/// An address with its prefix length; `None` if the length is longer than the address.
pub(super) fn network(address: IpAddr, length: u8) -> Option<String> {
    let bits = if address.is_ipv4() { 32 } else { 128 };
    (length <= bits).then(|| format!("{address}/{length}"))
}

fn ip(value: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(value).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(value).map(IpAddr::from))
        .ok()
}

/// `RT_SCOPE_…` in the words of ip(8).
fn scope_words(scope: u8) -> String {
    match scope {
        0 => "global",
        200 => "site",
        253 => "link",
        254 => "host",
        255 => "nowhere",
        _ => return scope.to_string(),
    }
    .to_owned()
}
