//! From the program to the lab host: the launcher puts ready what the lab host uses of the machine,
//! clones init into new namespaces, gives it ids and a control group, and then becomes the
//! observer. Started by root it does so itself; an ordinary user has the rights for it only in a
//! user namespace, which `outer` makes.

use std::os::fd::{AsFd, OwnedFd};

use super::error::{Failure, failed};
use super::newborn::{Birth, become_init, make_init};
use super::stage::{Handover, STAGED, Staged};
use super::wire::{self, FromObserver, Inbox, Spec};
use super::{idmap, outer, stage};
use crate::sys::number;
use crate::sys::process::{self, Side};
use crate::sys::{Code, SysError, file, identity, inherit, limit, namespace, socket};

/// The name under which the program starts itself as a launcher.
pub(super) const NAME: &str = "isolab-launcher";

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
        Err(e) if e.errno == number::EPERM => {
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

/// Continues in the staged program, on the same sockets.
pub(super) fn run_staged() {
    let letter = file::take_standard(2);
    match letter.and_then(|letter| wire::read_letter(&letter)) {
        Ok(Staged::Host(spec)) => host(&spec),
        Ok(Staged::Outer(spec, plan)) => outer::run(&spec, &plan),
        // The other side notices that the sockets close.
        Err(_) => {}
    }
}

/// Continues as the launcher of root.
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
            // Order: init must not hold the observer's socket open.
            drop((ours, observer));
            become_init(&init, theirs, spec);
        }
        Ok(((ours, theirs), Side::Parent(child))) => {
            // Order: dropped here, or the end of init's socket would never be seen while init lives
            // elsewhere.
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

/// The two sockets of a launcher, taken from its standard descriptors.
struct Sockets {
    init: OwnedFd,
    observer: OwnedFd,
}

impl Sockets {
    /// Moves them away, so that standard input and output are free for their usual purpose.
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

/// Receives the `Spec`, ties this process to its parent's life, and drops what it inherited from
/// the caller: session keyring, umask, core dumps and supplementary groups.
fn begin(to_init: &OwnedFd) -> Result<Spec, SysError> {
    process::set_parent_death_signal()?;
    let spec: Option<Spec> = Inbox::default().wait(to_init)?;
    let spec = spec.ok_or_else(|| SysError::new("recvmsg", "", Code(number::ECONNRESET)))?;
    is_in_time(&spec);
    inherit::leave_session_keyring()?;
    inherit::set_umask(0o022);
    limit::forbid_cores()?;
    // Refused to an ordinary user here; see `idmap::keeps_groups` for whether they can be dropped
    // later.
    let _ = identity::drop_groups();
    Ok(spec)
}

/// Exits if the program ended before the parent-death signal was set.
fn is_in_time(spec: &Spec) {
    if process::own_pids().1 != spec.parent {
        process::exit(1);
    }
}

/// Clones init. Started by root, under the first id that is lent: the kernel counts what is used in
/// a user namespace (such as inotify instances) for the user who made it too (`namespaces(7)`, "The
/// /proc/sys/user directory").
fn make_init_as(owner: Option<u32>, spec: &Spec) -> Result<Side, Failure> {
    let error = failed("namespaces");
    if let Some(owner) = owner {
        identity::be_counted_as(owner).map_err(&error)?;
    }
    let made = make_init(spec, spec.group.as_ref(), 0).map_err(&error)?;
    if owner.is_some() && matches!(made, Side::Parent(_)) {
        identity::be_root_again().map_err(&error)?;
        // Order: changing ids clears the parent-death signal (PR_SET_PDEATHSIG, prctl(2)).
        process::set_parent_death_signal().map_err(&error)?;
        is_in_time(spec);
    }
    Ok(made)
}
