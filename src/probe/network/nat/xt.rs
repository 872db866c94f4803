//! Targets of iptables as iptables-nft leaves them with nftables: structures of
//! `linux/netfilter/nf_nat.h` in the machine's own order.

use super::attribute::{Attributes, number, text};
use super::range::{Range, port};

/// The words of a target that translates; `None` for all else.
pub(super) fn target(family: u8, data: &Attributes<'_>) -> Option<String> {
    let verb = match text(data, 1).as_str() {
        "MASQUERADE" => "masquerade",
        "REDIRECT" => "redirect",
        "DNAT" => "dnat",
        "SNAT" => "snat",
        _ => return None,
    };
    let info = data.get(&3)?;
    // The first form for IPv4 counts its ranges, of which there is but one.
    let range = if family == 2 && number(data, 2)? == 0 {
        (flags(info, 0)? == 1).then_some(())?;
        range(info, 4, 4)?
    } else {
        range(info, 0, 16)?
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

/// The flags, the first and the last address, each this long, and the ports.
fn range(info: &[u8], at: usize, length: usize) -> Option<Range> {
    let flags = flags(info, at)?;
    let (first, last) = (at + 4, at + 4 + length);
    let ports = last + length;
    // An address of IPv4 is the beginning of the place for either kind.
    let four = length == 16 && info.get(first + 4..last)?.iter().all(|byte| *byte == 0);
    let long = if four { 4 } else { length };
    let address = |at: usize| Some(info.get(at..at + long)?.to_vec());
    let port = |at: usize| port(info.get(at..)?);
    Some(Range {
        addresses: (flags & 1 != 0)
            .then(|| Some((address(first)?, address(last)?)))
            .flatten(),
        ports: (flags & 2 != 0)
            .then(|| Some((port(ports)?, port(ports + 2)?)))
            .flatten(),
        flags,
    })
}

/// What a match for the ports of TCP or UDP says (`struct xt_tcp` and `struct xt_udp` of
/// `linux/netfilter/xt_tcpudp.h`); `None` for all else.
pub(super) fn ports(name: &str, data: &Attributes<'_>) -> Option<Vec<String>> {
    let info = data.get(&3)?;
    let inverted = match name {
        // Options and flags of TCP are not for these words.
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
