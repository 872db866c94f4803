//! From the program to the lab host: the launcher makes init in new namespaces,
//! lends it ids, and then becomes the observer.

use std::os::fd::{AsFd, OwnedFd};

use super::wire::{self, Failure, FromInit, FromObserver, Inbox, Spec};
use super::{group, idmap, init, observer, scratch};
use crate::sys::process::{self, Side};
use crate::sys::{Code, SysError, file, namespace, socket};

/// The name under which the program starts itself as a launcher.
pub(super) const NAME: &str = "isolab-host";

/// Every namespace that a lab host has of its own.
const ALL: i32 = nix::libc::CLONE_NEWUSER
    | nix::libc::CLONE_NEWNS
    | nix::libc::CLONE_NEWPID
    | nix::libc::CLONE_NEWNET
    | nix::libc::CLONE_NEWIPC
    | nix::libc::CLONE_NEWUTS
    | nix::libc::CLONE_NEWCGROUP
    | nix::libc::CLONE_NEWTIME;

/// What the launcher and init say to each other while the lab host is built.
const MAPPED: &[u8] = b"mapped";
/// See `MAPPED`.
const BUILT: &[u8] = b"built";
/// See `MAPPED`.
const JOINED: &[u8] = b"joined";

/// Runs as the launcher: standard input is init's socket, standard output the observer's.
pub(super) fn run() {
    // The standard descriptors are needed for what they are meant for.
    let (Ok(to_init), Ok(to_observer)) = (file::take_standard(0), file::take_standard(1)) else {
        return;
    };
    if let Err(failure) = launch(to_init, &to_observer) {
        let _ = wire::send(to_observer.as_fd(), &FromObserver::Failed(failure), &[]);
    }
}

fn launch(to_init: OwnedFd, to_observer: &OwnedFd) -> Result<(), Failure> {
    let failed = |stage: &'static str| move |e: SysError| Failure::new(stage, &e);
    let spec = begin(&to_init).map_err(failed("start"))?;
    let proc = file::open_dir(file::here(), "/proc").map_err(failed("start"))?;
    let plan = idmap::plan();
    let (ours, theirs) = socket::pair().map_err(failed("start"))?;
    let pid = match new_process(spec.group.is_none()).map_err(failed("namespaces"))? {
        Side::Child => {
            drop((ours, proc));
            become_init(&to_init, theirs, &spec);
        }
        Side::Parent(pid) => pid,
    };
    drop((to_init, theirs));
    idmap::write(&plan, pid).map_err(failed("id maps"))?;
    if let Some(group) = &spec.group {
        let lent = idmap::is_root(&plan).map_or(Ok(()), |ids| group::lend(group, ids));
        lent.and_then(|()| group::take_in(group, pid))
            .map_err(failed("control group"))?;
    }
    if let (Some(scratch), Some(ids)) = (&spec.scratch, idmap::is_root(&plan)) {
        scratch::lend(scratch, ids).map_err(failed("scratch directory"))?;
    }
    tell(&ours, MAPPED).map_err(failed("id maps"))?;
    // Init says itself what went wrong; then there is nothing to observe.
    if !hears(&ours, BUILT) {
        process::exit(1);
    }
    observer::enter(pid).map_err(failed("observer"))?;
    tell(&ours, JOINED).map_err(failed("observer"))?;
    drop(ours);
    observer::run(to_observer, proc, pid)
}

/// The first words of the program, and the cord to it.
fn begin(to_init: &OwnedFd) -> Result<Spec, SysError> {
    process::set_parent_death_signal()?;
    let spec: Option<Spec> = Inbox::default().wait(to_init)?;
    let spec = spec.ok_or_else(|| SysError::new("recvmsg", "", Code(nix::libc::ECONNRESET)))?;
    // The program may have ended before the cord was tied.
    if process::own_pids().1 != spec.parent {
        process::exit(1);
    }
    Ok(spec)
}

/// With a control group of its own, init goes there before it shuts the door behind it.
fn new_process(with_cgroup: bool) -> Result<Side, SysError> {
    let all = if with_cgroup {
        ALL
    } else {
        ALL & !nix::libc::CLONE_NEWCGROUP
    };
    match process::clone3(all, &namespace::flag_names(all)) {
        // A kernel without time namespaces (before Linux 5.6, or CONFIG_TIME_NS off).
        Err(e) if e.errno == nix::libc::EINVAL => {
            let flags = all & !nix::libc::CLONE_NEWTIME;
            process::clone3(flags, &namespace::flag_names(flags))
        }
        result => result,
    }
}

fn become_init(socket: &OwnedFd, launcher: OwnedFd, spec: &Spec) -> ! {
    if !hears(&launcher, MAPPED) {
        process::exit(1);
    }
    match init::build(spec) {
        Ok(()) => {}
        Err(failure) => {
            let _ = wire::send(socket.as_fd(), &FromInit::Failed(failure), &[]);
            process::exit(1);
        }
    }
    let _ = tell(&launcher, BUILT);
    // Order: the observer joins first, as it may not look into a process that is not dumpable.
    if !hears(&launcher, JOINED) || process::set_dumpable(false).is_err() {
        process::exit(1);
    }
    drop(launcher);
    if let Err(e) = init::run(socket) {
        let failure = Failure::new("init", &e);
        let _ = wire::send(socket.as_fd(), &FromInit::Failed(failure), &[]);
    }
    process::exit(0)
}

fn tell(socket: &OwnedFd, word: &[u8]) -> Result<(), SysError> {
    socket::send(socket.as_fd(), word, &[])
}

fn hears(socket: &OwnedFd, word: &[u8]) -> bool {
    let mut buffer = [0; 16];
    let received = socket::receive(socket.as_fd(), &mut buffer);
    received.is_ok_and(|(n, _)| buffer.get(..n) == Some(word))
}
