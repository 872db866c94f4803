//! Init's process: made in new namespaces, given what only its outside can, and told so.

use std::os::fd::{AsFd, OwnedFd};

use super::error::{Failure, failed};
use super::watchdog::Watchdog;
use super::wire::{self, FromInit, Spec};
use super::{filter, group, idmap, init, observer, scratch};
use crate::sys::number;
use crate::sys::process::{self, Side};
use crate::sys::{SysError, file, limit, memory, socket};

/// Every namespace that a lab host has of its own from the first moment on; that of control
/// groups comes when init is in its group.
const ALL: i32 = number::CLONE_NEWUSER
    | number::CLONE_NEWNS
    | number::CLONE_NEWPID
    | number::CLONE_NEWNET
    | number::CLONE_NEWIPC
    | number::CLONE_NEWUTS
    | number::CLONE_NEWTIME;

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
        Err(e) if e.errno == number::EINVAL => {
            group::clone_into(group, flags & !number::CLONE_NEWTIME)
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
