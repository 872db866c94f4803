//! The facts of a network namespace that change without an event: listening sockets, and
//! forwarding. An open file or socket stays with the namespace in which it was opened.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::snapshot::{Forwarding, Listening};
use crate::sys::netlink::{Family, Netlink};
use crate::sys::{SysError, file};

/// `SOCK_DIAG_BY_FAMILY`, `sock_diag(7)`.
const BY_FAMILY: u16 = 20;

/// A kind of socket: one protocol and one address family.
#[derive(Clone, Copy, Debug)]
struct Kind {
    protocol: &'static str,
    /// `AF_INET` or `AF_INET6`.
    family: u8,
    /// `IPPROTO_TCP` or `IPPROTO_UDP`.
    number: u8,
    /// The state to ask for: a listening TCP socket (`TCP_LISTEN`), or a UDP socket that is bound
    /// but not connected (`TCP_CLOSE`).
    state: u8,
    /// The table of these sockets, `proc_net(5)`.
    table: &'static str,
}

const fn kind(protocol: &'static str, family: u8, table: &'static str) -> Kind {
    let (number, state) = match protocol.as_bytes()[0] {
        b't' => (6, 10),
        _ => (17, 7),
    };
    Kind {
        protocol,
        family,
        number,
        state,
        table,
    }
}

/// The kinds that are listed.
const KINDS: [Kind; 4] = [
    kind("tcp", 2, "self/net/tcp"),
    kind("tcp", 10, "self/net/tcp6"),
    kind("udp", 2, "self/net/udp"),
    kind("udp", 10, "self/net/udp6"),
];

/// The files with the number of sockets, `proc_net(5)`.
const COUNTS: [&str; 2] = ["self/net/sockstat", "self/net/sockstat6"];

/// The files and sockets that are kept open in a namespace.
#[derive(Debug)]
pub(super) struct Files {
    /// Lists sockets directly; a table would make the kernel walk through all sockets of the
    /// machine.
    diag: Option<Netlink>,
    /// The tables, for a kernel without `sock_diag(7)`.
    tables: Vec<(Kind, OwnedFd)>,
    /// The files with the number of sockets.
    counts: Vec<OwnedFd>,
    ipv4: Option<OwnedFd>,
    ipv6: Option<OwnedFd>,
    /// The last list, and the numbers of sockets at that time.
    listening: Vec<Listening>,
    in_use: Option<Vec<i64>>,
}

/// The listening sockets and the forwarding of a namespace.
type Told = (Vec<Listening>, Forwarding);

impl Files {
    /// Opens them in the caller's network namespace.
    pub(super) fn open(proc: BorrowedFd<'_>) -> Self {
        let open = |path: &str| file::open_read(proc, path).ok();
        let table = |kind: Kind| Some((kind, open(kind.table)?));
        Self {
            diag: Netlink::open(Family::Sockets).ok(),
            tables: KINDS.into_iter().filter_map(table).collect(),
            counts: COUNTS.into_iter().filter_map(open).collect(),
            ipv4: open("sys/net/ipv4/ip_forward"),
            ipv6: open("sys/net/ipv6/conf/all/forwarding"),
            listening: Vec::new(),
            in_use: None,
        }
    }

    /// Reads them. If no process in the namespace has run (`at_rest`) and the numbers of sockets
    /// are the same, the last list still holds.
    pub(super) fn read(&mut self, at_rest: bool) -> Told {
        let in_use = self.count();
        if !at_rest || in_use.is_none() || in_use != self.in_use {
            self.listening = self.ask_all();
        }
        self.in_use = in_use;
        let on = |fd: &Option<OwnedFd>| {
            let text = fd.as_ref().map(|fd| file::read_at_start(fd.as_fd()));
            text.is_some_and(|text| text.is_ok_and(|text| !text.starts_with(b"0")))
        };
        let forwarding = Forwarding {
            ipv4: on(&self.ipv4),
            ipv6: on(&self.ipv6),
        };
        (self.listening.clone(), forwarding)
    }

    fn ask_all(&mut self) -> Vec<Listening> {
        let mut listening = Vec::new();
        for (kind, fd) in &self.tables {
            let asked = self.diag.as_mut().map(|diag| ask(diag, *kind));
            listening.extend(asked.and_then(Result::ok).unwrap_or_else(|| {
                let bytes = file::read_again(fd.as_fd()).unwrap_or_default();
                parse(*kind, &String::from_utf8_lossy(&bytes))
            }));
        }
        listening.sort();
        listening.dedup();
        listening
    }

    /// The number of sockets in use per protocol (the rest of those lines is about the whole
    /// machine).
    fn count(&self) -> Option<Vec<i64>> {
        let mut numbers = Vec::new();
        for fd in &self.counts {
            let bytes = file::read_at_start(fd.as_fd()).ok()?;
            let text = String::from_utf8_lossy(&bytes);
            let lines = text.lines().filter_map(|line| line.split_once(": inuse "));
            numbers
                .extend(lines.filter_map(|(_, rest)| rest.split(' ').next()?.parse::<i64>().ok()));
        }
        (!numbers.is_empty()).then_some(numbers)
    }
}

/// Asks the kernel for the sockets of a kind (`struct inet_diag_req_v2`).
fn ask(diag: &mut Netlink, kind: Kind) -> Result<Vec<Listening>, SysError> {
    let mut body = vec![kind.family, kind.number, 0, 0];
    body.extend((1u32 << kind.state).to_ne_bytes());
    body.extend([0; 48]);
    let answers = diag.dump_raw(BY_FAMILY, &body)?;
    Ok(answers
        .iter()
        .filter_map(|raw| told(kind, &raw.body))
        .collect())
}

/// Parses a socket (`struct inet_diag_msg`): the port at offset 4, the address at offset 8, both in
/// network order.
fn told(kind: Kind, body: &[u8]) -> Option<Listening> {
    let address: IpAddr = if kind.family == 2 {
        <[u8; 4]>::try_from(body.get(8..12)?).ok()?.into()
    } else {
        <[u8; 16]>::try_from(body.get(8..24)?).ok()?.into()
    };
    let port = u16::from_be_bytes(body.get(4..6)?.try_into().ok()?);
    Some(Listening {
        protocol: kind.protocol.to_owned(),
        address: address.to_string(),
        port: port.into(),
    })
}

/// Parses the table of a kind of sockets.
fn parse(kind: Kind, text: &str) -> Vec<Listening> {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (local, state) = (words.get(1)?, words.get(3)?);
        if u8::from_str_radix(state, 16) != Ok(kind.state) {
            return None;
        }
        let (address, port) = local.split_once(':')?;
        Some(Listening {
            protocol: kind.protocol.to_owned(),
            address: address_of(address)?.to_string(),
            port: u16::from_str_radix(port, 16).ok()?.into(),
        })
    };
    text.lines().skip(1).filter_map(line).collect()
}

/// Parses an address in these tables: words of 32 bits in native byte order.
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
        let all = parse(KINDS[0], text);
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].address.as_str(), all[0].port), ("127.0.0.1", 8080));
        let v6 = "h\n0: 00000000000000000000000001000000:0050 0:0 0A 0:0\n";
        assert_eq!(parse(KINDS[1], v6)[0].address, "::1");
    }

    #[test]
    fn a_table_of_sockets_may_be_anything() {
        crate::fuzz::each("sockets", |bytes| {
            let text = String::from_utf8_lossy(bytes);
            for kind in KINDS {
                let all = parse(kind, &text);
                assert!(all.len() <= text.lines().count());
                for socket in all {
                    assert!((0..=0xffff).contains(&socket.port), "{socket:?}");
                    assert!(socket.address.parse::<IpAddr>().is_ok(), "{socket:?}");
                }
                let _ = told(kind, bytes);
            }
        });
    }

    #[test]
    fn both_ways_tell_the_same() {
        let own = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let proc = file::open_dir(file::here(), "/proc").unwrap();
        let mut diag = Netlink::open(Family::Sockets).unwrap();
        let port = i64::from(own.local_addr().unwrap().port());
        let has = |all: Vec<Listening>| all.iter().any(|socket| socket.port == port);
        let table = file::open_read(proc.as_fd(), KINDS[0].table).unwrap();
        let text = file::read_again(table.as_fd()).unwrap();
        assert!(has(parse(KINDS[0], &String::from_utf8_lossy(&text))));
        assert!(has(ask(&mut diag, KINDS[0]).unwrap()));
        assert!(!has(ask(&mut diag, KINDS[1]).unwrap()));
    }
}
