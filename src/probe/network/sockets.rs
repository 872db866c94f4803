//! What is read from files of a network namespace: sockets that listen, and
//! whether packets are passed on. The files stay those of the namespace in
//! which they were opened.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::snapshot::{Forwarding, Listening};
use crate::sys::file;

/// The state of a TCP socket that listens, and of a UDP socket that is bound
/// but not connected, in `/proc/net/{tcp,udp}` (`proc_net(5)`).
const STATES: [(&str, &str); 2] = [("tcp", "0A"), ("udp", "07")];

/// The open files.
#[derive(Debug)]
pub(super) struct Files {
    /// The tables of sockets, each with its protocol.
    tables: Vec<(&'static str, OwnedFd)>,
    ipv4: Option<OwnedFd>,
    ipv6: Option<OwnedFd>,
}

impl Files {
    /// Opens them in the present network namespace.
    pub(super) fn open(proc: BorrowedFd<'_>) -> Self {
        let table = |(protocol, path): (&'static str, &str)| {
            Some((
                protocol,
                file::open_read(proc, &format!("self/net/{path}")).ok()?,
            ))
        };
        let tables = [
            ("tcp", "tcp"),
            ("tcp", "tcp6"),
            ("udp", "udp"),
            ("udp", "udp6"),
        ];
        let switch = |path: &str| file::open_read(proc, &format!("sys/net/{path}")).ok();
        Self {
            tables: tables.into_iter().filter_map(table).collect(),
            ipv4: switch("ipv4/ip_forward"),
            ipv6: switch("ipv6/conf/all/forwarding"),
        }
    }

    /// Reads them.
    pub(super) fn read(&self) -> (Vec<Listening>, Forwarding) {
        let mut listening = Vec::new();
        for (protocol, fd) in &self.tables {
            let bytes = file::read_again(fd.as_fd()).unwrap_or_default();
            listening.extend(parse(protocol, &String::from_utf8_lossy(&bytes)));
        }
        listening.sort();
        listening.dedup();
        let on = |fd: &Option<OwnedFd>| {
            let text = fd.as_ref().and_then(|fd| file::read_again(fd.as_fd()).ok());
            text.is_some_and(|text| text.first().is_some_and(|digit| *digit != b'0'))
        };
        let forwarding = Forwarding {
            ipv4: on(&self.ipv4),
            ipv6: on(&self.ipv6),
        };
        (listening, forwarding)
    }
}

fn parse(protocol: &str, text: &str) -> Vec<Listening> {
    let wanted = STATES.iter().find(|(name, _)| *name == protocol);
    let line = |line: &str| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (local, state) = (words.get(1)?, words.get(3)?);
        if wanted.is_none_or(|(_, wanted)| wanted != state) {
            return None;
        }
        let (address, port) = local.split_once(':')?;
        Some(Listening {
            protocol: protocol.to_owned(),
            address: address_of(address)?.to_string(),
            port: i64::from_str_radix(port, 16).ok()?,
        })
    };
    text.lines().skip(1).filter_map(line).collect()
}

/// An address as these files write it: words of 32 bits in the machine's own order.
fn address_of(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| u32::from_str_radix(hex.get(at..at + 8)?, 16).ok();
    if hex.len() == 8 {
        return Some(Ipv4Addr::from(word(0)?.to_ne_bytes()).into());
    }
    let mut bytes = [0; 16];
    for (i, chunk) in bytes.chunks_mut(4).enumerate() {
        chunk.copy_from_slice(&word(i * 8)?.to_ne_bytes());
    }
    Some(Ipv6Addr::from(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listening_sockets_are_read_from_their_table() {
        let text = "  sl  local_address rem_address   st tx_queue\n\
             0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n\
             1: 0100007F:1F91 0100007F:0050 01 00000000:00000000\n";
        let all = parse("tcp", text);
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].address.as_str(), all[0].port), ("127.0.0.1", 8080));
        let v6 = "h\n0: 00000000000000000000000001000000:0050 0:0 0A 0:0\n";
        assert_eq!(parse("tcp", v6)[0].address, "::1");
    }
}
