//! What a system call says, in words: its arguments, by name, and its result.
//!
//! Invariant: what comes from a process is bounded in length, and holds no control characters when
//! it leaves this room.

use crate::snapshot::Call;
use crate::snapshot::lens::Family;

/// A process that stands still at a call, as far as a decoder may look at it. Nothing that it says
/// can be trusted: memory changes while it is read, and holds anything.
pub(super) trait Still {
    /// Up to `length` bytes of its memory from an address on; fewer where its memory ends.
    fn bytes(&self, address: u64, length: usize) -> Vec<u8>;
    /// What a descriptor leads to, as `/proc/PID/fd` names it: `/lab/x`, `net:[4026532301]`.
    fn descriptor(&self, fd: i32) -> Option<String>;
    /// Its working directory.
    fn cwd(&self) -> Option<String>;
    /// The protocol of a netlink socket that it has open, netlink(7); `None` if the descriptor is
    /// none.
    fn netlink(&self, fd: i32) -> Option<i32>;
}

/// A call as it reaches the kernel, by the numbers of this machine's architecture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The number of the call.
    pub number: u64,
    /// Its arguments.
    pub args: [u64; 6],
}

/// A call of a family that has begun.
#[derive(Clone, Debug)]
pub(super) struct Begun {
    /// The family.
    pub family: Family,
    /// Its name.
    pub name: &'static str,
    /// Its arguments in words.
    pub args: String,
}

/// The call in words if it is of a family; `None` if it is only counted.
pub(super) fn begun(_entry: &Entry, _at: &impl Still) -> Option<Begun> {
    None
}

impl Begun {
    /// The call when the kernel has answered with `value`: what it returned, or the negative errno.
    pub(super) fn ended(self, value: i64, _at: &impl Still) -> Call {
        Call {
            name: self.name.to_owned(),
            args: self.args,
            result: value.to_string(),
        }
    }
}

/// The name of a call by its number.
pub(super) fn name(number: u64) -> String {
    format!("call {number}")
}
