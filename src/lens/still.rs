//! A tracee that stands still at a call, as the decoder sees it.

use std::collections::BTreeMap;
use std::os::fd::BorrowedFd;

use super::decode::Still;
use crate::sys::{file, trace};

/// The most netlink sockets whose protocols are remembered.
const SOCKETS: usize = 4096;

/// The protocols of netlink sockets, by the names of the sockets in `/proc/PID/fd`.
#[derive(Debug, Default)]
pub(super) struct Sockets(BTreeMap<String, i32>);

impl Sockets {
    /// A socket was made.
    pub(super) fn add(&mut self, name: String, protocol: i32) {
        if self.0.len() >= SOCKETS {
            self.0.clear();
        }
        self.0.insert(name, protocol);
    }
}

/// A tracee at a call.
pub(super) struct At<'a> {
    /// The proc file system of the lens.
    pub proc: BorrowedFd<'a>,
    /// The thread.
    pub tid: i64,
    /// The netlink sockets that are known.
    pub sockets: &'a Sockets,
}

impl At<'_> {
    fn link(&self, name: &str) -> Option<String> {
        file::read_link(self.proc, &format!("{}/{name}", self.tid)).ok()
    }

    /// Whether a descriptor leads to a terminal.
    pub(super) fn is_terminal(&self, fd: i32) -> bool {
        let link = self.descriptor(fd).unwrap_or_default();
        let terminals = ["/dev/pts/", "/dev/tty", "/dev/console"];
        terminals.iter().any(|name| link.contains(name))
    }
}

impl Still for At<'_> {
    fn bytes(&self, address: u64, length: usize) -> Vec<u8> {
        trace::memory(self.tid, address, length)
    }

    fn descriptor(&self, fd: i32) -> Option<String> {
        self.link(&format!("fd/{fd}"))
    }

    fn cwd(&self) -> Option<String> {
        self.link("cwd")
    }

    fn netlink(&self, fd: i32) -> Option<i32> {
        self.sockets.0.get(&self.descriptor(fd)?).copied()
    }
}
