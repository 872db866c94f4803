//! Netlink sockets, netlink(7): requests with their answers, and notifications. A socket belongs to
//! the network namespace it was opened in.

mod batch;
#[cfg(test)]
pub(crate) mod peer;

pub use batch::Message;

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, send,
    socket,
};
use rtnetlink::packet_core::{
    NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, NetlinkDeserializable, NetlinkHeader, NetlinkMessage,
    NetlinkPayload,
};
use rtnetlink::packet_route::RouteNetlinkMessage;

use super::{Code, SysError};

/// The length of a message header (`struct nlmsghdr`), in bytes.
const HEADER: usize = 16;
/// The longest packet that the kernel sends, in bytes.
const BUFFER: usize = 64 * 1024;
/// `NLMSG_ERROR` and `NLMSG_DONE`: the message types that end an answer.
const ENDS: [u16; 2] = [2, 3];
/// The error attribute with the kernel's explanation (`NLMSGERR_ATTR_MSG`).
const WORDS: u16 = 1;

/// A netlink family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Links, addresses, routes, neighbours, rtnetlink(7).
    Route,
    /// Packet filters and address translation (nftables).
    Filter,
    /// Listing sockets, `sock_diag(7)`.
    Sockets,
}

/// A message as it was received.
#[derive(Clone, Debug)]
pub struct Raw {
    /// Its type.
    pub kind: u16,
    /// The bytes after its header.
    pub body: Vec<u8>,
}

/// A socket for requests.
#[derive(Debug)]
pub struct Netlink {
    socket: OwnedFd,
    sequence: u32,
    buffer: Vec<u8>,
}

fn open_socket(family: Family, flags: SockFlag) -> Result<OwnedFd, SysError> {
    let (protocol, name) = match family {
        Family::Route => (SockProtocol::NetlinkRoute, "NETLINK_ROUTE"),
        Family::Filter => (SockProtocol::NetlinkNetFilter, "NETLINK_NETFILTER"),
        Family::Sockets => (SockProtocol::NetlinkSockDiag, "NETLINK_SOCK_DIAG"),
    };
    let flags = SockFlag::SOCK_CLOEXEC | flags;
    socket(AddressFamily::Netlink, SockType::Raw, flags, protocol)
        .map_err(|e| SysError::new("socket", format!("AF_NETLINK, SOCK_RAW, {name}"), e))
}

fn option(fd: BorrowedFd<'_>, option: i32, value: i32) -> Result<(), SysError> {
    // SAFETY: the option's value is an int, and its length is given.
    let result = unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            libc::SOL_NETLINK,
            option,
            (&raw const value).cast(),
            4,
        )
    };
    super::check(
        "setsockopt",
        format!("SOL_NETLINK, {option}"),
        result.into(),
    )
    .map(drop)
}

/// A non-blocking socket that receives the notifications of these groups (the numbers of
/// `RTNLGRP_LINK` and so on).
pub fn subscribe(family: Family, groups: &[i32]) -> Result<OwnedFd, SysError> {
    let fd = open_socket(family, SockFlag::SOCK_NONBLOCK)?;
    let error = |e| SysError::new("bind", "AF_NETLINK", e);
    bind(fd.as_raw_fd(), &NetlinkAddr::new(0, 0)).map_err(error)?;
    for group in groups {
        option(fd.as_fd(), libc::NETLINK_ADD_MEMBERSHIP, *group)?;
    }
    Ok(fd)
}

/// Reads all pending notifications; returns whether there were any. Lost ones (`ENOBUFS`) count
/// too: it only matters that something happened.
pub fn told(fd: BorrowedFd<'_>) -> bool {
    let mut buffer = [0; 8192];
    let mut any = false;
    loop {
        match recv(fd.as_raw_fd(), &mut buffer, MsgFlags::MSG_TRUNC) {
            Ok(0) => return any,
            Ok(_) | Err(nix::errno::Errno::ENOBUFS) => any = true,
            Err(nix::errno::Errno::EINTR) => {}
            Err(_) => return any,
        }
    }
}

impl Netlink {
    /// Opens a socket in the caller's network namespace.
    pub fn open(family: Family) -> Result<Self, SysError> {
        let socket = open_socket(family, SockFlag::empty())?;
        // Kernels before 4.12 have no explanations; they are then left out.
        let _ = option(socket.as_fd(), libc::NETLINK_EXT_ACK, 1);
        let _ = option(socket.as_fd(), libc::NETLINK_CAP_ACK, 1);
        // Since 4.20 a dump can be limited to one routing table; before, it covers all.
        let _ = option(socket.as_fd(), libc::NETLINK_GET_STRICT_CHK, 1);
        Ok(Self {
            socket,
            sequence: 0,
            buffer: vec![0; BUFFER],
        })
    }

    /// Sends one request and returns the answers. `flags` are added to `NLM_F_REQUEST` and
    /// `NLM_F_ACK`.
    pub fn ask(
        &mut self,
        message: RouteNetlinkMessage,
        flags: u16,
    ) -> Result<Vec<RouteNetlinkMessage>, SysError> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | NLM_F_ACK | flags;
        let mut message = NetlinkMessage::new(header, NetlinkPayload::from(message));
        message.finalize();
        let mut packet = vec![0; message.buffer_len()];
        message.serialize(&mut packet);
        let mut answers = Vec::new();
        self.exchange(packet, &mut |message| {
            let mut header = NetlinkHeader::default();
            header.message_type = message.kind;
            answers.extend(RouteNetlinkMessage::deserialize(&header, message.body));
        })?;
        Ok(answers)
    }

    /// Requests all objects of a kind.
    pub fn dump(
        &mut self,
        message: RouteNetlinkMessage,
    ) -> Result<Vec<RouteNetlinkMessage>, SysError> {
        self.ask(message, NLM_F_DUMP)
    }

    /// Requests all objects of a kind by the message's number; `body` follows the header.
    pub fn dump_raw(&mut self, kind: u16, body: &[u8]) -> Result<Vec<Raw>, SysError> {
        let mut answers = Vec::new();
        self.exchange(dump_packet(kind, body), &mut |message| {
            answers.push(Raw {
                kind: message.kind,
                body: message.body.to_vec(),
            });
        })?;
        Ok(answers)
    }

    /// Like `dump_raw`, but passes the body of each answer to `each` without a copy.
    pub fn dump_each(
        &mut self,
        kind: u16,
        body: &[u8],
        each: &mut dyn FnMut(&[u8]),
    ) -> Result<(), SysError> {
        self.exchange(dump_packet(kind, body), &mut |message| each(message.body))
    }

    fn next(&mut self) -> u32 {
        self.sequence += 1;
        self.sequence
    }

    fn send(&self, packet: &[u8]) -> Result<(), SysError> {
        send(self.socket.as_raw_fd(), packet, MsgFlags::empty())
            .map(drop)
            .map_err(|e| SysError::new("send", "AF_NETLINK", e))
    }

    fn receive(&mut self) -> Result<&[u8], SysError> {
        let fd = self.socket.as_raw_fd();
        let length = recv(fd, &mut self.buffer, MsgFlags::empty())
            .map_err(|e| SysError::new("recv", "AF_NETLINK", e))?;
        // The other side has closed: nothing more will come.
        if length == 0 {
            return Err(SysError::new("recv", "AF_NETLINK", Code(libc::ECONNRESET)));
        }
        Ok(&self.buffer[..length.min(BUFFER)])
    }

    /// Sends a packet with a sequence number of its own, and passes the answers to `each`.
    fn exchange(
        &mut self,
        mut packet: Vec<u8>,
        each: &mut dyn FnMut(&Answer<'_>),
    ) -> Result<(), SysError> {
        let sequence = self.next();
        packet[8..12].copy_from_slice(&sequence.to_ne_bytes());
        self.send(&packet)?;
        loop {
            let mut rest = self.receive()?;
            while let Some((message, after)) = first(rest) {
                rest = after;
                if message.sequence != sequence {
                    continue;
                }
                if ENDS.contains(&message.kind) {
                    return end(message.body, message.flags);
                }
                each(&message);
            }
        }
    }
}

fn dump_packet(kind: u16, body: &[u8]) -> Vec<u8> {
    packet(kind, NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP, 0, body)
}

fn packet(kind: u16, flags: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(HEADER + body.len()).unwrap_or(u32::MAX);
    let mut packet = length.to_ne_bytes().to_vec();
    packet.extend(kind.to_ne_bytes());
    packet.extend(flags.to_ne_bytes());
    packet.extend(sequence.to_ne_bytes());
    packet.extend([0; 4]);
    packet.extend(body);
    packet.resize(packet.len().next_multiple_of(4), 0);
    packet
}

/// A message in the buffer it was read into.
struct Answer<'a> {
    kind: u16,
    flags: u16,
    sequence: u32,
    body: &'a [u8],
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// Four bytes as a number in native byte order.
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The first message of a packet, and the rest of the packet.
fn first(packet: &[u8]) -> Option<(Answer<'_>, &[u8])> {
    let length = u32_at(packet, 0)? as usize;
    let message = Answer {
        kind: u16_at(packet, 4)?,
        flags: u16_at(packet, 6)?,
        sequence: u32_at(packet, 8)?,
        body: packet.get(HEADER..length)?,
    };
    let after = packet.get(length.next_multiple_of(4)..).unwrap_or_default();
    Some((message, after))
}

/// The result in an end message: an errno (0 for success) and the kernel's explanation.
fn end(body: &[u8], flags: u16) -> Result<(), SysError> {
    let errno = u32_at(body, 0).map_or(0, u32::cast_signed);
    if errno == 0 {
        return Ok(());
    }
    let mut error = SysError::new("netlink", "", Code(-errno));
    // NLM_F_ACK_TLVS: attributes follow the errno and the header of the request.
    if flags & 0x200 != 0 {
        let mut attributes = attributes(body.get(4 + HEADER..).unwrap_or_default());
        let words = attributes.find(|(kind, _)| *kind == WORDS);
        error.text = words.map(|(_, value)| text(value)).unwrap_or_default();
    }
    Err(error)
}

/// The attributes of a message, number and value (`struct nlattr`).
pub fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(bytes, 0)?);
        let kind = u16_at(bytes, 2)?;
        let value = bytes.get(4..length)?;
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        // The two upper bits tell that it is nested or in network order.
        Some((kind & 0x3fff, value))
    })
}

/// Builds an attribute for a message.
pub fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(4 + value.len()).unwrap_or(u16::MAX);
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// The text of a string attribute.
pub fn text(value: &[u8]) -> String {
    let words = value.strip_suffix(&[0]).unwrap_or(value);
    String::from_utf8_lossy(words).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_cut_where_they_end() {
        let bytes = [6, 0, 1, 0, b'u', b'p', 0, 0, 5, 0, 2, 0x80, 9, 0, 0, 0];
        let list: Vec<_> = attributes(&bytes).collect();
        assert_eq!(list, [(1, &b"up"[..]), (2, &[9][..])]);
        assert_eq!(attributes(&[200, 0, 1, 0, 1]).count(), 0);
    }

    #[test]
    fn a_refusal_carries_the_kernels_words() {
        let mut body = (-22i32).to_ne_bytes().to_vec();
        body.extend([0; HEADER]);
        body.extend([7, 0, 1, 0, b'n', b'o', 0, 0]);
        let error = end(&body, 0x200).unwrap_err();
        assert_eq!(
            (error.errno_name().as_str(), error.text.as_str()),
            ("EINVAL", "no")
        );
        assert!(end(&[0; 4], 0).is_ok());
    }

    #[test]
    fn the_kernel_answers() {
        let mut netlink = Netlink::open(Family::Route).unwrap();
        let all =
            RouteNetlinkMessage::GetLink(rtnetlink::packet_route::link::LinkMessage::default());
        let links = netlink.dump(all).unwrap();
        assert!(links.iter().any(RouteNetlinkMessage::is_new_link));
    }
}
