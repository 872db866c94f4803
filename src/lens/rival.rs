//! Other tracers: a process that somebody in the lab wants to trace is theirs, at once.

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use super::tracee::Tracee;
use super::tracer::Tracer;
use crate::probe::process;
use crate::snapshot::lens::LetGo;
use crate::sys::trace::{self, Entry, Stop};
use crate::sys::{number, wait};

/// How long a process may take to stop, so that it can be let go.
const SOON: Duration = Duration::from_millis(200);
/// How often that is looked for.
const AGAIN: Duration = Duration::from_micros(200);

/// The pid of the process that traces another one; 0 if none does, or if that is not to be seen
/// from here.
pub(super) fn tracer_of(proc: BorrowedFd<'_>, pid: i64) -> Option<i64> {
    field(proc, pid, "TracerPid:")?.first().copied()
}

/// The numbers behind a name in `/proc/PID/status`.
fn field(proc: BorrowedFd<'_>, pid: i64, name: &str) -> Option<Vec<i64>> {
    let status = process::text(proc, pid, "status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().map(|n| n.parse().ok()).collect()
}

impl Tracer {
    /// The pids of a process, from the lab host's pid namespace inwards.
    pub(super) fn pids(&self, process: i64) -> Option<Vec<i64>> {
        let proc = self.at(process).proc;
        let all = field(proc, process, "NSpid:")?;
        let level = field(proc, self.place.init, "NSpid:")?
            .len()
            .checked_sub(1)?;
        all.get(level..).map(<[i64]>::to_vec)
    }

    /// A tracee asks for ptrace(2): who is to be traced is let go. True if that is itself.
    pub(super) fn gives_way(&mut self, tid: i64, entry: Entry) -> bool {
        if entry.args[0] == number::PTRACE_TRACEME {
            return self.lend(tid, trace::let_go(tid, 0).is_ok());
        }
        let seizes = [number::PTRACE_ATTACH, number::PTRACE_SEIZE].contains(&entry.args[0]);
        let wanted = i64::try_from(entry.args[1]).unwrap_or(0);
        if let Some(process) = seizes.then(|| self.named(tid, wanted)).flatten() {
            let threads = self.tracees.iter();
            let threads: Vec<i64> = threads
                .filter(|(_, tracee)| tracee.process == process)
                .map(|(tid, _)| *tid)
                .collect();
            for thread in threads.into_iter().filter(|thread| *thread != tid) {
                let gone = Self::stop_and_let_go(thread);
                self.lend(thread, gone);
            }
        }
        false
    }

    /// The process of the tracee that another one calls by a pid.
    fn named(&self, by: i64, wanted: i64) -> Option<i64> {
        let depth = self.pids(self.tracees.get(&by)?.process)?.len();
        let mut threads = self.tracees.iter();
        let found = threads.find(|(tid, _)| {
            let pids = self.pids(**tid).unwrap_or_default();
            pids.get(depth - 1) == Some(&wanted)
        });
        found.map(|(_, tracee)| tracee.process)
    }

    /// Stops a tracee and lets it go; false if it does not stop.
    fn stop_and_let_go(tid: i64) -> bool {
        if trace::interrupt(tid).is_err() {
            return false;
        }
        let end = Instant::now() + SOON;
        while Instant::now() < end {
            match trace::look(tid) {
                Ok(Some(stopped)) => {
                    let signal = match stopped.stop {
                        Stop::Signal(signal) => signal,
                        _ => 0,
                    };
                    return trace::let_go(tid, signal).is_ok();
                }
                Ok(None) => wait::pause(AGAIN),
                Err(_) => return false,
            }
        }
        false
    }

    /// Somebody else traces a thread from now on, if it could be let go.
    fn lend(&mut self, tid: i64, gone: bool) -> bool {
        let doer = self.doer(tid);
        if !gone {
            return false;
        }
        if let Some(tracee) = self.tracees.remove(&tid) {
            self.lent.insert(tracee.process, tracee);
        }
        if let Some(doer) = doer {
            self.ledger.free(doer, LetGo::Traced);
        }
        true
    }

    /// Takes back the processes that nobody else traces any longer.
    pub(super) fn take_back(&mut self) {
        let pids: Vec<i64> = self.lent.keys().copied().collect();
        for pid in pids {
            let tracer = tracer_of(self.at(pid).proc, pid);
            if tracer.is_some_and(|tracer| tracer != 0) {
                continue;
            }
            let back: Option<Tracee> = self.lent.remove(&pid);
            if let Some(tracee) = back.filter(|_| tracer.is_some()) {
                self.seize(&tracee);
            }
        }
    }
}
