//! The target of a translation, in the same words whether the kernel has it as an nftables
//! expression or as an iptables target.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Bits that only tell that addresses and ports are given (`NF_NAT_RANGE_MAP_IPS`,
/// `…_PROTO_SPECIFIED`).
const GIVEN: u32 = 1 | 2;
/// The other bits that nft(8) has a word for (`linux/netfilter/nf_nat.h`), in its order.
const FLAGS: [(u32, &str); 3] = [(4, "random"), (16, "fully-random"), (8, "persistent")];

/// The first and last address, the first and last port, and the kernel's flags.
#[derive(Debug, Default)]
pub(super) struct Range {
    pub(super) addresses: Option<(Vec<u8>, Vec<u8>)>,
    pub(super) ports: Option<(u16, u16)>,
    pub(super) flags: u32,
}

impl Range {
    /// The words after `masquerade`, `dnat` and so on; `None` if a flag has no word.
    pub(super) fn words(&self) -> Option<String> {
        let mut words = Vec::new();
        let to = [self.address_words()?, self.port_words()].concat();
        if !to.is_empty() {
            words.push(format!("to {to}"));
        }
        let known = FLAGS.iter().fold(GIVEN, |all, (bit, _)| all | bit);
        if self.flags & !known != 0 {
            return None;
        }
        let flags = FLAGS.iter().filter(|(bit, _)| self.flags & bit != 0);
        let flags: Vec<&str> = flags.map(|(_, word)| *word).collect();
        if !flags.is_empty() {
            words.push(flags.join(","));
        }
        Some(words.iter().flat_map(|word| [" ", word]).collect())
    }

    fn address_words(&self) -> Option<String> {
        let Some((first, last)) = &self.addresses else {
            return Some(String::new());
        };
        let in_brackets = first.len() == 16 && self.ports.is_some();
        let show = |bytes: &[u8]| {
            let address = address(bytes)?;
            Some(if in_brackets {
                format!("[{address}]")
            } else {
                address
            })
        };
        if first == last {
            return show(first);
        }
        Some(format!("{}-{}", show(first)?, show(last)?))
    }

    fn port_words(&self) -> String {
        match self.ports {
            None => String::new(),
            Some((first, last)) if first == last => format!(":{first}"),
            Some((first, last)) => format!(":{first}-{last}"),
        }
    }
}

/// An IPv4 or IPv6 address as text.
pub(super) fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(bytes).to_string());
    }
    let bytes = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(bytes).to_string())
}

/// A port, in network order.
pub(super) fn port(bytes: &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?))
}
