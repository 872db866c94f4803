//! A call of a tracee: its beginning and its end.

use super::decode::{self, Begun};
use super::tracee::{Doing, Read};
use super::tracer::Tracer;
use crate::probe::process::Raw;
use crate::sys::number;
use crate::sys::process::is_wait_for_input;
use crate::sys::trace::{self, Entry, Info, Kind};

impl Tracer {
    /// A tracee stopped at the beginning or the end of a call.
    pub(super) fn at_call(&mut self, tid: i64) {
        let Some(tracee) = self.tracees.get_mut(&tid) else {
            return;
        };
        let busy = tracee.meter.count();
        let doing = std::mem::take(&mut tracee.doing);
        let gone = match doing {
            Doing::Nothing => match trace::info(tid) {
                Ok(Info::Entry(entry)) => self.begins(tid, entry),
                // The end of a call whose beginning was not seen.
                _ => false,
            },
            Doing::Other => false,
            doing => {
                if let Ok(Info::Exit(value)) = trace::info(tid) {
                    self.ends(tid, doing, value);
                }
                false
            }
        };
        if gone {
            return;
        }
        if let Some(rate) = busy {
            self.rest(tid, rate);
        }
        self.go_on(tid, 0);
    }

    /// A call begins; true if the tracee was let go for it.
    fn begins(&mut self, tid: i64, entry: Entry) -> bool {
        self.waits(tid, entry);
        if entry.kind() == Kind::Ptrace && self.gives_way(tid, entry) {
            return true;
        }
        let doing = self.doing(tid, entry);
        let line = self.tracees.get(&tid).map_or(0, |tracee| tracee.line);
        let is_counted = matches!(doing, Doing::Other | Doing::Read(_))
            || matches!(doing, Doing::Netlink(None, _) | Doing::Kill(None));
        if is_counted && line != 0 {
            self.ledger.other(line, entry.number);
        }
        if let Some(tracee) = self.tracees.get_mut(&tid) {
            tracee.doing = doing;
        }
        false
    }

    fn doing(&self, tid: i64, entry: Entry) -> Doing {
        if !entry.native {
            return Doing::Other;
        }
        let made = decode::Entry {
            number: entry.number,
            args: entry.args,
        };
        let at = self.at(tid);
        match entry.kind() {
            Kind::Read => Doing::Read(Read {
                fd: descriptor(entry),
                address: entry.args[1],
            }),
            Kind::Socket if descriptor(entry) == number::AF_NETLINK => {
                let protocol = i32::try_from(entry.args[2]).unwrap_or(0);
                Doing::Netlink(decode::begun(&made, &at), protocol)
            }
            Kind::Kill => Doing::Kill(decode::begun(&made, &at)),
            _ => decode::begun(&made, &at).map_or(Doing::Other, Doing::Shown),
        }
    }

    /// The line of a process is over when it waits for the next; that by which a shell was started
    /// as well, when that shell waits for its first one.
    fn waits(&mut self, tid: i64, entry: Entry) {
        let Some(tracee) = self.tracees.get(&tid) else {
            return;
        };
        let line = tracee.line;
        let number = i64::try_from(entry.number).unwrap_or(-1);
        let from = tracee.reads_from.unwrap_or(0);
        if line == 0 || tracee.is_no_shell || !is_wait_for_input(number, from == descriptor(entry))
        {
            return;
        }
        if tracee.reads_from.is_none() && !self.is_shell(tid) {
            return;
        }
        if self.ledger.over(line) {
            self.ledger.hasten();
        }
    }

    /// Whether a tracee is a shell that a person may type into; asked once of each program.
    fn is_shell(&mut self, tid: i64) -> bool {
        let proc = self.at(tid).proc;
        let is_shell = Raw::read(proc, tid).is_some_and(|raw| raw.controls_jobs());
        if let Some(tracee) = self.tracees.get_mut(&tid) {
            tracee.is_no_shell = !is_shell;
        }
        is_shell
    }

    fn ends(&mut self, tid: i64, doing: Doing, value: i64) {
        match doing {
            Doing::Nothing | Doing::Other => {}
            Doing::Shown(begun) => self.show(tid, begun, value),
            Doing::Read(read) => self.has_read(tid, read, value),
            Doing::Netlink(begun, protocol) => {
                let fd = i32::try_from(value).unwrap_or(-1);
                if let Some(name) = decode::Still::descriptor(&self.at(tid), fd) {
                    self.sockets.add(name, protocol);
                }
                self.show_if(tid, begun, value);
            }
            Doing::Kill(begun) => {
                self.show_if(tid, begun, value);
                self.take_up();
            }
        }
    }

    fn show_if(&mut self, tid: i64, begun: Option<Begun>, value: i64) {
        if let Some(begun) = begun {
            self.show(tid, begun, value);
        }
    }

    fn show(&mut self, tid: i64, begun: Begun, value: i64) {
        let Some(doer) = self.doer(tid) else { return };
        let (family, number) = (begun.family, begun.number);
        match begun.ended(value, &self.at(tid)) {
            Some(call) => self.ledger.call(doer, family, call),
            None => self.ledger.other(doer.line, number),
        }
    }

    /// A process has read something: if that is a line from a terminal, what it does from now on
    /// belongs to it.
    fn has_read(&mut self, tid: i64, read: Read, value: i64) {
        let Ok(length) = u64::try_from(value) else {
            return;
        };
        let last = read.address.saturating_add(length.saturating_sub(1));
        let last = trace::memory(tid, last, usize::from(length > 0));
        // Nothing is the end of the input, which is typed as well (EOF, termios(3)).
        let is_whole = matches!(last.first(), None | Some(b'\n' | b'\r'));
        if !is_whole || !self.at(tid).is_terminal(read.fd) {
            return;
        }
        let Some(pid) = self.name(tid) else { return };
        let Some(tracee) = self.tracees.get_mut(&tid) else {
            return;
        };
        // Order: a line that was typed ahead is read without waiting.
        self.ledger.over(tracee.line);
        tracee.line = self.ledger.begin(&tracee.actor, pid);
        tracee.reads_from = Some(read.fd);
        if let Some(doer) = self.doer(tid) {
            let words = self.words(tid);
            self.ledger.program(doer, words);
        }
    }

    /// The pid in the lab host, whether or not the thread works for a line.
    fn name(&mut self, tid: i64) -> Option<i64> {
        let process = self.tracees.get(&tid)?.process;
        self.pid(tid, process)
    }
}

/// The first argument, as a descriptor.
fn descriptor(entry: Entry) -> i32 {
    let low = u32::try_from(entry.args[0] & u64::from(u32::MAX)).unwrap_or(0);
    low.cast_signed()
}
