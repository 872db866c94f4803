//! The loop of the lens: takes each stop of a tracee, and lets it go on.

use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use super::Ear;
use super::ledger::{Doer, Ledger};
use super::meter::{Meter, REST};
use super::still::{At, Sockets};
use super::tracee::{Doing, Tracee};
use crate::probe::process;
use crate::snapshot::lens::{Glimpse, LetGo};
use crate::sys::SysError;
use crate::sys::number;
use crate::sys::trace::{self, Stop, Stopped, Until};

/// How often the lens looks up while there is something to tell or to come back to.
const TICK: Duration = Duration::from_millis(50);
/// How much of a command line is told, in characters.
const WORDS: usize = 200;

/// Where the lens looks.
#[derive(Debug)]
pub(super) struct Place {
    /// A proc file system that shows the lab host's processes from outside.
    pub proc: OwnedFd,
    /// The pid of the lab host's init there.
    pub init: i64,
}

/// The lens at work.
pub(super) struct Tracer {
    pub(super) place: Place,
    pub(super) tracees: BTreeMap<i64, Tracee>,
    /// New threads that stopped before who made them did.
    strays: BTreeSet<i64>,
    /// Processes that a stopping signal has stopped: they were let go, so that they are seen as
    /// stopped.
    pub(super) stopped: BTreeMap<i64, Tracee>,
    /// Processes that somebody else traces.
    pub(super) lent: BTreeMap<i64, Tracee>,
    pub(super) ledger: Ledger,
    pub(super) sockets: Sockets,
    /// The shells that are watched, by their pids in the lab host.
    pub(super) shells: BTreeSet<i64>,
    pub(super) refusal: Option<SysError>,
    /// The threads that were taken up and have not stopped yet: their calls are not seen so far.
    pub(super) fresh: BTreeSet<i64>,
    /// Whether it is to be told when there are none of those left.
    owes: bool,
    ticks: bool,
    told: Instant,
}

/// Watches the shells of a lab host until `ear` says that it is enough. `proc` shows the processes
/// of the lab host from outside, where its init has the pid `init`.
///
/// # Errors
/// Those of the ear, and of waiting.
pub fn run(proc: OwnedFd, init: i64, ear: &mut impl Ear) -> Result<(), SysError> {
    let mut tracer = Tracer::new(Place { proc, init });
    let mut bell = ear.bell()?;
    loop {
        match trace::wait() {
            Ok(stopped) if stopped.tid == bell => {
                let Some(subjects) = ear.hear()? else {
                    return Ok(());
                };
                tracer.owes |= !subjects.is_empty();
                tracer.watch(&subjects);
                bell = ear.bell()?;
            }
            Ok(stopped) => tracer.take(stopped),
            Err(e) if e.errno == number::EINTR => tracer.come_back(),
            Err(e) => return Err(e),
        }
        tracer.report(ear)?;
    }
}

impl Tracer {
    fn new(place: Place) -> Self {
        Self {
            place,
            tracees: BTreeMap::new(),
            strays: BTreeSet::new(),
            stopped: BTreeMap::new(),
            lent: BTreeMap::new(),
            ledger: Ledger::default(),
            sockets: Sockets::default(),
            shells: BTreeSet::new(),
            refusal: None,
            fresh: BTreeSet::new(),
            owes: false,
            ticks: false,
            told: Instant::now(),
        }
    }

    /// A tracee as the decoder sees it.
    pub(super) fn at(&self, tid: i64) -> At<'_> {
        use std::os::fd::AsFd as _;
        At {
            proc: self.place.proc.as_fd(),
            tid,
            sockets: &self.sockets,
        }
    }

    /// Tells what was seen if it is time for that.
    fn report(&mut self, ear: &mut impl Ear) -> Result<(), SysError> {
        if let Some(error) = self.refusal.take() {
            ear.refused(&error)?;
        }
        if self.fresh.is_empty() && std::mem::take(&mut self.owes) {
            ear.watching()?;
        }
        let news = self.ledger.has_news();
        if news && (self.ledger.hurries() || self.told.elapsed() >= TICK) {
            self.told = Instant::now();
            self.ledger.sum_up();
            while let taken @ 1.. = ear.tell(self.ledger.part(usize::MAX))? {
                self.ledger.told(taken);
            }
            self.ledger
                .forget(&self.tracees.values().map(|t| t.line).collect());
        }
        let ticks = self.ledger.has_news() || self.has_absent();
        if ticks != self.ticks {
            self.ticks = ticks;
            trace::interrupt_waits(ticks.then_some(TICK))?;
        }
        Ok(())
    }

    /// Whether a process was let go for a while.
    fn has_absent(&self) -> bool {
        !self.stopped.is_empty() || !self.lent.is_empty() || self.resting().next().is_some()
    }

    fn resting(&self) -> impl Iterator<Item = (i64, Instant)> {
        let all = self.tracees.iter();
        all.filter_map(|(tid, tracee)| Some((*tid, tracee.rests?)))
    }

    /// Looks after the processes that were let go for a while.
    fn come_back(&mut self) {
        self.take_up();
        self.take_back();
        let rested: Vec<i64> = self
            .resting()
            .filter(|(_, since)| since.elapsed() >= REST)
            .map(|(tid, _)| tid)
            .collect();
        for tid in rested {
            if let Some(tracee) = self.tracees.get_mut(&tid) {
                (tracee.rests, tracee.until) = (None, Until::Call);
                tracee.meter = Meter::again(Instant::now());
            }
            let _ = trace::interrupt(tid);
        }
    }

    /// Takes a stop.
    fn take(&mut self, stopped: Stopped) {
        let tid = stopped.tid;
        self.fresh.remove(&tid);
        if let Stop::Ended(status) = stopped.stop {
            return self.ended(tid, status);
        }
        if !self.tracees.contains_key(&tid) && !matches!(stopped.stop, Stop::Executed(_)) {
            self.strays.insert(tid);
            return;
        }
        match stopped.stop {
            Stop::Ended(_) => {}
            Stop::Call => self.at_call(tid),
            Stop::Signal(signal) => self.go_on(tid, signal),
            Stop::Made(child) => {
                self.made(tid, child);
                self.go_on(tid, 0);
            }
            Stop::Executed(former) => {
                self.executed(tid, former);
                self.go_on(tid, 0);
            }
            Stop::Group => self.stop(tid),
            Stop::Trap => self.go_on(tid, 0),
        }
    }

    /// Lets a tracee that stopped go on; one that has ended meanwhile is told by wait(2).
    pub(super) fn go_on(&mut self, tid: i64, signal: i32) {
        let until = self.tracees.get(&tid).map_or(Until::Event, |t| t.until);
        let _ = trace::go_on(tid, until, signal);
    }

    fn ended(&mut self, tid: i64, status: i64) {
        self.strays.remove(&tid);
        let Some(doer) = self.doer(tid) else {
            self.tracees.remove(&tid);
            return;
        };
        let Some(tracee) = self.tracees.remove(&tid) else {
            return;
        };
        if tracee.process == tid {
            let Doer { line, pid, .. } = doer;
            if tracee.reads_from.is_some() {
                // Order: nothing of its line comes later than its end.
                self.ledger.sum_up();
            }
            self.ledger.tell(doer, Glimpse::Ended { line, pid, status });
            self.shells.remove(&pid);
        }
    }

    /// A tracee has made a process or a thread.
    fn made(&mut self, tid: i64, child: i64) {
        let Some(tracee) = self.tracees.get(&tid) else {
            return;
        };
        let process = self.process_of(child).unwrap_or(child);
        self.tracees.insert(child, tracee.child(process));
        if self.strays.remove(&child) {
            self.go_on(child, 0);
        }
    }

    /// The pid of the process to which a thread belongs.
    fn process_of(&self, tid: i64) -> Option<i64> {
        let status = process::text(self.at(tid).proc, tid, "status").ok()?;
        let line = status.lines().find_map(|l| l.strip_prefix("Tgid:"))?;
        line.trim().parse().ok()
    }

    /// A process has executed a program: of its threads only the one that did so is left, with the
    /// id of the first.
    fn executed(&mut self, tid: i64, former: i64) {
        if former != tid
            && let Some(tracee) = self.tracees.remove(&former)
        {
            self.tracees.insert(tid, tracee);
        }
        self.strays.remove(&tid);
        let words = self.words(tid);
        if let Some(tracee) = self.tracees.get_mut(&tid) {
            (tracee.until, tracee.rests) = (Until::Call, None);
            tracee.meter = Meter::new(Instant::now());
            tracee.is_no_shell = false;
        }
        if let Some(doer) = self.doer(tid) {
            self.ledger.program(doer, words);
        }
    }

    /// The program of a process, with its arguments.
    pub(super) fn words(&self, tid: i64) -> String {
        let text = process::text(self.at(tid).proc, tid, "cmdline").unwrap_or_default();
        let words: Vec<&str> = text.trim_end_matches('\0').split('\0').collect();
        let words = words.join(" ");
        let clean = words.chars().map(|c| if c.is_control() { '?' } else { c });
        clean.take(WORDS).collect()
    }

    /// Who a thread is in the lab host; `None` if it works for no line, or cannot be named.
    pub(super) fn doer(&mut self, tid: i64) -> Option<Doer> {
        let tracee = self.tracees.get(&tid)?;
        let line = tracee.line;
        let (process, parent) = (tracee.process, tracee.parent);
        if line == 0 {
            return None;
        }
        let pid = self.pid(tid, process)?;
        let parent = self.tracees.get(&parent).and_then(|t| t.pid).unwrap_or(0);
        Some(Doer { line, pid, parent })
    }

    /// The pid of a process in the lab host.
    pub(super) fn pid(&mut self, tid: i64, process: i64) -> Option<i64> {
        let known = self.tracees.get(&tid).and_then(|tracee| tracee.pid);
        let pid = known.or_else(|| self.pids(process)?.first().copied())?;
        if let Some(tracee) = self.tracees.get_mut(&tid) {
            tracee.pid = Some(pid);
        }
        Some(pid)
    }

    /// A stopping signal has stopped a process: it is let go, or it would be seen as traced.
    fn stop(&mut self, tid: i64) {
        if trace::let_go(tid, 0).is_ok()
            && let Some(tracee) = self.tracees.remove(&tid)
        {
            self.stopped.insert(tracee.process, tracee);
        }
    }

    /// A tracee makes too many calls: it runs at full speed for a while.
    pub(super) fn rest(&mut self, tid: i64, rate: u64) {
        let doer = self.doer(tid);
        let Some(tracee) = self.tracees.get_mut(&tid) else {
            return;
        };
        (tracee.until, tracee.rests) = (Until::Event, Some(Instant::now()));
        tracee.doing = Doing::Nothing;
        if let Some(doer) = doer {
            self.ledger.free(doer, LetGo::Busy(rate));
        }
    }
}
