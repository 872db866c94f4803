//! The messages between the program and its lab host: JSON, cut into packets of a SEQPACKET socket,
//! with descriptors attached to the last packet.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::Failure;
use super::group::Plan;
use crate::lab::Action;
use crate::probe::Subject;
use crate::snapshot::lens::Glimpse;
use crate::snapshot::overlay::{Detail, Wanted};
use crate::snapshot::{Outcome, Snapshot};
use crate::sys::number;
use crate::sys::pty::Size;
use crate::sys::socket::{self, PACKET};
use crate::sys::{Code, SysError, file};

/// The longest message accepted, in bytes: what comes from a lab host is not trusted.
const LONGEST: usize = 32 * 1024 * 1024;

/// What a lab host shall be: the first message to its launcher.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spec {
    /// The program's pid, so that the launcher notices if the program has already ended.
    pub parent: i64,
    /// The host name of the lab host.
    pub hostname: String,
    /// The size of its root file system, in MiB.
    pub megabytes: u32,
    /// The limit on its processes.
    pub processes: u64,
    /// Whether the small programs of `tool` are needed.
    pub tools: bool,
    /// The directory on the machine that becomes `/lab`; `None` if that is in the root file system.
    pub scratch: Option<String>,
    /// Its control group, if it has one.
    pub group: Option<Plan>,
    /// Whether the lab sees that group and may make others in it.
    pub shows_groups: bool,
}

/// Requests to init.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToInit {
    /// Open the first shell of an actor; the answer carries the terminal.
    Open {
        /// The id of the request.
        id: u64,
        /// The actor.
        actor: String,
        /// The size of its terminal.
        size: Size,
        /// The program in it, with its arguments.
        words: Vec<String>,
    },
    /// Write the attached file to a path.
    Bring {
        /// The id of the request.
        id: u64,
        /// The path.
        to: String,
    },
    /// Perform an action; if it stacks a shell, the answer carries its terminal.
    Act {
        /// The id of the request.
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

/// Messages from init.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromInit {
    /// The lab host is built and ready.
    Ready,
    /// The lab host could not be built.
    Failed(Failure),
    /// The answer to a request.
    Done {
        /// The id of the request.
        id: u64,
        /// The outcome of the action.
        outcome: Outcome,
        /// The pid of the actor's new shell in the lab host, if there is one.
        shell: Option<i64>,
    },
    /// A request could not be served: the actor has no shell, or a worker broke.
    Broken {
        /// The id of the request.
        id: u64,
        /// The reason.
        why: String,
        /// Whether no process was left for it, on the machine or under the lab host's limit.
        starved: bool,
    },
    /// A shell has ended.
    ShellEnded {
        /// The actor whose shell it was.
        actor: String,
        /// Its pid in the lab host.
        pid: i64,
        /// Its exit status as a shell reports it.
        status: i64,
    },
    /// Other processes have ended and were reaped.
    Reaped,
    /// The lab host uses too much and is ending.
    Exceeded(Excess),
}

impl FromInit {
    /// The answer to a request that could not be served.
    pub(super) fn broken(id: u64, why: String) -> Self {
        Self::Broken {
            id,
            why,
            starved: false,
        }
    }
}

/// A request to the observer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToObserver {
    /// Read the facts.
    Look(Look),
    /// Start the lens on the attached socket.
    Lens,
}

/// What facts are wanted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Look {
    /// The id of the request.
    pub id: u64,
    /// The actors whose facts are wanted.
    pub subjects: Vec<Subject>,
    /// What is wanted about overlays besides the facts.
    pub wanted: Wanted,
}

/// Messages from the observer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromObserver {
    /// It has joined the lab host.
    Ready,
    /// It could not join the lab host.
    Failed(Failure),
    /// The facts that a request asked for.
    Facts {
        /// The request that this answers.
        id: u64,
        /// The facts.
        snapshot: Box<Snapshot>,
        /// The overlays are the same as last time and are left out of the facts.
        same_overlays: bool,
        /// Details of the entry that is selected.
        detail: Option<Box<Detail>>,
        /// The CPU time spent on reading them, in microseconds.
        cost: u64,
    },
    /// Something has changed since the last facts.
    Changed,
}

/// A message from the lens; those to it are the subjects to watch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromLens {
    /// What it saw.
    Seen(Vec<Glimpse>),
    /// All shells that it was told of are watched from now on.
    Watching,
    /// A shell cannot be watched: the call that was refused, in words.
    Refused(String),
}

/// Writes a message into a pipe, for the program that this process executes next to read once.
pub fn letter(message: &impl Serialize) -> Result<OwnedFd, SysError> {
    let (read, write) = file::pipe()?;
    let text = serde_json::to_vec(message).unwrap_or_default();
    // It is shorter than what a pipe holds (pipe(7)), so this does not wait for a reader.
    file::write_all(write.as_fd(), &text)?;
    Ok(read)
}

/// Reads a message that `letter` wrote.
///
/// # Errors
/// EBADMSG if it is none.
pub fn read_letter<M: DeserializeOwned>(letter: &OwnedFd) -> Result<M, SysError> {
    let text = file::read_all(letter.as_fd())?;
    serde_json::from_slice(&text)
        .map_err(|e| SysError::new("read", e.to_string(), Code(number::EBADMSG)))
}

/// Sends a message; waits until the other side has room.
pub fn send(
    socket: BorrowedFd<'_>,
    message: &impl Serialize,
    fds: &[BorrowedFd<'_>],
) -> Result<(), SysError> {
    for (bytes, last) in packets(message)? {
        let raw: Vec<_> = fds.iter().map(std::os::fd::AsRawFd::as_raw_fd).collect();
        socket::send(socket, &bytes, if last { &raw } else { &[] })?;
    }
    Ok(())
}

/// A message as packets; the first byte of each tells whether it is the last one.
pub fn packets(message: &impl Serialize) -> Result<Vec<(Vec<u8>, bool)>, SysError> {
    let json = serde_json::to_vec(message)
        .map_err(|e| SysError::new("serialize", e.to_string(), Code(number::EINVAL)))?;
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

/// Joins packets into messages.
#[derive(Debug, Default)]
pub struct Inbox {
    bytes: Vec<u8>,
    fds: Vec<OwnedFd>,
}

/// The result of receiving one packet.
#[derive(Debug)]
pub enum Got<M> {
    /// A whole message.
    Message(M, Vec<OwnedFd>),
    /// A packet that is not the last of its message.
    Part,
    /// The other side has closed.
    End,
}

impl Inbox {
    /// Receives one packet.
    ///
    /// # Errors
    /// That of recvmsg(2), EAGAIN among them; EMSGSIZE for too long a message; EBADMSG for what is
    /// none.
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
                Code(number::EMSGSIZE),
            ));
        }
        if *last == 0 {
            return Ok(Got::Part);
        }
        let json = std::mem::take(&mut self.bytes);
        let message = serde_json::from_slice(&json)
            .map_err(|e| SysError::new("recvmsg", e.to_string(), Code(number::EBADMSG)))?;
        Ok(Got::Message(message, std::mem::take(&mut self.fds)))
    }

    /// Waits for a whole message; `None` when the other side has closed.
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
