//! SEQPACKET socket pairs with descriptors riding along, unix(7).

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg,
    sendmsg, socketpair,
};

use super::SysError;

/// The longest packet, in bytes: well below the default send buffer.
pub const PACKET: usize = 64 * 1024;

/// A pair of connected sockets, both close-on-exec.
pub fn pair() -> Result<(OwnedFd, OwnedFd), SysError> {
    socketpair(
        AddressFamily::Unix,
        SockType::SeqPacket,
        None,
        SockFlag::SOCK_CLOEXEC,
    )
    .map_err(|e| SysError::new("socketpair", "AF_UNIX, SOCK_SEQPACKET", e))
}

/// Whose the process at the other end of a socket is: its effective user id when it
/// connected (unix(7), `SO_PEERCRED`).
pub fn peer_uid(fd: BorrowedFd<'_>) -> Result<u32, SysError> {
    let peer = rustix::net::sockopt::socket_peercred(fd);
    let peer = peer.map_err(|e| SysError::new("getsockopt", "SO_PEERCRED", e))?;
    Ok(peer.uid.as_raw())
}

/// Sends one packet, sendmsg(2).
pub fn send(fd: BorrowedFd<'_>, bytes: &[u8], fds: &[RawFd]) -> Result<(), SysError> {
    let rights = [ControlMessage::ScmRights(fds)];
    let control = if fds.is_empty() { &[][..] } else { &rights[..] };
    let slices = [IoSlice::new(bytes)];
    sendmsg::<()>(
        fd.as_raw_fd(),
        &slices,
        control,
        MsgFlags::MSG_NOSIGNAL,
        None,
    )
    .map(drop)
    .map_err(|e| SysError::new("sendmsg", format!("{} bytes", bytes.len()), e))
}

/// Receives one packet, recvmsg(2): its length (0: the other end is closed) and its descriptors.
pub fn receive(fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<(usize, Vec<OwnedFd>), SysError> {
    let mut control = nix::cmsg_space!([RawFd; 8]);
    let mut slices = [IoSliceMut::new(buffer)];
    let message = recvmsg::<()>(
        fd.as_raw_fd(),
        &mut slices,
        Some(&mut control),
        MsgFlags::MSG_CMSG_CLOEXEC,
    )
    .map_err(|e| SysError::new("recvmsg", "", e))?;
    let mut fds = Vec::new();
    for part in message
        .cmsgs()
        .map_err(|e| SysError::new("recvmsg", "", e))?
    {
        if let ControlMessageOwned::ScmRights(raw) = part {
            // SAFETY: the kernel has just installed these descriptors for us alone.
            fds.extend(
                raw.into_iter()
                    .map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }),
            );
        }
    }
    Ok((message.bytes, fds))
}

/// Makes calls on a descriptor return at once, fcntl(2) with `O_NONBLOCK`.
pub fn set_nonblocking(fd: BorrowedFd<'_>) -> Result<(), SysError> {
    let error = |e| SysError::new("fcntl", "F_SETFL, O_NONBLOCK", e);
    let flags = rustix::fs::fcntl_getfl(fd).map_err(error)?;
    rustix::fs::fcntl_setfl(fd, flags | rustix::fs::OFlags::NONBLOCK).map_err(error)
}
