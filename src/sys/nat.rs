//! Rules of address translation as nftables messages (`linux/netfilter/nf_tables.h`), with the same
//! expressions as nft(8) makes of the line a person would type, so that nft(8) lists them as that
//! line.

use std::net::Ipv4Addr;
use std::str::FromStr;

use super::netlink::{Message, Netlink, attribute};
use super::{Code, SysError};

/// The table of all rules.
const TABLE: &[u8] = b"nat\0";
/// `struct nfgenmsg`: IPv4, version 0.
const IPV4: [u8; 4] = [2, 0, 0, 0];
/// `NFNL_SUBSYS_NFTABLES`, the upper byte of a message's kind.
const NFTABLES: u16 = 10;
/// `NLM_F_CREATE` and `NLM_F_APPEND`: a rule is added at the end of its chain.
const ADD: u16 = 0x400 | 0x800;
/// The first register for values (`NFT_REG_VERDICT` is 0).
const FIRST: u32 = 1;
/// The length of a link name that is compared as a whole, in bytes.
const NAME: usize = 16;

/// The destination of translated connections: `10.2.0.10:80`, `10.2.0.10`, `:80`, or with ranges
/// `10.2.0.10-10.2.0.12:80-90`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The first and last address; `None` if the address stays.
    pub addresses: Option<(Ipv4Addr, Ipv4Addr)>,
    /// The first and last port; `None` if the port stays.
    pub ports: Option<(u16, u16)>,
}

impl Target {
    /// Parses a target as nft(8) does; EINVAL for any other text.
    pub fn parse(text: &str) -> Result<Self, SysError> {
        let bad = || SysError::new("inet_pton", format!("\"{text}\""), Code(libc::EINVAL));
        let (addresses, ports) = text.split_once(':').unwrap_or((text, ""));
        let target = Self {
            addresses: span(addresses).map_err(|_e| bad())?,
            ports: span(ports).map_err(|_e| bad())?,
        };
        match target {
            Self {
                addresses: None,
                ports: None,
            } => Err(bad()),
            _ => Ok(target),
        }
    }
}

/// A range, or one value as a range; `None` for an empty text.
fn span<T: FromStr>(text: &str) -> Result<Option<(T, T)>, T::Err> {
    if text.is_empty() {
        return Ok(None);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Ok(Some((first.parse()?, last.parse()?)))
}

/// A rule to add.
#[derive(Clone, Copy, Debug)]
pub enum NewNat<'a> {
    /// Packets that leave by this link get its address; a name that ends in `*` matches all links
    /// that begin so.
    Masquerade(&'a str),
    /// Connections to this TCP port go to the target.
    Publish(u16, Target),
}

impl NewNat<'_> {
    /// The chain's name (that of its hook), the hook's number, and the priority.
    fn chain(self) -> (&'static [u8], u32, i32) {
        match self {
            Self::Masquerade(_) => (b"postrouting\0", 4, 100),
            Self::Publish(..) => (b"prerouting\0", 0, -100),
        }
    }

    fn expressions(self) -> Vec<u8> {
        match self {
            Self::Masquerade(link) => {
                let name = interface(link);
                [meta(7), equal(&name), expression("masq", &[])].concat()
            }
            Self::Publish(port, target) => {
                let port = equal(&port.to_be_bytes());
                // Only TCP has such a port: the protocol is compared first.
                let tcp = [meta(16), equal(&[6])].concat();
                [tcp, destination_port(), port, dnat(target)].concat()
            }
        }
    }
}

/// Adds a rule, with its table and chain if they are missing. A refusal names the refused message.
pub fn new_nat(netlink: &mut Netlink, rule: NewNat<'_>) -> Result<(), SysError> {
    let (name, hook, priority) = rule.chain();
    let table = attribute(1, TABLE);
    let hook = [number(1, hook), number(2, priority.cast_unsigned())].concat();
    let chain = [
        table.clone(),
        attribute(3, name),
        attribute(7, b"nat\0"),
        nested(4, &hook),
    ]
    .concat();
    let rule = [
        table.clone(),
        attribute(2, name),
        nested(4, &rule.expressions()),
    ]
    .concat();
    // Order: each object is made inside the one before.
    netlink.batch(
        NFTABLES,
        &[
            message("NFT_MSG_NEWTABLE", 0, &table),
            message("NFT_MSG_NEWCHAIN", 3, &chain),
            message("NFT_MSG_NEWRULE", 6, &rule),
        ],
    )
}

fn message(name: &'static str, kind: u16, attributes: &[u8]) -> Message {
    Message {
        name,
        kind: (NFTABLES << 8) | kind,
        flags: if kind == 6 { ADD } else { ADD & !0x800 },
        body: [&IPV4, attributes].concat(),
    }
}

/// An attribute that contains attributes (`NLA_F_NESTED`).
fn nested(kind: u16, attributes: &[u8]) -> Vec<u8> {
    attribute(kind | 0x8000, attributes)
}

/// A number attribute; nftables uses network byte order.
fn number(kind: u16, value: u32) -> Vec<u8> {
    attribute(kind, &value.to_be_bytes())
}

/// One element of the expression list.
fn expression(name: &str, data: &[u8]) -> Vec<u8> {
    let name = attribute(1, &[name.as_bytes(), &[0]].concat());
    nested(1, &[name, nested(2, data)].concat())
}

/// Loads metadata of the packet (`NFT_META_OIFNAME` is 7, `NFT_META_L4PROTO` 16).
fn meta(key: u32) -> Vec<u8> {
    expression("meta", &[number(2, key), number(1, FIRST)].concat())
}

/// Loads the destination port: two bytes of the transport header, at offset 2.
fn destination_port() -> Vec<u8> {
    let place = [number(2, 2), number(3, 2), number(4, 2)].concat();
    expression("payload", &[number(1, FIRST), place].concat())
}

/// Continues only if the register equals this value.
fn equal(value: &[u8]) -> Vec<u8> {
    let value = nested(3, &attribute(1, value));
    expression("cmp", &[number(1, FIRST), number(2, 0), value].concat())
}

/// Loads a constant into a register.
fn immediate(register: u32, value: &[u8]) -> Vec<u8> {
    let value = nested(2, &attribute(1, value));
    expression("immediate", &[number(1, register), value].concat())
}

/// The bytes that a link's name is compared with: all 16, or those before the `*`.
fn interface(link: &str) -> Vec<u8> {
    if let Some(beginning) = link.strip_suffix('*') {
        return beginning.as_bytes().to_vec();
    }
    let mut name = link.as_bytes().to_vec();
    name.resize(name.len().max(NAME), 0);
    name
}

/// Loads the target's values into registers, and translates the destination to them.
fn dnat(target: Target) -> Vec<u8> {
    let mut loads = Vec::new();
    let mut register = FIRST;
    let mut load = |(first, last): (Vec<u8>, Vec<u8>), kind: u16| {
        loads.extend(immediate(register, &first));
        let mut uses = number(kind, register);
        if first != last {
            register += 1;
            loads.extend(immediate(register, &last));
            uses.extend(number(kind + 1, register));
        }
        register += 1;
        uses
    };
    // NFT_NAT_DNAT is 1, and AF_INET 2.
    let mut data = [number(1, 1), number(2, 2)].concat();
    if let Some((first, last)) = target.addresses {
        let (first, last) = (first.octets().to_vec(), last.octets().to_vec());
        data.extend(load((first, last), 3));
    }
    if let Some((first, last)) = target.ports {
        let (first, last) = (first.to_be_bytes().to_vec(), last.to_be_bytes().to_vec());
        data.extend(load((first, last), 5));
    }
    [loads, expression("nat", &data)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_as_nft_reads_them() {
        let read = |text| Target::parse(text).map(|t| (t.addresses, t.ports));
        let ten = |last| Ipv4Addr::new(10, 0, 0, last);
        let one = Some((ten(2), ten(2)));
        assert_eq!(read("10.0.0.2:80"), Ok((one, Some((80, 80)))));
        assert_eq!(read("10.0.0.2"), Ok((one, None)));
        assert_eq!(read(":80-90"), Ok((None, Some((80, 90)))));
        assert_eq!(
            read("10.0.0.2-10.0.0.4"),
            Ok((Some((ten(2), ten(4))), None))
        );
        for bad in ["", ":", "10.0.0", "10.0.0.2:x", "fd00::3", "10.0.0.2:80:81"] {
            assert_eq!(read(bad).unwrap_err().errno_name(), "EINVAL", "{bad}");
        }
    }
}
