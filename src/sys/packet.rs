//! Echo requests and replies on the links of a network namespace, packet(7): what tcpdump would
//! show of them.

use std::io::IoSliceMut;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, LinkAddr, MsgFlags, SockFlag, SockType, recvmsg,
    setsockopt, socket, sockopt::ReceiveTimestampns,
};
use nix::sys::time::TimeSpec;

use super::SysError;

/// `PACKET_OUTGOING`: it leaves by the link.
const OUTGOING: u8 = 4;
/// Where the filter finds what is not in the packet (`SKF_AD_OFF`); first the packet's protocol.
const ANCILLARY: u32 = libc::SKF_AD_OFF.cast_unsigned();

/// A request or reply that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The index of the link.
    pub index: i64,
    /// Whether it left by the link; else it arrived.
    pub outgoing: bool,
    /// Whether it is a request.
    pub request: bool,
    /// The time, since 1970.
    pub at: Duration,
}

/// A socket that receives every echo request and reply of the caller's network namespace, and
/// nothing else. Needs `CAP_NET_RAW`.
pub fn watch_echoes() -> Result<OwnedFd, SysError> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    // Without a protocol it receives nothing until it is bound, so nothing gets past the filter.
    let fd = socket(AddressFamily::Packet, SockType::Datagram, flags, None)
        .map_err(|e| SysError::new("socket", "AF_PACKET, SOCK_DGRAM", e))?;
    attach(fd.as_fd())?;
    setsockopt(&fd, ReceiveTimestampns, &true)
        .map_err(|e| SysError::new("setsockopt", "SO_TIMESTAMPNS", e))?;
    bind(fd.as_fd())?;
    Ok(fd)
}

/// Takes the next one without waiting; `None` if there is none.
pub fn next_echo(fd: BorrowedFd<'_>) -> Option<Passed> {
    let mut packet = [0; 64];
    let mut slices = [IoSliceMut::new(&mut packet)];
    let mut control = nix::cmsg_space!(TimeSpec);
    let flags = MsgFlags::MSG_DONTWAIT;
    let message =
        recvmsg::<LinkAddr>(fd.as_raw_fd(), &mut slices, Some(&mut control), flags).ok()?;
    let from = message.address?;
    let stamp = message.cmsgs().ok()?.find_map(|part| match part {
        ControlMessageOwned::ScmTimestampns(time) => Some(Duration::from(time)),
        _ => None,
    });
    let length = message.bytes;
    Some(Passed {
        index: i64::try_from(from.ifindex()).ok()?,
        outgoing: from.pkttype() == OUTGOING,
        request: is_request(packet.get(..length)?)?,
        at: stamp.unwrap_or_default(),
    })
}

fn is_request(packet: &[u8]) -> Option<bool> {
    let first = packet.first()?;
    if first >> 4 == 4 {
        packet
            .get(usize::from(first & 0xf) * 4)
            .map(|kind| *kind == 8)
    } else {
        packet.get(40).map(|kind| *kind == 128)
    }
}

/// An instruction of the kernel's packet filter (`struct sock_filter`).
fn step(code: u32, k: u32, yes: u8, no: u8) -> libc::sock_filter {
    libc::sock_filter {
        code: u16::try_from(code).unwrap_or_default(),
        jt: yes,
        jf: no,
        k,
    }
}

/// Attaches a filter that accepts echo requests and replies: of IPv4 unless they are later
/// fragments, and of IPv6 if their ICMP header comes first.
fn attach(fd: BorrowedFd<'_>) -> Result<(), SysError> {
    use libc::{BPF_ABS, BPF_B, BPF_H, BPF_IND, BPF_JEQ, BPF_JMP, BPF_JSET, BPF_K, BPF_LD};
    let (load_byte, load_half) = (BPF_LD | BPF_B | BPF_ABS, BPF_LD | BPF_H | BPF_ABS);
    let (equal, any_bit) = (BPF_JMP | BPF_JEQ | BPF_K, BPF_JMP | BPF_JSET | BPF_K);
    let mut program = [
        step(load_half, ANCILLARY, 0, 0),
        step(equal, 0x0800, 0, 8),
        step(load_byte, 9, 0, 0),
        step(equal, 1, 0, 13),
        step(load_half, 6, 0, 0),
        step(any_bit, 0x1fff, 11, 0),
        step(libc::BPF_LDX | BPF_B | libc::BPF_MSH, 0, 0, 0),
        step(BPF_LD | BPF_B | BPF_IND, 0, 0, 0),
        step(equal, 8, 7, 0),
        step(equal, 0, 6, 7),
        step(equal, 0x86dd, 0, 6),
        step(load_byte, 6, 0, 0),
        step(equal, 58, 0, 4),
        step(load_byte, 40, 0, 0),
        step(equal, 128, 1, 0),
        step(equal, 129, 0, 1),
        step(libc::BPF_RET, 64, 0, 0),
        step(libc::BPF_RET, 0, 0, 0),
    ];
    let filter = libc::sock_fprog {
        len: u16::try_from(program.len()).unwrap_or_default(),
        filter: program.as_mut_ptr(),
    };
    // SAFETY: the kernel copies the program, which lives until the call is over.
    let result = unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const filter).cast(),
            libc::socklen_t::try_from(std::mem::size_of_val(&filter)).unwrap_or_default(),
        )
    };
    super::check("setsockopt", "SO_ATTACH_FILTER", result.into()).map(drop)
}

/// Binds to all links and all protocols.
fn bind(fd: BorrowedFd<'_>) -> Result<(), SysError> {
    // SAFETY: all zero is a value of this plain structure.
    let mut address: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    address.sll_family = u16::try_from(libc::AF_PACKET).unwrap_or_default();
    address.sll_protocol = u16::try_from(libc::ETH_P_ALL).unwrap_or_default().to_be();
    // SAFETY: the address is read, and its length is given.
    let result = unsafe {
        libc::bind(
            fd.as_raw_fd(),
            (&raw const address).cast(),
            libc::socklen_t::try_from(std::mem::size_of_val(&address)).unwrap_or_default(),
        )
    };
    super::check("bind", "AF_PACKET, ETH_P_ALL", result.into()).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_from_replies() {
        let mut v4 = [0; 28];
        (v4[0], v4[20]) = (0x45, 8);
        assert_eq!(is_request(&v4), Some(true));
        v4[20] = 0;
        assert_eq!(is_request(&v4), Some(false));
        let mut v6 = [0; 48];
        (v6[0], v6[40]) = (0x60, 128);
        assert_eq!(is_request(&v6), Some(true));
        assert_eq!(is_request(&v6[..20]), None);
    }
}
