//! What is said between the program and its lab host, and how: JSON messages,
//! cut into packets of a SEQPACKET socket, descriptors riding along with the last.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::Failure;
use super::group::Plan;
use crate::lab::Action;
use crate::probe::Subject;
use crate::snapshot::overlay::{Detail, Wanted};
use crate::snapshot::{Outcome, Snapshot};
use crate::sys::pty::Size;
use crate::sys::socket::{self, PACKET};
use crate::sys::{Code, SysError, file};

/// The longest message, in bytes: what comes from a lab host is not trusted.
const LONGEST: usize = 32 * 1024 * 1024;

/// What a lab host is to be, said to its launcher first of all.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spec {
    /// The program's process id, so that the launcher notices if it came too late.
    pub parent: i64,
    /// The host name of the lab host.
    pub hostname: String,
    /// The size of its root file system, in MiB.
    pub megabytes: u32,
    /// How many processes it may have.
    pub processes: u64,
    /// Whether the programs `serve` and `fetch` are to be there.
    pub tools: bool,
    /// The directory of the machine that is to be `/lab`, if not the root file system's own.
    pub scratch: Option<String>,
    /// The control group that it is to live in, if any.
    pub group: Option<Plan>,
    /// Whether the lab is to see that group and may make others in it.
    pub shows_groups: bool,
}

/// Said to init.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToInit {
    /// Open the first shell of an actor; the answer carries the terminal.
    Open {
        /// Which request this is.
        id: u64,
        /// The actor.
        actor: String,
        /// The size of its terminal.
        size: Size,
    },
    /// Write the file that rides along to a path.
    Bring {
        /// Which request this is.
        id: u64,
        /// The path.
        to: String,
    },
    /// Perform an action; the answer carries a terminal if a shell was stacked.
    Act {
        /// Which request this is.
        id: u64,
        /// The action.
        action: Box<Action>,
        /// The size of a new shell's terminal.
        size: Size,
    },
}

/// What a lab host used too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Excess {
    /// Memory, in MiB.
    Memory(u64),
    /// The disk on which `/lab` is, in MiB.
    Disk(u64),
}

/// Said by init.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromInit {
    /// The lab host stands.
    Ready,
    /// The lab host could not be built.
    Failed(Failure),
    /// A request is done.
    Done {
        /// Which one.
        id: u64,
        /// What it came to.
        outcome: Outcome,
        /// The number of the actor's new shell, if there is one.
        shell: Option<i64>,
    },
    /// A request could not be served: the actor has no shell, a worker broke.
    Broken {
        /// Which one.
        id: u64,
        /// Why.
        why: String,
        /// Whether the machine, or what limits the lab host, had no process left for it.
        starved: bool,
    },
    /// A shell has ended.
    ShellEnded {
        /// Whose.
        actor: String,
        /// Its number in the lab host.
        pid: i64,
        /// Its status as shells say it.
        status: i64,
    },
    /// Other processes have ended, and are no longer there.
    Reaped,
    /// The lab host uses too much and ends.
    Exceeded(Excess),
}

impl FromInit {
    /// A request that made no sense there.
    pub(super) fn broken(id: u64, why: String) -> Self {
        Self::Broken {
            id,
            why,
            starved: false,
        }
    }
}

/// Said to the observer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToObserver {
    /// Which request this is.
    pub id: u64,
    /// Whose facts are wanted.
    pub subjects: Vec<Subject>,
    /// What is to be seen of overlays.
    pub wanted: Wanted,
}

/// Said by the observer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromObserver {
    /// It stands in the lab host.
    Ready,
    /// It could not get there.
    Failed(Failure),
    /// The facts asked for.
    Facts {
        /// By which request.
        id: u64,
        /// The facts.
        snapshot: Box<Snapshot>,
        /// The overlays are those that were told last, and not among the facts.
        same_overlays: bool,
        /// All about the entry that is selected.
        detail: Option<Box<Detail>>,
        /// The CPU time that reading them took, in microseconds.
        cost: u64,
    },
    /// Something has changed since the last facts.
    Changed,
}

/// A message to be read from a descriptor, once, by a program that goes on here.
pub fn letter(message: &impl Serialize) -> Result<OwnedFd, SysError> {
    let (read, write) = file::pipe()?;
    let text = serde_json::to_vec(message).unwrap_or_default();
    // Shorter than what a pipe holds (pipe(7)): nobody has to read meanwhile.
    file::write_all(write.as_fd(), &text)?;
    Ok(read)
}

/// Reads such a message.
///
/// # Errors
/// EBADMSG for what is none.
pub fn read_letter<M: DeserializeOwned>(letter: &OwnedFd) -> Result<M, SysError> {
    let text = file::read_all(letter.as_fd())?;
    serde_json::from_slice(&text)
        .map_err(|e| SysError::new("read", e.to_string(), Code(nix::libc::EBADMSG)))
}

/// Sends a message, waiting until the other side has room.
pub fn send(
    socket: BorrowedFd<'_>,
    message: &impl Serialize,
    fds: &[BorrowedFd<'_>],
) -> Result<(), SysError> {
    for (bytes, last) in packets(message)? {
        let raw: Vec<_> = fds.iter().map(rustix::fd::AsRawFd::as_raw_fd).collect();
        socket::send(socket, &bytes, if last { &raw } else { &[] })?;
    }
    Ok(())
}

/// A message as packets; the first byte of each tells whether it is the last.
pub fn packets(message: &impl Serialize) -> Result<Vec<(Vec<u8>, bool)>, SysError> {
    let json = serde_json::to_vec(message)
        .map_err(|e| SysError::new("serialize", e.to_string(), Code(nix::libc::EINVAL)))?;
    let chunks = json.chunks(PACKET - 1);
    let count = chunks.len();
    let packet = |(i, chunk): (usize, &[u8])| {
        let last = i + 1 == count;
        let mut bytes = Vec::with_capacity(chunk.len() + 1);
        bytes.push(u8::from(last));
        bytes.extend_from_slice(chunk);
        (bytes, last)
    };
    Ok(chunks.enumerate().map(packet).collect())
}

/// Puts packets together again.
#[derive(Debug, Default)]
pub struct Inbox {
    bytes: Vec<u8>,
    fds: Vec<OwnedFd>,
}

/// What one packet brought.
#[derive(Debug)]
pub enum Got<M> {
    /// A whole message.
    Message(M, Vec<OwnedFd>),
    /// A part of one.
    Part,
    /// The other side has closed.
    End,
}

impl Inbox {
    /// Receives one packet.
    ///
    /// # Errors
    /// The call's own, EAGAIN among them; EBADMSG for what is no message.
    pub fn receive<M: DeserializeOwned>(&mut self, socket: impl AsFd) -> Result<Got<M>, SysError> {
        let mut packet = vec![0; PACKET];
        let (length, fds) = socket::receive(socket.as_fd(), &mut packet)?;
        let Some((last, bytes)) = packet.get(..length).and_then(<[u8]>::split_first) else {
            return Ok(Got::End);
        };
        self.fds.extend(fds);
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > LONGEST {
            return Err(SysError::new(
                "recvmsg",
                "message too long",
                Code(nix::libc::EMSGSIZE),
            ));
        }
        if *last == 0 {
            return Ok(Got::Part);
        }
        let json = std::mem::take(&mut self.bytes);
        let message = serde_json::from_slice(&json)
            .map_err(|e| SysError::new("recvmsg", e.to_string(), Code(nix::libc::EBADMSG)))?;
        Ok(Got::Message(message, std::mem::take(&mut self.fds)))
    }

    /// Receives a whole message, waiting for it; `None` at the end.
    pub fn wait<M: DeserializeOwned>(&mut self, socket: impl AsFd) -> Result<Option<M>, SysError> {
        loop {
            match self.receive(socket.as_fd())? {
                Got::Message(message, _) => return Ok(Some(message)),
                Got::Part => {}
                Got::End => return Ok(None),
            }
        }
    }
}
