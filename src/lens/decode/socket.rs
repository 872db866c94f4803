//! Addresses of sockets.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Still;
use super::text::{quoted, u16_at, u32_at};

/// The longest address that is looked at, in bytes (`struct sockaddr_storage`).
const LONGEST: usize = 128;

/// `struct sockaddr` of a family by name.
pub(super) fn address(address: u64, length: usize, at: &impl Still) -> String {
    let bytes = at.bytes(address, length.min(LONGEST));
    match u16_at(&bytes, 0) {
        1 => format!("{{AF_UNIX, {}}}", unix(&bytes)),
        2 => {
            let ip = Ipv4Addr::from_bits(u32::from_be(u32_at(&bytes, 4)));
            format!("{{AF_INET, {ip}:{}}}", port(&bytes))
        }
        10 => {
            let octets: [u8; 16] = bytes
                .get(8..24)
                .and_then(|part| part.try_into().ok())
                .unwrap_or_default();
            let ip = Ipv6Addr::from(octets);
            format!("{{AF_INET6, [{ip}]:{}}}", port(&bytes))
        }
        16 => format!("{{AF_NETLINK, pid={}}}", u32_at(&bytes, 4)),
        17 => format!("{{AF_PACKET, ifindex={}}}", u32_at(&bytes, 4)),
        0 if bytes.is_empty() => format!("{address:#x}"),
        family => format!("{{family {family}}}"),
    }
}

/// The path of an address of `AF_UNIX`, if it is one.
pub(super) fn path(address: u64, length: usize, at: &impl Still) -> Option<String> {
    let bytes = at.bytes(address, length.min(LONGEST));
    let path = bytes.get(2..).filter(|_| u16_at(&bytes, 0) == 1)?;
    let end = path.iter().position(|byte| *byte == 0);
    let path = &path[..end.unwrap_or(path.len())];
    Some(String::from_utf8_lossy(path).into_owned())
}

/// Its family.
pub(super) fn family(address: u64, at: &impl Still) -> u16 {
    u16_at(&at.bytes(address, 2), 0)
}

/// A port, in the order of the network.
fn port(bytes: &[u8]) -> u16 {
    u16::from_be(u16_at(bytes, 2))
}

/// A path, or a name that is none and begins with a zero (unix(7)).
fn unix(bytes: &[u8]) -> String {
    let name = bytes.get(2..).unwrap_or_default();
    match name {
        [0, name @ ..] => {
            let quoted = quoted(name, false);
            format!("@{quoted}")
        }
        name => {
            let end = name.iter().position(|byte| *byte == 0);
            quoted(&name[..end.unwrap_or(name.len())], false)
        }
    }
}
