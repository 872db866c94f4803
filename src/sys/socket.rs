//! Unix sockets, unix(7): SEQPACKET pairs that carry descriptors, and sockets at a path.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, UnixAddr,
    recvmsg, sendmsg, socketpair,
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

/// The longest path that a socket address can hold, in bytes, before its final zero (unix(7)).
const LONGEST: usize = 107;

/// A path to a socket that fits into an address: a long one goes through the open parent directory,
/// which is held while the path is used.
fn way(path: &Path) -> std::io::Result<(Option<OwnedFd>, PathBuf)> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok((None, path.to_owned()));
    };
    if path.as_os_str().as_bytes().len() <= LONGEST {
        return Ok((None, path.to_owned()));
    }
    let dir: OwnedFd = std::fs::File::open(parent)?.into();
    let way = Path::new("/proc/self/fd").join(dir.as_raw_fd().to_string());
    Ok((Some(dir), way.join(name)))
}

/// Connects to a socket, however long its path is.
///
/// # Errors
/// It does not exist, or nobody listens.
pub fn connect(path: &Path) -> std::io::Result<UnixStream> {
    let (_held, way) = way(path)?;
    UnixStream::connect(way)
}

/// Shuts a listening socket down: nobody can connect any longer, and an accept(2) that waits fails.
pub fn close_down(socket: impl AsFd) {
    let _ = rustix::net::shutdown(socket, rustix::net::Shutdown::Both);
}

/// Binds a socket to a path and listens; only the same user can connect. The mode is set before the
/// path exists.
pub fn listen_privately(path: &Path) -> Result<OwnedFd, SysError> {
    let shown = format!("{path:?}");
    let error = |call| {
        let shown = shown.clone();
        move |e| SysError::new(call, shown, e)
    };
    let stream = SockType::Stream;
    let flags = SockFlag::SOCK_CLOEXEC;
    let socket = nix::sys::socket::socket(AddressFamily::Unix, stream, flags, None)
        .map_err(error("socket"))?;
    let held = way(path).map_err(|e| SysError::new("open", shown.clone(), e))?;
    let address = UnixAddr::new(&held.1).map_err(error("bind"))?;
    // Order: fchmod(2) first, because the file that bind(2) makes takes the mode of the socket.
    let own = nix::sys::stat::Mode::S_IRUSR | nix::sys::stat::Mode::S_IWUSR;
    nix::sys::stat::fchmod(&socket, own).map_err(error("fchmod"))?;
    nix::sys::socket::bind(socket.as_raw_fd(), &address).map_err(error("bind"))?;
    let waiting = nix::sys::socket::Backlog::new(128).map_err(error("listen"))?;
    nix::sys::socket::listen(&socket, waiting).map_err(error("listen"))?;
    Ok(socket)
}

/// The user id of the process at the other end of a socket, at the time it connected (unix(7),
/// `SO_PEERCRED`).
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

/// Receives one packet, recvmsg(2): its length (0 if the other end is closed) and its descriptors.
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
