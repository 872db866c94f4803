//! Requests of netlink(7) and refusals of them: rtnetlink(7), and `nf_tables`.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::bits::one;
use super::names::{NETLINK, NFT, NFT_FAMILY, RTM};
use super::table::Row;
use super::text::{LIST, bare, bounded, u16_at, u32_at, u64_at};
use super::{ARGS, Begun, Entry, Late, Still, structure};
use crate::snapshot::lens::Family;

/// How much of a message is looked at, in bytes.
const MOST: usize = 16 * 1024;
/// The header of a message, `struct nlmsghdr`.
const HEADER: usize = 16;
/// `NLMSG_ERROR`, the answer to a request.
const ERROR: u16 = 2;
/// `MSG_PEEK` of recv(2): the same comes once more.
const PEEK: u64 = 2;
/// `NETLINK_ROUTE` and `NETLINK_NETFILTER`.
const ROUTE: i32 = 0;
/// See `ROUTE`.
const NETFILTER: i32 = 12;
/// `NFNL_SUBSYS_NFTABLES`, in the upper byte of a type.
const NFTABLES: u16 = 10;

/// A call that sends requests, or receives an answer.
pub(super) fn begun(row: &'static Row, entry: &Entry, at: &impl Still) -> Option<Begun> {
    let protocol = at.netlink(entry.int(0))?;
    let begun = Begun {
        family: Family::Network,
        name: row.name,
        args: String::new(),
        number: entry.number,
        late: Late::Request,
    };
    match row.name {
        "recvmsg" | "recvfrom" => {
            let (flags, address) = match row.name {
                "recvmsg" => (entry.arg(2), first_piece(entry.arg(1), at)),
                _ => (entry.arg(3), entry.arg(1)),
            };
            (flags & PEEK == 0).then_some(Begun {
                name: "NLMSG_ERROR",
                late: Late::Answer(address, protocol),
                ..begun
            })
        }
        _ => {
            let sent = sent(row, entry, at);
            let (name, args) = requests(&sent, protocol)?;
            let args = bounded(args, ARGS);
            Some(Begun {
                name,
                args,
                ..begun
            })
        }
    }
}

/// The address of the first piece of memory of a `struct msghdr`.
fn first_piece(address: u64, at: &impl Still) -> u64 {
    let pieces = u64_at(&at.bytes(address.saturating_add(16), 8), 0);
    u64_at(&at.bytes(pieces, 8), 0)
}

/// The bytes that a call sends.
fn sent(row: &Row, entry: &Entry, at: &impl Still) -> Vec<u8> {
    if row.name == "sendto" {
        return at.bytes(entry.arg(1), entry.size(2).min(MOST));
    }
    let message = at.bytes(entry.arg(1), 32);
    let count = usize::try_from(u64_at(&message, 24)).unwrap_or(0);
    structure::gathered(u64_at(&message, 16), count, MOST, at).0
}

/// The requests in one text: the name of the first, its words, and the others behind it. `None` if
/// all of them only ask.
fn requests(bytes: &[u8], protocol: i32) -> Option<(&'static str, String)> {
    let mut first = None;
    let mut words = String::new();
    for message in messages(bytes).take(LIST) {
        let Some(request) = request(message, protocol) else {
            continue;
        };
        if first.is_none() {
            first = Some(request.name);
            words.push_str(&request.words);
        } else {
            let _ = write!(words, "; {} {}", request.name, request.words);
        }
    }
    Some((first?, words))
}

/// The messages, one after the other.
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let length = usize::try_from(u32_at(bytes, 0)).ok()?;
        let message = bytes.get(..length).filter(|_| length >= HEADER)?;
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(message)
    })
}

/// A request that changes something.
struct Request {
    name: &'static str,
    words: String,
}

/// `None` of one that only asks, and of the edges of a batch.
fn request(message: &[u8], protocol: i32) -> Option<Request> {
    let kind = u16_at(message, 4);
    let name = name(kind, protocol)?;
    if name.contains("_GET") {
        return None;
    }
    let body = &message[HEADER..];
    let words = match protocol {
        ROUTE => match kind {
            16 | 17 | 19 => link(body),
            20 | 21 => address(body),
            24 | 25 => route(body),
            _ => String::new(),
        },
        NETFILTER => rule(kind & 0xff, body),
        _ => format!("{} bytes", message.len()),
    };
    // A link without a name or a number: ip(8) asks so what the kernel can do.
    let is_trial = protocol == ROUTE && matches!(kind, 16 | 17 | 19) && words.is_empty();
    (!is_trial).then_some(Request { name, words })
}

/// The name of a type of message; `None` of control messages and of what nobody named.
fn name(kind: u16, protocol: i32) -> Option<&'static str> {
    let known = match protocol {
        ROUTE => RTM.iter().find(|name| name.value == u64::from(kind)),
        NETFILTER if kind >> 8 == NFTABLES => {
            NFT.iter().find(|name| name.value == u64::from(kind & 0xff))
        }
        NETFILTER => None,
        other => NETLINK
            .iter()
            .find(|name| i64::try_from(name.value) == Ok(i64::from(other))),
    };
    known.map(|name| name.name)
}

/// An attribute: its type without the bits for nesting and byte order (`struct nlattr`).
#[derive(Clone, Copy)]
struct Attribute<'a> {
    kind: u16,
    value: &'a [u8],
}

/// Those in some bytes, one after the other.
fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = Attribute<'_>> {
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(bytes, 0));
        let whole = bytes.get(..length).filter(|_| length >= 4)?;
        let attribute = Attribute {
            kind: u16_at(whole, 2) & 0x3fff,
            value: &whole[4..],
        };
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(attribute)
    })
    .take(256)
}

/// The first attribute of a type.
fn attribute(bytes: &[u8], kind: u16) -> Option<&[u8]> {
    let mut found = attributes(bytes).filter(|attribute| attribute.kind == kind);
    found.next().map(|attribute| attribute.value)
}

/// A name, up to its zero.
fn text(value: &[u8]) -> String {
    let end = value.iter().position(|byte| *byte == 0);
    bare(&value[..end.unwrap_or(value.len())])
}

/// `struct ifinfomsg` and its attributes, in the words of ip-link(8).
fn link(body: &[u8]) -> String {
    let attributes = body.get(16..).unwrap_or_default();
    let mut words = match (attribute(attributes, 3), u32_at(body, 4)) {
        (Some(name), 0) => text(name),
        (Some(name), index) => format!("index {index} name {}", text(name)),
        (None, 0) => String::new(),
        (None, index) => format!("index {index}"),
    };
    let info = attribute(attributes, 18).unwrap_or_default();
    if let Some(kind) = attribute(info, 1) {
        let _ = write!(words, " type {}", text(kind));
    }
    if let Some(peer) = attribute(attribute(info, 2).unwrap_or_default(), 1)
        && let Some(name) = attribute(peer.get(16..).unwrap_or_default(), 3)
    {
        let _ = write!(words, " peer {}", text(name));
        words.push_str(&place(peer.get(16..).unwrap_or_default()));
    }
    words.push_str(&place(attributes));
    for (kind, word) in [(5, "link"), (10, "master"), (4, "mtu")] {
        if let Some(value) = attribute(attributes, kind) {
            let _ = write!(words, " {word} {}", u32_at(value, 0));
        }
    }
    // The flag IFF_UP, and whether it is to be changed.
    if u32_at(body, 12) & 1 != 0 {
        words.push_str(if u32_at(body, 8) & 1 != 0 {
            " up"
        } else {
            " down"
        });
    }
    words.trim_start().to_owned()
}

/// The network namespace that a link goes to: by a descriptor or a process.
fn place(attributes: &[u8]) -> String {
    if let Some(fd) = attribute(attributes, 28) {
        return format!(" netns fd {}", u32_at(fd, 0).cast_signed());
    }
    let pid = attribute(attributes, 19);
    pid.map_or_else(String::new, |pid| format!(" netns pid {}", u32_at(pid, 0)))
}

/// An IP address by its length.
fn ip(value: &[u8]) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(value) {
        return Ipv4Addr::from(four).to_string();
    }
    match <[u8; 16]>::try_from(value) {
        Ok(sixteen) => Ipv6Addr::from(sixteen).to_string(),
        Err(_) => format!("{} bytes", value.len()),
    }
}

/// `struct ifaddrmsg` and its attributes, in the words of ip-address(8).
fn address(body: &[u8]) -> String {
    let attributes = body.get(8..).unwrap_or_default();
    let given = attribute(attributes, 2).or_else(|| attribute(attributes, 1));
    let prefix = body.get(1).copied().unwrap_or(0);
    let given = given.map_or_else(String::new, ip);
    format!("{given}/{prefix} dev {}", u32_at(body, 4))
}

/// `struct rtmsg` and its attributes, in the words of ip-route(8).
fn route(body: &[u8]) -> String {
    let attributes = body.get(12..).unwrap_or_default();
    let prefix = body.get(1).copied().unwrap_or(0);
    let mut words = match attribute(attributes, 1) {
        Some(to) => format!("{}/{prefix}", ip(to)),
        None => "default".to_owned(),
    };
    if let Some(via) = attribute(attributes, 5) {
        let _ = write!(words, " via {}", ip(via));
    }
    if let Some(dev) = attribute(attributes, 4) {
        let _ = write!(words, " dev {}", u32_at(dev, 0));
    }
    words
}

/// `struct nfgenmsg` and its attributes: the family, the table, and what is in it.
fn rule(kind: u16, body: &[u8]) -> String {
    let attributes = body.get(4..).unwrap_or_default();
    let family = one(NFT_FAMILY, body.first().copied().unwrap_or(0).into());
    let names: &[u16] = match kind {
        3..=5 => &[1, 3],
        6..=14 => &[1, 2],
        _ => &[1],
    };
    let names = names.iter().filter_map(|kind| attribute(attributes, *kind));
    let names: Vec<String> = names.map(text).collect();
    [vec![family], names].concat().join(" ")
}

/// Why a request was refused, as the answer says it.
pub(super) struct Refused {
    /// The name of the request.
    pub request: String,
    /// The negative errno.
    pub errno: i64,
}

/// The refusal in an answer; `None` if that is none.
pub(super) fn refused(answer: &[u8], protocol: i32) -> Option<Refused> {
    let mut answers = messages(answer);
    let refusal = answers.find(|m| u16_at(m, 4) == ERROR && u32_at(m, HEADER) != 0)?;
    let errno = i64::from(u32_at(refusal, HEADER).cast_signed());
    let kind = u16_at(refusal, HEADER + 8);
    let request = refusal.get(HEADER + 4..).unwrap_or_default();
    let name = name(kind, protocol);
    if name.is_some() && request.len() > HEADER && self::request(request, protocol).is_none() {
        return None;
    }
    Some(Refused {
        request: name.map_or_else(|| format!("type {kind}"), str::to_owned),
        errno: errno.clamp(-4095, -1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute_of(kind: u16, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len() + 4).unwrap();
        let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
        bytes.extend_from_slice(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn message_of(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + HEADER).unwrap();
        let mut bytes = length.to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.resize(HEADER, 0);
        bytes.extend_from_slice(body);
        bytes
    }

    #[test]
    fn a_pair_of_links_is_told_as_ip_link_has_it() {
        let peer = [
            vec![0; 16],
            attribute_of(3, b"b0\0"),
            attribute_of(28, &[9, 0, 0, 0]),
        ];
        let data = attribute_of(2, &attribute_of(1, &peer.concat()));
        let info = [attribute_of(1, b"veth"), data].concat();
        let body = [
            vec![0; 16],
            attribute_of(3, b"a0\0"),
            attribute_of(18, &info),
        ]
        .concat();
        let told = requests(&message_of(16, &body), ROUTE);
        let words = "a0 type veth peer b0 netns fd 9".to_owned();
        assert_eq!(told, Some(("RTM_NEWLINK", words)));
    }

    #[test]
    fn an_address_and_a_route_are_told() {
        let mut body = vec![2, 24, 0, 0, 3, 0, 0, 0];
        body.extend(attribute_of(2, &[10, 0, 0, 1]));
        let told = requests(&message_of(20, &body), ROUTE).unwrap();
        assert_eq!(told, ("RTM_NEWADDR", "10.0.0.1/24 dev 3".to_owned()));
        let mut body = vec![0; 12];
        body.extend(attribute_of(5, &[10, 0, 0, 9]));
        let told = requests(&message_of(24, &body), ROUTE).unwrap();
        assert_eq!(told, ("RTM_NEWROUTE", "default via 10.0.0.9".to_owned()));
        // What only asks is not told.
        assert_eq!(requests(&message_of(18, &[0; 16]), ROUTE), None);
    }

    #[test]
    fn a_batch_of_nf_tables_is_one_text() {
        let table = [vec![2, 0, 0, 0], attribute_of(1, b"nat\0")].concat();
        let chain = [table.clone(), attribute_of(3, b"post\0")].concat();
        let kind = |kind: u16| NFTABLES << 8 | kind;
        let batch = [
            message_of(16, &[0; 4]),
            message_of(kind(0), &table),
            message_of(kind(3), &chain),
            message_of(17, &[0; 4]),
        ];
        let (name, words) = requests(&batch.concat(), NETFILTER).unwrap();
        assert_eq!(name, "NFT_MSG_NEWTABLE");
        assert_eq!(words, "ip nat; NFT_MSG_NEWCHAIN ip nat post");
    }

    #[test]
    fn a_refusal_names_its_request() {
        let mut body = (-17_i32).to_ne_bytes().to_vec();
        body.extend(message_of(16, &[]));
        let refused = refused(&message_of(ERROR, &body), ROUTE).unwrap();
        assert_eq!(
            (refused.request.as_str(), refused.errno),
            ("RTM_NEWLINK", -17)
        );
        assert!(super::refused(&message_of(ERROR, &[0; 20]), ROUTE).is_none());
    }
}
