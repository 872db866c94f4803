//! The fields of a packet that rules compare, and their values in the words of nft(8).

use std::collections::BTreeMap;

use super::range::{address, port};

/// What the value of a field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Address,
    Port,
    Protocol,
    /// The family of network protocols (`NFPROTO_…`).
    Family,
    /// A link's name.
    Name,
    /// A link's index.
    Link,
    Mark,
    /// The type of an address as this machine routes it (`RTN_…`).
    Type,
}

/// A field of a packet, or of its metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Its length in bytes.
    pub(super) length: usize,
}

/// The names of links by index.
pub(super) type Links = BTreeMap<u32, String>;

impl Field {
    pub(super) fn new(name: &str, kind: Kind, length: usize) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            length,
        }
    }

    /// A value of this field as nft(8) writes it.
    pub(super) fn shown(&self, bytes: &[u8], links: &Links) -> Option<String> {
        // Only addresses and names can be compared by their first bytes.
        let short = bytes.len() < self.length;
        if bytes.len() > self.length || (short && !matches!(self.kind, Kind::Address | Kind::Name))
        {
            return None;
        }
        Some(match self.kind {
            Kind::Address if short => self.prefix(bytes, bytes.len() * 8)?,
            Kind::Address => address(bytes)?,
            Kind::Port => port(bytes)?.to_string(),
            Kind::Protocol => protocol(*bytes.first()?),
            Kind::Family => family(*bytes.first()?)?.to_owned(),
            Kind::Name => name(bytes),
            Kind::Link => match links.get(&own(bytes)?) {
                Some(link) => format!("\"{link}\""),
                None => own(bytes)?.to_string(),
            },
            Kind::Mark => format!("{:#010x}", own(bytes)?),
            Kind::Type => kind_of_address(own(bytes)?)?.to_owned(),
        })
    }

    /// A network: the first bytes of its address, with the prefix length.
    pub(super) fn prefix(&self, bytes: &[u8], bits: usize) -> Option<String> {
        (bytes.len() <= self.length).then_some(())?;
        let mut whole = bytes.to_vec();
        whole.resize(self.length, 0);
        Some(format!("{}/{bits}", address(&whole)?))
    }
}

/// A number in native byte order.
fn own(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.try_into().ok()?))
}

/// The name of a link, or the beginning of names with `*`.
fn name(bytes: &[u8]) -> String {
    let wild = if bytes.ends_with(&[0]) || bytes.len() == 16 {
        ""
    } else {
        "*"
    };
    let name = String::from_utf8_lossy(bytes);
    format!("\"{}{wild}\"", name.trim_end_matches('\0'))
}

/// The protocol names that nft(8) takes from /etc/protocols.
pub(super) fn protocol(number: u8) -> String {
    match number {
        1 => "icmp",
        6 => "tcp",
        17 => "udp",
        33 => "dccp",
        47 => "gre",
        50 => "esp",
        51 => "ah",
        58 => "ipv6-icmp",
        132 => "sctp",
        136 => "udplite",
        _ => return number.to_string(),
    }
    .to_owned()
}

fn family(number: u8) -> Option<&'static str> {
    Some(match number {
        2 => "ipv4",
        10 => "ipv6",
        _ => return None,
    })
}

fn kind_of_address(number: u32) -> Option<&'static str> {
    Some(match number {
        1 => "unicast",
        2 => "local",
        3 => "broadcast",
        4 => "anycast",
        5 => "multicast",
        6 => "blackhole",
        7 => "unreachable",
        8 => "prohibit",
        _ => return None,
    })
}

/// The field that `meta` loads for a key (`NFT_META_…`).
pub(super) fn meta(key: u32) -> Option<Field> {
    Some(match key {
        3 => Field::new("meta mark", Kind::Mark, 4),
        4 => Field::new("iif", Kind::Link, 4),
        5 => Field::new("oif", Kind::Link, 4),
        6 => Field::new("iifname", Kind::Name, 16),
        7 => Field::new("oifname", Kind::Name, 16),
        15 => Field::new("meta nfproto", Kind::Family, 1),
        16 => Field::new("meta l4proto", Kind::Protocol, 1),
        _ => return None,
    })
}

/// The field that `fib` loads about an address (`NFT_FIB_RESULT_ADDRTYPE`; `NFTA_FIB_F_SADDR` is 1,
/// `…_DADDR` 2).
pub(super) fn fib(result: u32, flags: u32) -> Option<Field> {
    match (result, flags) {
        (3, 1) => Some(Field::new("fib saddr type", Kind::Type, 4)),
        (3, 2) => Some(Field::new("fib daddr type", Kind::Type, 4)),
        _ => None,
    }
}

/// The fields of a network header (IP version 4 or 6) that cover these bytes.
pub(super) fn network(version: u8, offset: u32, length: u32) -> Option<Vec<Field>> {
    let known: &[(u32, Field)] = &match version {
        4 => vec![
            (9, Field::new("ip protocol", Kind::Protocol, 1)),
            (12, Field::new("ip saddr", Kind::Address, 4)),
            (16, Field::new("ip daddr", Kind::Address, 4)),
        ],
        6 => vec![
            (6, Field::new("ip6 nexthdr", Kind::Protocol, 1)),
            (8, Field::new("ip6 saddr", Kind::Address, 16)),
            (24, Field::new("ip6 daddr", Kind::Address, 16)),
        ],
        _ => return None,
    };
    cut(known, offset, length)
}

/// The protocols whose header begins with ports; `th` stands for any of them.
const WITH_PORTS: [&str; 6] = ["tcp", "udp", "udplite", "sctp", "dccp", "th"];

/// The fields of a transport header that cover these bytes; `None` for a protocol without ports.
pub(super) fn transport(protocol: &str, offset: u32, length: u32) -> Option<Vec<Field>> {
    WITH_PORTS.contains(&protocol).then_some(())?;
    let port = |name| Field::new(&format!("{protocol} {name}"), Kind::Port, 2);
    cut(&[(0, port("sport")), (2, port("dport"))], offset, length)
}

/// Adjacent fields may be loaded and compared as one; an address at the end may be loaded in part.
fn cut(known: &[(u32, Field)], mut offset: u32, mut length: u32) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    while length > 0 {
        let (_, field) = known.iter().find(|(at, _)| *at == offset)?;
        let long = u32::try_from(field.length).ok()?;
        if length < long && field.kind != Kind::Address {
            return None;
        }
        fields.push(field.clone());
        offset += long;
        length = length.saturating_sub(long);
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_some_protocols_have_ports() {
        let names = |protocol| {
            let fields = transport(protocol, 0, 4)?;
            Some(fields.into_iter().map(|f| f.name).collect::<Vec<_>>())
        };
        assert_eq!(names("tcp").unwrap_or_default(), ["tcp sport", "tcp dport"]);
        for protocol in ["udp", "udplite", "sctp", "dccp", "th"] {
            assert!(names(protocol).is_some(), "{protocol}");
        }
        for protocol in ["icmp", "ipv6-icmp", "gre", "esp", "ah", "41"] {
            assert_eq!(names(protocol), None, "{protocol}");
        }
    }

    #[test]
    fn what_is_longer_than_a_field_is_no_value_of_it() {
        let field = Field::new("ip saddr", Kind::Address, 4);
        assert_eq!(field.prefix(&[10, 2], 16).as_deref(), Some("10.2.0.0/16"));
        assert_eq!(field.prefix(&[10, 2, 0, 0, 1], 16), None);
        assert_eq!(field.shown(&[10; 5], &Links::new()), None);
    }
}
