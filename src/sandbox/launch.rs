//! From the program to the lab host: the launcher puts ready what the lab host has of the
//! machine, has init made in new namespaces, lends it ids and a control group, and then
//! becomes the observer. Started by root it does so itself; an ordinary user has the rights
//! for it in a user namespace alone, which is that of `outer`.

use std::os::fd::{AsFd, OwnedFd};

use serde::{Deserialize, Serialize};

use super::stage::Handover;
use super::watchdog::Watchdog;
use super::wire::{self, Failure, FromInit, FromObserver, Inbox, Spec};
use super::{filter, group, idmap, init, observer, outer, scratch, stage};
use crate::sys::process::{self, Side};
use crate::sys::{Code, SysError, file, identity, inherit, limit, memory, namespace, socket};

/// The name under which the program starts itself as a launcher.
pub(super) const NAME: &str = "isolab-launcher";
/// The name under which a process goes on, as the program that was put ready.
pub(super) const STAGED: &str = "isolab-host";

/// Every namespace that a lab host has of its own from the first moment on; that of control
/// groups comes when init is in its group.
const ALL: i32 = nix::libc::CLONE_NEWUSER
    | nix::libc::CLONE_NEWNS
    | nix::libc::CLONE_NEWPID
    | nix::libc::CLONE_NEWNET
    | nix::libc::CLONE_NEWIPC
    | nix::libc::CLONE_NEWUTS
    | nix::libc::CLONE_NEWTIME;

/// What the launcher says to who has been made in new namespaces, and init and it to each other
/// while the lab host is built.
pub(super) const MAPPED: &[u8] = b"mapped";
/// See `MAPPED`.
const BUILT: &[u8] = b"built";
/// See `MAPPED`.
const JOINED: &[u8] = b"joined";

/// As willingly as the kernel ends any process when memory is short.
const FIRST_TO_END: i32 = 1000;
/// What all POSIX message queues of a lab host may hold, in bytes: half of what the kernel
/// lets one user have by default.
const QUEUES: u64 = 409_600;

/// Names the stage at which a call failed.
pub(super) fn failed(stage: &'static str) -> impl Fn(SysError) -> Failure {
    move |e| Failure::new(stage, &e)
}

/// Runs as the launcher: standard input is init's socket, standard output the observer's.
pub(super) fn run() {
    if let Some(Sockets { init, observer }) = Sockets::take() {
        tell_failure(&observer, put_ready(init, &observer));
    }
}

fn put_ready(to_init: OwnedFd, to_observer: &OwnedFd) -> Result<(), Failure> {
    let spec = begin(&to_init).map_err(failed("start"))?;
    match namespace::unshare(namespace::flag("mnt")) {
        Ok(()) => {}
        Err(e) if e.errno == nix::libc::EPERM => {
            return outer::launch(&spec, to_init, to_observer);
        }
        Err(e) => return Err(failed("namespaces")(e)),
    }
    stage::build(&spec).map_err(failed("root file system"))?;
    let handover = Handover {
        input: &to_init,
        output: to_observer,
        message: wire::letter(&Staged::Host(spec)).map_err(failed("start"))?,
    };
    Err(failed("start")(stage::go_on(STAGED, &handover)))
}

/// What a process is told that goes on.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Staged {
    /// To be root's launcher.
    Host(Spec),
    /// To make init in the namespaces around an ordinary user's lab host, with these ids.
    Outer(Spec, idmap::Plan),
}

/// Goes on, by the same sockets.
pub(super) fn run_staged() {
    let letter = file::take_standard(2);
    match letter.and_then(|letter| wire::read_letter(&letter)) {
        Ok(Staged::Host(spec)) => host(&spec),
        Ok(Staged::Outer(spec, plan)) => outer::run(&spec, &plan),
        // Whoever waits is told by the end of the sockets.
        Err(_) => {}
    }
}

/// Goes on as the launcher of root.
fn host(spec: &Spec) {
    let Some(Sockets { init, observer }) = Sockets::take() else {
        return;
    };
    let plan = idmap::plan();
    let owner = idmap::root(&plan).map(|ids| ids.uid);
    let cord = socket::pair().map_err(failed("start"));
    let made = cord.and_then(|cord| Ok((cord, make_init_as(owner, spec)?)));
    let born = match made {
        Ok(((ours, theirs), Side::Child)) => {
            // Order: init has nothing of the observer's open.
            drop((ours, observer));
            become_init(&init, theirs, spec);
        }
        Ok(((ours, theirs), Side::Parent(child))) => {
            // Order: whoever holds init's socket keeps its end from being seen.
            drop((init, theirs));
            let mapped = idmap::write(&plan, child).map_err(failed("id maps"));
            let birth = Birth {
                init: child,
                cord: ours,
                spec,
                plan: &plan,
            };
            mapped.and_then(|()| birth.attend(&observer))
        }
        Err(failure) => Err(failure),
    };
    tell_failure(&observer, born);
}

/// What a launcher is started with.
struct Sockets {
    init: OwnedFd,
    observer: OwnedFd,
}

impl Sockets {
    /// The standard descriptors are needed for what they are meant for.
    fn take() -> Option<Self> {
        let init = file::take_standard(0).ok()?;
        let observer = file::take_standard(1).ok()?;
        Some(Self { init, observer })
    }
}

fn tell_failure(to_observer: &OwnedFd, done: Result<(), Failure>) {
    if let Err(failure) = done {
        let _ = wire::send(to_observer.as_fd(), &FromObserver::Failed(failure), &[]);
    }
}

/// The first words of the program, the cord to it, and an end to what it was given by
/// others: their keys, groups and habits are no business of a lab.
fn begin(to_init: &OwnedFd) -> Result<Spec, SysError> {
    process::set_parent_death_signal()?;
    let spec: Option<Spec> = Inbox::default().wait(to_init)?;
    let spec = spec.ok_or_else(|| SysError::new("recvmsg", "", Code(nix::libc::ECONNRESET)))?;
    is_in_time(&spec);
    inherit::leave_session_keyring()?;
    inherit::set_umask(0o022);
    limit::forbid_cores()?;
    // Refused to an ordinary user here, who may drop them later or not at all.
    let _ = identity::drop_groups();
    Ok(spec)
}

/// Ends this process if the program ended before the cord to it was tied.
fn is_in_time(spec: &Spec) {
    if process::own_pids().1 != spec.parent {
        process::exit(1);
    }
}

/// Makes init's process in its namespaces. Started by root, in the name of the first id that
/// is lent: the kernel counts what is used in a user namespace, such as inotify instances, for
/// who made it as well (`namespaces(7)`, "The /proc/sys/user directory").
fn make_init_as(owner: Option<u32>, spec: &Spec) -> Result<Side, Failure> {
    let error = failed("namespaces");
    if let Some(owner) = owner {
        identity::be_counted_as(owner).map_err(&error)?;
    }
    let made = make_init(spec, spec.group.as_ref(), 0).map_err(&error)?;
    if owner.is_some() && matches!(made, Side::Parent(_)) {
        identity::be_root_again().map_err(&error)?;
        // Order: a change of ids unties the cord (PR_SET_PDEATHSIG, prctl(2)).
        process::set_parent_death_signal().map_err(&error)?;
        is_in_time(spec);
    }
    Ok(made)
}

/// Makes init's process in its namespaces, with more flags of clone(2), and in a group where
/// the caller is not in it already.
pub(super) fn make_init(
    spec: &Spec,
    group: Option<&group::Plan>,
    more: i32,
) -> Result<Side, SysError> {
    if !spec.group.as_ref().is_some_and(|group| group.holds) {
        limit::processes(spec.processes)?;
    }
    limit::message_queues(QUEUES)?;
    limit::halve_pending_signals()?;
    let flags = ALL | more;
    match group::clone_into(group, flags) {
        // A kernel without time namespaces (before Linux 5.6, or CONFIG_TIME_NS off).
        Err(e) if e.errno == nix::libc::EINVAL => {
            group::clone_into(group, flags & !nix::libc::CLONE_NEWTIME)
        }
        result => result,
    }
}

/// Init, whose process has just been made.
#[derive(Debug)]
pub(super) struct Birth<'a> {
    pub(super) init: i64,
    /// What is said to it, and by it, while it builds.
    pub(super) cord: OwnedFd,
    pub(super) spec: &'a Spec,
    pub(super) plan: &'a idmap::Plan,
}

impl Birth<'_> {
    /// Gives init what only its outside can, and becomes the observer.
    pub(super) fn attend(self, to_observer: &OwnedFd) -> Result<(), Failure> {
        let proc = file::open_dir(file::here(), "/proc").map_err(failed("start"))?;
        memory::set_oom_score(self.init, FIRST_TO_END).map_err(failed("memory"))?;
        let ids = idmap::root(self.plan);
        if let (Some(scratch), Some(ids)) = (&self.spec.scratch, ids) {
            scratch::lend(scratch, ids).map_err(failed("scratch directory"))?;
        }
        if let (Some(group), Some(ids), true) = (&self.spec.group, ids, self.spec.shows_groups) {
            group::lend(group, ids).map_err(failed("control group"))?;
        }
        tell(&self.cord, MAPPED).map_err(failed("id maps"))?;
        // Init says itself what went wrong; then there is nothing to observe.
        if !hears(&self.cord, BUILT) {
            process::exit(1);
        }
        observer::enter(self.init).map_err(failed("observer"))?;
        tell(&self.cord, JOINED).map_err(failed("observer"))?;
        drop(self.cord);
        observer::run(to_observer, proc, self.init)
    }
}

/// Becomes init.
pub(super) fn become_init(socket: &OwnedFd, cord: OwnedFd, spec: &Spec) -> ! {
    if !hears(&cord, MAPPED) {
        process::exit(1);
    }
    if let Err(failure) = init::build(spec).and_then(|()| init::settle(spec)) {
        let _ = wire::send(socket.as_fd(), &FromInit::Failed(failure), &[]);
        process::exit(1);
    }
    let _ = tell(&cord, BUILT);
    // Order: the observer joins first, as it may not look into a process that is not dumpable.
    if !hears(&cord, JOINED) || process::set_dumpable(false).is_err() {
        process::exit(1);
    }
    drop(cord);
    let serve = || {
        filter::install().map_err(failed("filter"))?;
        let watchdog = Watchdog::new(spec).map_err(failed("limits"))?;
        init::run(socket, watchdog).map_err(failed("init"))
    };
    if let Err(failure) = serve() {
        let _ = wire::send(socket.as_fd(), &FromInit::Failed(failure), &[]);
    }
    process::exit(0)
}

pub(super) fn tell(cord: &OwnedFd, word: &[u8]) -> Result<(), SysError> {
    socket::send(cord.as_fd(), word, &[])
}

fn hears(cord: &OwnedFd, word: &[u8]) -> bool {
    hear(cord).is_some_and(|heard| heard == word)
}

/// The next word; none at the end.
pub(super) fn hear(cord: &OwnedFd) -> Option<Vec<u8>> {
    let mut buffer = [0; 32];
    let (length, _) = socket::receive(cord.as_fd(), &mut buffer).ok()?;
    let word = buffer.get(..length)?;
    (!word.is_empty()).then(|| word.to_vec())
}
