//! What a system call says, in words: its arguments, by name, and its result.
//!
//! Invariant: what comes from a process is bounded in length, and holds no control characters when
//! it leaves this room.

mod arg;
mod bits;
mod file;
mod names;
mod netlink;
mod place;
mod socket;
mod structure;
mod table;
mod text;

use std::sync::LazyLock;

use syscalls::Sysno;

use crate::snapshot::Call;
use crate::snapshot::lens::Family;
use crate::sys::process::signal_name;
use crate::sys::{Code, SysError};
use table::{About, ROWS, Row};
use text::ARGS;

/// How much of an answer is looked at, in bytes.
const ANSWER: usize = 4096;

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

impl Entry {
    /// An argument; 0 for one that no call has.
    fn arg(&self, index: usize) -> u64 {
        self.args.get(index).copied().unwrap_or(0)
    }

    /// An argument of 32 bits with a sign.
    fn int(&self, index: usize) -> i32 {
        let low = u32::try_from(self.arg(index) & u64::from(u32::MAX)).unwrap_or(0);
        low.cast_signed()
    }

    /// An argument as a size of what is in memory here.
    fn size(&self, index: usize) -> usize {
        usize::try_from(self.arg(index)).unwrap_or(usize::MAX)
    }
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
    /// The number of the call.
    pub number: u64,
    /// What is known only at its end.
    late: Late,
}

/// What a call returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Returned {
    /// A number.
    Number,
    /// A descriptor.
    Descriptor,
    /// The address of memory.
    Address,
}

/// What is known of a call only at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Late {
    /// What it returned.
    Value(Returned),
    /// Which child has ended, and the address of how: nothing else is told.
    Child(u64),
    /// The address of the text of a link.
    Link(u64),
    /// That requests of netlink were sent.
    Request,
    /// The address of the answer to such a request, and the protocol: a refusal is told.
    Answer(u64, i32),
}

/// The rows of the table, by the numbers of their calls.
static BY_NUMBER: LazyLock<Vec<Option<&'static Row>>> = LazyLock::new(|| {
    let mut rows: Vec<Option<&'static Row>> = Vec::new();
    for row in ROWS {
        let number = row.name.parse::<Sysno>().map(|call| call.id());
        if let Some(number) = number.ok().and_then(|id| usize::try_from(id).ok()) {
            if rows.len() <= number {
                rows.resize(number + 1, None);
            }
            rows[number] = Some(row);
        }
    }
    rows
});

/// The call in words if it is of a family; `None` if it is only counted.
pub(super) fn begun(entry: &Entry, at: &impl Still) -> Option<Begun> {
    let number = usize::try_from(entry.number).ok()?;
    let row = (*BY_NUMBER.get(number)?)?;
    if row.about == About::Netlink {
        return netlink::begun(row, entry, at);
    }
    if !file::matters(row, entry, at) {
        return None;
    }
    let late = match row.about {
        About::Child(status) => Late::Child(entry.arg(status)),
        About::Linked(path) => Late::Link(entry.arg(path + 1)),
        _ => Late::Value(row.returned),
    };
    Some(Begun {
        family: row.family_of(entry, at),
        name: row.name,
        args: text::bounded(arg::all(row, entry, at), ARGS),
        number: entry.number,
        late,
    })
}

impl Begun {
    /// The call when the kernel has answered with `value`: what it returned, or the negative errno.
    /// `None` if what it came to is only counted.
    pub(super) fn ended(self, value: i64, at: &impl Still) -> Option<Call> {
        let (args, result) = match (self.late, value) {
            (Late::Answer(address, protocol), 1..) => {
                let length = usize::try_from(value).unwrap_or(0).min(ANSWER);
                let refused = netlink::refused(&at.bytes(address, length), protocol)?;
                (refused.request, self::refused(refused.errno))
            }
            (Late::Child(status), 1..) => (ended(&self.args, status, at)?, value.to_string()),
            (Late::Child(_) | Late::Answer(..), _) => return None,
            (Late::Link(address), 1..) => {
                let length = usize::try_from(value).unwrap_or(0);
                let text = at.bytes(address, length.min(text::SHOWN + 1));
                let quoted = text::quoted(&text, false);
                (self.args.replace(arg::LATER, &quoted), value.to_string())
            }
            (Late::Link(_), _) => (self.args.replace(arg::LATER, "…"), refused(value)),
            (_, -4095..=-1) => (self.args, refused(value)),
            (Late::Request, _) => (self.args, "sent".to_owned()),
            (Late::Value(returned), _) => (self.args, returned.words(value, at)),
        };
        Some(Call {
            name: self.name.to_owned(),
            args,
            result,
        })
    }
}

impl Returned {
    fn words(self, value: i64, at: &impl Still) -> String {
        match self {
            Self::Number => value.to_string(),
            Self::Descriptor => arg::descriptor(i32::try_from(value).unwrap_or(-1), at),
            Self::Address => format!("{:#x}", value.cast_unsigned()),
        }
    }
}

/// The arguments of wait4(2) with how the child has ended; `None` if a tracer waits for its tracees.
fn ended(args: &str, status: u64, at: &impl Still) -> Option<String> {
    let status = text::u32_at(&at.bytes(status, 4), 0);
    let said = match status & 0x7f {
        0 => format!("[exited {}]", (status >> 8) & 0xff),
        0x7f if !args.contains("WUNTRACED") => return None,
        0x7f => format!("[stopped by {}]", signal(status >> 8)),
        number => format!("[killed by {}]", signal(number)),
    };
    Some(args.replace(arg::LATER, &said))
}

fn signal(number: u32) -> String {
    signal_name(i32::try_from(number & 0xff).unwrap_or(0))
}

/// A negative errno as strace(1) shows it. Numbers from 512 on never reach the process: the kernel
/// begins the call anew, or it is as if a signal had ended it (include/linux/errno.h).
fn refused(value: i64) -> String {
    let errno = i32::try_from(-value).unwrap_or(0);
    if errno >= 512 {
        return "?".to_owned();
    }
    SysError::new("", "", Code(errno)).result()
}

/// The name of a call by its number.
pub(super) fn name(number: u64) -> String {
    let known = usize::try_from(number).ok().and_then(Sysno::new);
    known.map_or_else(|| format!("call {number}"), |call| call.name().to_owned())
}

#[cfg(test)]
mod tests;
