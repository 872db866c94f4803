//! iptables targets that iptables-nft puts into nftables rules: structures of
//! `linux/netfilter/nf_nat.h` in native byte order.

use super::attribute::{Attributes, number, text};
use super::range::{Range, port};

/// The words of a translating target; `None` for any other.
pub(super) fn target(family: u8, data: &Attributes<'_>) -> Option<String> {
    let verb = match text(data, 1).as_str() {
        "MASQUERADE" => "masquerade",
        "REDIRECT" => "redirect",
        "DNAT" => "dnat",
        "SNAT" => "snat",
        _ => return None,
    };
    let info = data.get(&3)?;
    let range = match (family, number(data, 2)?) {
        // Revision 0 for IPv4 has a count of ranges, which is always 1.
        (2, 0) => {
            (flags(info, 0)? == 1).then_some(())?;
            range(info.get(4..)?, Place { own: 4, room: 4 })?
        }
        // An IPv4 address is at the beginning of a field that has room for either kind.
        (2, _) => range(info, Place { own: 4, room: 16 })?,
        (10, _) => range(info, Place { own: 16, room: 16 })?,
        _ => return None,
    };
    let to_address = range.addresses.is_some() || range.ports.is_some();
    if verb.ends_with("nat") && !to_address {
        return None;
    }
    Some(format!("{verb}{}", range.words()?))
}

fn flags(info: &[u8], at: usize) -> Option<u32> {
    crate::sys::netlink::u32_at(info, at)
}

/// The length of an address, and of the field that holds it, in bytes.
#[derive(Clone, Copy)]
struct Place {
    own: usize,
    room: usize,
}

/// Parses the flags, the first and last address, and the ports.
fn range(info: &[u8], place: Place) -> Option<Range> {
    let flags = flags(info, 0)?;
    let (first, last) = (4, 4 + place.room);
    let ports = last + place.room;
    let address = |at: usize| Some(info.get(at..at + place.own)?.to_vec());
    let port = |at: usize| port(info.get(at..)?);
    // If the flags promise something that is missing, the target is not understood.
    let addresses = match flags & 1 {
        0 => None,
        _ => Some((address(first)?, address(last)?)),
    };
    let ports = match flags & 2 {
        0 => None,
        _ => Some((port(ports)?, port(ports + 2)?)),
    };
    Some(Range {
        addresses,
        ports,
        flags,
    })
}

/// The words of a match for TCP or UDP ports (`struct xt_tcp` and `struct xt_udp` of
/// `linux/netfilter/xt_tcpudp.h`); `None` for any other.
pub(super) fn ports(name: &str, data: &Attributes<'_>) -> Option<Vec<String>> {
    let info = data.get(&3)?;
    let inverted = match name {
        // TCP options and flags have no words here.
        "tcp" if info.get(8..10)? == [0, 0] => *info.get(11)?,
        "udp" => *info.get(8)?,
        _ => return None,
    };
    (inverted & !3 == 0).then_some(())?;
    let mut words = Vec::new();
    for (at, side, bit) in [(0, "sport", 1), (4, "dport", 2)] {
        let own = |at: usize| Some(u16::from_ne_bytes(info.get(at..at + 2)?.try_into().ok()?));
        let (first, last) = (own(at)?, own(at + 2)?);
        let sign = if inverted & bit == 0 { "" } else { "!= " };
        match (first, last) {
            (0, u16::MAX) if sign.is_empty() => {}
            _ if first == last => words.push(format!("{name} {side} {sign}{first}")),
            _ => words.push(format!("{name} {side} {sign}{first}-{last}")),
        }
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A target's attributes: name, revision, structure.
    fn told(family: u8, info: &[u8]) -> Option<String> {
        let revision = 2u32.to_be_bytes();
        let data = Attributes::from([(1, &b"SNAT\0"[..]), (2, &revision[..]), (3, info)]);
        target(family, &data)
    }

    fn structure(first: [u8; 16], last: [u8; 16]) -> Vec<u8> {
        let flags = 1u32.to_ne_bytes();
        [&flags[..], &first, &last, &[0; 8]].concat()
    }

    #[test]
    fn the_family_says_how_long_an_address_is() {
        let first = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let mut last = first;
        last[15] = 0xff;
        let six = structure(first, last);
        assert_eq!(
            told(10, &six).as_deref(),
            Some("snat to 2001:db8::-2001:db8::ff")
        );
        let four = |end| {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&[10, 0, 0, end]);
            bytes
        };
        let info = structure(four(2), four(4));
        assert_eq!(told(2, &info).as_deref(), Some("snat to 10.0.0.2-10.0.0.4"));
        assert_eq!(told(1, &info), None);
        assert_eq!(told(10, &info[..20]), None);
    }
}
