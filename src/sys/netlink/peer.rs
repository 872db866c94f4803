//! Stands in for the kernel in tests of code that reads its answers: sends bytes that were once
//! recorded from a kernel, or random changes of them.

use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::{Arc, Mutex};

use super::super::{file, socket};
use super::{BUFFER, HEADER, Netlink, u16_at, u32_at};

/// `NLMSG_DONE`.
const DONE: u16 = 3;
/// The size of one piece of an answer, in bytes.
const PIECE: usize = 8192;

/// The test's handle to the answering side.
pub(crate) struct Peer {
    told: Arc<Mutex<Vec<u8>>>,
}

/// A socket for requests, and the peer that answers it.
pub(crate) fn pair() -> (Netlink, Peer) {
    let (ours, theirs) = socket::pair().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let peer = Peer {
        told: Arc::clone(&told),
    };
    std::thread::spawn(move || answer_all(&theirs, &told));
    let netlink = Netlink {
        socket: ours,
        sequence: 0,
        buffer: vec![0; BUFFER],
    };
    (netlink, peer)
}

impl Peer {
    /// Sets the messages to answer with from now on, as a kernel sends them.
    pub(crate) fn tell(&self, messages: &[u8]) {
        *self.told.lock().unwrap() = messages.to_vec();
    }
}

/// Answers until the socket closes.
fn answer_all(socket: &OwnedFd, told: &Mutex<Vec<u8>>) {
    let mut request = vec![0; BUFFER];
    while let Ok(length @ HEADER..) = file::read_some(socket.as_fd(), &mut request) {
        let request = &request[..length];
        let (kind, sequence) = (u16_at(request, 4).unwrap(), u32_at(request, 8).unwrap());
        let answer = answer(&told.lock().unwrap(), kind, sequence);
        let end = [&header(HEADER + 4, DONE, sequence)[..], &[0; 4]].concat();
        for piece in pieces(&answer).into_iter().chain([&end[..]]) {
            if file::write_some(socket.as_fd(), piece).is_err() {
                return;
            }
        }
    }
}

fn header(length: usize, kind: u16, sequence: u32) -> Vec<u8> {
    let mut header = u32::try_from(length).unwrap().to_ne_bytes().to_vec();
    header.extend(kind.to_ne_bytes());
    header.extend([0; 2]);
    header.extend(sequence.to_ne_bytes());
    header.extend([0; 4]);
    header
}

/// The recorded messages of the kind that was asked for, as answers to that request; then the rest
/// that is no message.
fn answer(told: &[u8], asked: u16, sequence: u32) -> Vec<u8> {
    let (mut rest, mut answer) = (told, Vec::new());
    while let Some((length, kind)) = u32_at(rest, 0).zip(u16_at(rest, 4)) {
        let length = length as usize;
        if length < HEADER || length > rest.len() {
            break;
        }
        let (message, after) = rest.split_at(length.next_multiple_of(4).min(rest.len()));
        rest = after;
        // The number of a request is two above that of its answer (rtnetlink(7)), or one
        // (nf_tables).
        if [asked, asked - 1, asked - 2].contains(&kind) || kind < 16 {
            let at = answer.len();
            answer.extend(message);
            answer[at + 8..at + 12].copy_from_slice(&sequence.to_ne_bytes());
        }
    }
    answer.extend(rest);
    answer
}

/// Cuts an answer into pieces of whole messages, as a kernel does.
fn pieces(mut answer: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while !answer.is_empty() {
        let mut end = 0;
        while let Some(length) = u32_at(answer, end) {
            let next = end + (length as usize).next_multiple_of(4).max(HEADER);
            if next > answer.len() || (end > 0 && next > PIECE) {
                break;
            }
            end = next;
        }
        if end == 0 {
            end = answer.len().min(BUFFER);
        }
        let (piece, rest) = answer.split_at(end);
        pieces.push(piece);
        answer = rest;
    }
    pieces
}
