//! Pid 1 of the lab host: single-threaded. It reaps processes, starts workers and serves requests.
//! When its socket closes it exits, and the kernel ends everything in its pid namespace.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use crate::sys::number;
use crate::sys::process::SignalFd;

use super::actor::{self, Place, Report, Started};
use super::error::Failure;
use super::watchdog::Watchdog;
use super::wire::{self, FromInit, Got, Inbox, Spec, ToInit};
use super::{group, image, rootfs};
use crate::lab::Action;
use crate::lab::action::Wait;
use crate::snapshot::{Call, Outcome};
use crate::sys::process::{self, Ended};
use crate::sys::pty::{self, Pty, Size};
use crate::sys::wait::{For, ready};
use crate::sys::{SysError, file, identity, limit, mount, namespace};

/// Becomes root of the new user namespace and builds the lab host's root file system.
pub(super) fn build(spec: &Spec) -> Result<(), Failure> {
    let failed = |stage: &'static str| move |e: SysError| Failure::new(stage, &e);
    identity::set_gid(0).map_err(failed("ids"))?;
    // Refused where setgroups(2) is denied, with a single id: then the groups stay (see `gap`).
    let _ = identity::drop_groups();
    identity::set_uid(0).map_err(failed("ids"))?;
    // Order: after the ids, because changing them clears the parent-death signal (PR_SET_PDEATHSIG,
    // prctl(2)).
    process::set_parent_death_signal().map_err(failed("ids"))?;
    process::set_name(c"init");
    // The limit of each id by itself; the limit on the lab host as a whole was set outside.
    limit::processes(spec.processes).map_err(failed("limits"))?;
    rootfs::build(spec).map_err(failed("root file system"))
}

/// Enters the root that was built. The caller is already in the lab host's control groups.
pub(super) fn settle(spec: &Spec) -> Result<(), Failure> {
    let failed = |stage: &'static str| move |e: SysError| Failure::new(stage, &e);
    namespace::unshare(namespace::flag("cgroup")).map_err(failed("control group"))?;
    rootfs::enter(spec).map_err(failed("root file system"))?;
    if let Some(group) = spec.group.as_ref().filter(|_| spec.shows_groups) {
        group::settle(group).map_err(failed("control group"))?;
    }
    namespace::sethostname(&spec.hostname).map_err(failed("host name"))
}

/// A request that a worker is serving.
#[derive(Debug)]
struct Task {
    id: u64,
    actor: String,
    /// The pipe with the worker's report, read when it closes.
    report: OwnedFd,
    worker: i64,
    /// The master side of a new shell's terminal.
    master: Option<OwnedFd>,
    /// The name that `spawn` gives to the program.
    program: Option<String>,
}

#[derive(Debug)]
struct Init<'a> {
    socket: &'a OwnedFd,
    inbox: Inbox,
    place: Place,
    devpts: OwnedFd,
    shells: BTreeMap<String, Vec<i64>>,
    programs: BTreeMap<String, i64>,
    ended: BTreeMap<i64, i64>,
    tasks: Vec<Task>,
    waits: Vec<(u64, i64)>,
}

/// Serves until the socket closes.
pub(super) fn run(socket: &OwnedFd, mut watchdog: Watchdog) -> Result<(), SysError> {
    let signals = process::child_signals()?;
    let null = file::open_write("/dev/null")?;
    let mut init = Init {
        socket,
        inbox: Inbox::default(),
        place: Place {
            proc: mount::detached("proc")?,
            null,
        },
        devpts: file::open_dir(file::here(), "/dev/pts")?,
        shells: BTreeMap::new(),
        programs: BTreeMap::new(),
        ended: BTreeMap::new(),
        tasks: Vec::new(),
        waits: Vec::new(),
    };
    init.say(&FromInit::Ready, None)?;
    while init.turn(&signals, watchdog.pause())? {
        if let Some(excess) = watchdog.look(init.place.proc.as_fd()) {
            return init.say(&FromInit::Exceeded(excess), None);
        }
    }
    Ok(())
}

impl Init<'_> {
    fn say(&self, message: &FromInit, fd: Option<BorrowedFd<'_>>) -> Result<(), SysError> {
        wire::send(
            self.socket.as_fd(),
            message,
            &fd.into_iter().collect::<Vec<_>>(),
        )
    }

    /// One turn of the loop, waiting for `limit` at most; false when the socket has closed.
    fn turn(&mut self, signals: &SignalFd, limit: Option<Duration>) -> Result<bool, SysError> {
        let mut fds = vec![
            (self.socket.as_fd(), For::Input),
            (signals.as_fd(), For::Input),
        ];
        fds.extend(
            self.tasks
                .iter()
                .map(|task| (task.report.as_fd(), For::Input)),
        );
        let ready = ready(&fds, limit)?;
        // Order: reports before deaths, so that a shell is known before it is reaped.
        let told: Vec<u64> = self
            .tasks
            .iter()
            .zip(ready.iter().skip(2))
            .filter(|(_, ready)| **ready)
            .map(|(task, _)| task.id)
            .collect();
        for id in told {
            self.finish(id)?;
        }
        if ready[1] {
            while matches!(signals.read_signal(), Ok(Some(_))) {}
            self.reap()?;
        }
        if ready[0] { self.hear() } else { Ok(true) }
    }

    fn hear(&mut self) -> Result<bool, SysError> {
        match self.inbox.receive(self.socket)? {
            Got::End => return Ok(false),
            Got::Part => {}
            Got::Message(
                ToInit::Open {
                    id,
                    actor,
                    size,
                    words,
                },
                _,
            ) => {
                let done = self.open(id, actor, size, words);
                self.or_say(id, done)?;
            }
            Got::Message(ToInit::Bring { id, to }, fds) => {
                let done = fds.first().map_or(Ok(()), |archive| {
                    let started = actor::start(|report| image::write(archive, &to, report))?;
                    self.under_way(id, String::new(), started, None);
                    Ok(())
                });
                self.or_say(id, done)?;
            }
            Got::Message(ToInit::Act { id, action, size }, _) => {
                let done = self.act(id, &action, size);
                self.or_say(id, done)?;
            }
        }
        Ok(true)
    }

    /// Reports a request that could not be begun (such as a refused fork): only that request fails.
    fn or_say(&self, id: u64, done: Result<(), SysError>) -> Result<(), SysError> {
        match done {
            Ok(()) => Ok(()),
            Err(e) => self.say(
                &FromInit::Broken {
                    id,
                    why: e.to_string(),
                    starved: e.errno == number::EAGAIN,
                },
                None,
            ),
        }
    }

    fn open(
        &mut self,
        id: u64,
        actor: String,
        size: Size,
        words: Vec<String>,
    ) -> Result<(), SysError> {
        let pty = pty::open(&self.devpts, size)?;
        let place = &self.place;
        let started = actor::start(|report| {
            let first = actor::First {
                actor: &actor,
                words,
                slave: &pty.slave,
            };
            actor::first_shell(place, first, report);
        })?;
        self.under_way(id, actor, started, Some(pty));
        Ok(())
    }

    fn act(&mut self, id: u64, action: &Action, size: Size) -> Result<(), SysError> {
        if let Action::Wait(wait) = action {
            return self.wait(id, wait);
        }
        let actor = action.actor().to_owned();
        let Some(shell) = self.top(&actor) else {
            let why = format!("{actor} has no shell");
            return self.say(&FromInit::broken(id, why), None);
        };
        let pty = if action.stacks_shell() {
            Some(pty::open(&self.devpts, size)?)
        } else {
            None
        };
        let slave = pty.as_ref().map(|pty| &pty.slave);
        let tops = self
            .shells
            .iter()
            .filter_map(|(name, s)| Some((name.clone(), *s.last()?)));
        let peers = actor::Peers {
            shells: tops.collect(),
            programs: self.programs.clone(),
        };
        let place = &self.place;
        let work = actor::Work {
            action,
            shell,
            peers: &peers,
            slave,
        };
        let started = actor::start(|report| actor::work(place, &work, report))?;
        self.under_way(id, actor, started, pty);
        if let (Some(name), Some(task)) = (action.starts(), self.tasks.last_mut()) {
            task.program = Some(name.to_owned());
        }
        Ok(())
    }

    fn top(&self, actor: &str) -> Option<i64> {
        self.shells
            .get(actor)
            .and_then(|shells| shells.last().copied())
    }

    fn under_way(&mut self, id: u64, actor: String, started: Started, pty: Option<Pty>) {
        let master = pty.map(|pty| pty.master);
        self.tasks.push(Task {
            id,
            actor,
            report: started.report,
            worker: started.worker,
            master,
            program: None,
        });
    }

    /// A worker has closed its pipe: it became a shell, or it is about to end.
    fn finish(&mut self, id: u64) -> Result<(), SysError> {
        let Some(at) = self.tasks.iter().position(|task| task.id == id) else {
            return Ok(());
        };
        let task = self.tasks.remove(at);
        let words = file::read_all(task.report.as_fd())?;
        let Some(report) = Report::read(&words) else {
            let why = "the worker ended without a word".to_owned();
            return self.say(&FromInit::broken(id, why), None);
        };
        let shell = report
            .shell
            .map(|forked| if forked == 0 { task.worker } else { forked });
        if let Some(pid) = shell {
            self.shells.entry(task.actor).or_default().push(pid);
        }
        if let (Some(name), Some(pid)) = (task.program, report.spawned) {
            self.programs.insert(name, pid);
        }
        if !self.starting() {
            let programs = &self.programs;
            self.ended
                .retain(|ended, _| programs.values().any(|pid| pid == ended));
        }
        let master = task.master.filter(|_| shell.is_some());
        let message = FromInit::Done {
            id,
            outcome: report.outcome,
            shell,
        };
        self.say(&message, master.as_ref().map(AsFd::as_fd))
    }

    fn reap(&mut self) -> Result<(), SysError> {
        while let Some(ended) = process::reap() {
            self.bury(ended)?;
        }
        self.say(&FromInit::Reaped, None)
    }

    fn bury(&mut self, ended: Ended) -> Result<(), SysError> {
        let owner = self
            .shells
            .iter()
            .find(|(_, s)| s.contains(&ended.pid))
            .map(|(a, _)| a.clone());
        if let Some(actor) = owner {
            if let Some(shells) = self.shells.get_mut(&actor) {
                shells.retain(|pid| *pid != ended.pid);
            }
            let (pid, status) = (ended.pid, ended.status);
            self.say(&FromInit::ShellEnded { actor, pid, status }, None)?;
        }
        // A short program may end before its worker has reported its pid.
        if self.starting() || self.programs.values().any(|pid| *pid == ended.pid) {
            self.ended.insert(ended.pid, ended.status);
            self.answer_waits()?;
        }
        Ok(())
    }

    /// Whether a worker is about to start a program.
    fn starting(&self) -> bool {
        self.tasks.iter().any(|task| task.program.is_some())
    }

    fn wait(&mut self, id: u64, wait: &Wait) -> Result<(), SysError> {
        let Some(pid) = self.programs.get(&wait.program).copied() else {
            let why = format!("no program `{}` was started", wait.program);
            return self.say(&FromInit::broken(id, why), None);
        };
        self.waits.push((id, pid));
        self.answer_waits()
    }

    fn answer_waits(&mut self) -> Result<(), SysError> {
        let ended = &self.ended;
        let (over, waiting) = self
            .waits
            .iter()
            .partition(|(_, pid)| ended.contains_key(pid));
        self.waits = waiting;
        let over: Vec<(u64, i64)> = over;
        for (id, pid) in over {
            let result = pid.to_string();
            let call = Call {
                name: "waitpid".to_owned(),
                args: format!("{pid}, …, 0"),
                result,
            };
            let exit = self.ended.get(&pid).copied();
            let outcome = Outcome {
                calls: vec![call],
                exit,
                ..Outcome::default()
            };
            self.say(
                &FromInit::Done {
                    id,
                    outcome,
                    shell: None,
                },
                None,
            )?;
        }
        Ok(())
    }
}
