//! A thread that the lens watches.

use std::rc::Rc;
use std::time::Instant;

use super::decode::Begun;
use super::meter::Meter;
use crate::sys::trace::Until;

/// What a thread does between the beginning and the end of a call.
#[derive(Clone, Debug, Default)]
pub(super) enum Doing {
    /// It runs its own program.
    #[default]
    Nothing,
    /// A call that is only counted, whose end says nothing.
    Other,
    /// A call of a family.
    Shown(Begun),
    /// read(2), which may read a line.
    Read(Read),
    /// socket(2) for netlink with a protocol, and how it is shown.
    Netlink(Option<Begun>, i32),
    /// kill(2) or the like, which may continue a process that was stopped.
    Kill(Option<Begun>),
}

/// read(2): the descriptor, and where the bytes go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Read {
    /// The descriptor.
    pub fd: i32,
    /// The address of the buffer.
    pub address: u64,
}

/// A thread.
#[derive(Clone, Debug)]
pub(super) struct Tracee {
    /// The pid of its process, in the pid namespace of the lens.
    pub process: i64,
    /// The pid of the process's parent there.
    pub parent: i64,
    /// The pid of the process in the lab host, once it is known.
    pub pid: Option<i64>,
    /// The actor in whose shells it began.
    pub actor: Rc<str>,
    /// The number of the line that it works for; 0 for none.
    pub line: u64,
    /// Whether it has read that line itself, and from which descriptor.
    pub reads_from: Option<i32>,
    /// Whether it was seen to be no shell, since it executed its program.
    pub is_no_shell: bool,
    /// What it does.
    pub doing: Doing,
    /// How it goes on.
    pub until: Until,
    /// Its pace.
    pub meter: Meter,
    /// When it was let run because it was too busy.
    pub rests: Option<Instant>,
}

impl Tracee {
    /// A thread of a process that is there already.
    pub(super) fn found(process: i64, actor: Rc<str>) -> Self {
        Self {
            process,
            parent: 0,
            pid: None,
            actor,
            line: 0,
            reads_from: None,
            is_no_shell: false,
            doing: Doing::Nothing,
            until: Until::Call,
            meter: Meter::new(Instant::now()),
            rests: None,
        }
    }

    /// A process, or another thread of the same one, that this thread has made.
    pub(super) fn child(&self, process: i64) -> Self {
        let thread = process == self.process;
        Self {
            process,
            parent: if thread { self.parent } else { self.process },
            pid: self.pid.filter(|_| thread),
            line: self.line,
            ..Self::found(process, Rc::clone(&self.actor))
        }
    }
}
