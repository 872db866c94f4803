//! ICMP echo, icmp(7): sends requests and reads replies, as ping(8) does.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrStorage, recvfrom, sendto,
    socket,
};

use super::wait::{For, ready};
use super::{Code, SysError};

/// The result of an echo request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Echo {
    /// A reply came after this time.
    Reply(Duration),
    /// This router, or this machine itself, reports that the destination is unreachable.
    Unreachable(IpAddr),
    /// No answer came in time.
    Nothing,
}

/// A socket for echo requests to one address.
#[derive(Debug)]
pub struct Pinger {
    socket: OwnedFd,
    to: IpAddr,
    id: u16,
}

impl Pinger {
    /// Opens a raw socket, which needs `CAP_NET_RAW`.
    pub fn open(to: IpAddr) -> Result<Self, SysError> {
        let (family, protocol, name) = match to {
            IpAddr::V4(_) => (
                AddressFamily::Inet,
                SockProtocol::Icmp,
                "AF_INET, SOCK_RAW, IPPROTO_ICMP",
            ),
            IpAddr::V6(_) => (
                AddressFamily::Inet6,
                SockProtocol::IcmpV6,
                "AF_INET6, SOCK_RAW, IPPROTO_ICMPV6",
            ),
        };
        let socket = socket(family, SockType::Raw, SockFlag::SOCK_CLOEXEC, protocol)
            .map_err(|e| SysError::new("socket", name, e))?;
        let id = (super::process::own_pids().0 & 0xffff)
            .try_into()
            .unwrap_or(1);
        Ok(Self { socket, to, id })
    }

    /// Sends one request and waits for an answer, `limit` at most.
    pub fn echo(&self, sequence: u16, limit: Duration) -> Result<Echo, SysError> {
        let packet = self.request(sequence);
        let address = SockaddrStorage::from(SocketAddr::new(self.to, 0));
        let begun = Instant::now();
        sendto(
            self.socket.as_raw_fd(),
            &packet,
            &address,
            MsgFlags::empty(),
        )
        .map_err(|e| SysError::new("sendto", format!("ICMP echo request, {}", self.to), e))?;
        while let Some(left) = limit.checked_sub(begun.elapsed()) {
            if !ready(&[(self.socket.as_fd(), For::Input)], Some(left))?[0] {
                break;
            }
            if let Some(echo) = self.receive(sequence, begun)? {
                return Ok(echo);
            }
        }
        Ok(Echo::Nothing)
    }

    fn request(&self, sequence: u16) -> Vec<u8> {
        let kind = if self.to.is_ipv4() { 8 } else { 128 };
        let mut packet = vec![kind, 0, 0, 0];
        packet.extend(self.id.to_be_bytes());
        packet.extend(sequence.to_be_bytes());
        packet.extend([0x2a; 48]);
        // For ICMPv6 the kernel fills in the checksum.
        if self.to.is_ipv4() {
            let sum = checksum(&packet).to_be_bytes();
            packet[2..4].copy_from_slice(&sum);
        }
        packet
    }

    fn receive(&self, sequence: u16, begun: Instant) -> Result<Option<Echo>, SysError> {
        let mut buffer = [0; 2048];
        let (length, from) = recvfrom::<SockaddrStorage>(self.socket.as_raw_fd(), &mut buffer)
            .map_err(|e| SysError::new("recvfrom", "", e))?;
        let mut packet = buffer.get(..length).unwrap_or_default();
        if self.to.is_ipv4() {
            // A raw IPv4 socket delivers the IP header too.
            packet = without_ip_header(packet);
        }
        let own = |echo: &[u8]| {
            echo.get(4..6) == Some(&self.id.to_be_bytes())
                && echo.get(6..8) == Some(&sequence.to_be_bytes())
        };
        let (reply, unreachable, inner_header) = if self.to.is_ipv4() {
            (0, 3, 20)
        } else {
            (129, 1, 40)
        };
        Ok(match packet.first() {
            Some(kind) if *kind == reply && own(packet) => Some(Echo::Reply(begun.elapsed())),
            Some(kind)
                if *kind == unreachable
                    && own(packet.get(8 + inner_header..).unwrap_or_default()) =>
            {
                from.and_then(address).map(Echo::Unreachable)
            }
            _ => None,
        })
    }
}

fn without_ip_header(packet: &[u8]) -> &[u8] {
    let words = packet.first().map_or(5, |byte| byte & 0xf);
    packet.get(usize::from(words) * 4..).unwrap_or_default()
}

fn address(from: SockaddrStorage) -> Option<IpAddr> {
    let v4 = from.as_sockaddr_in().map(|a| IpAddr::V4(a.ip()));
    v4.or_else(|| from.as_sockaddr_in6().map(|a| IpAddr::V6(a.ip())))
}

/// The Internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let mut sum: u32 = 0;
    for pair in bytes.chunks(2) {
        sum += u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(u16::MAX)
}

/// Parses an address; EINVAL for any other text.
pub fn parse(text: &str) -> Result<IpAddr, SysError> {
    let bad = |_| SysError::new("inet_pton", format!("\"{text}\""), Code(libc::EINVAL));
    text.parse().map_err(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_a_packet_with_its_checksum_is_zero() {
        let mut packet = [8, 0, 0, 0, 0, 1, 0, 2, 0x2a, 0x2a, 7];
        let sum = checksum(&packet).to_be_bytes();
        packet[2..4].copy_from_slice(&sum);
        assert_eq!(checksum(&packet), 0);
    }
}
