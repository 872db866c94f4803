//! The namespaces around the lab host of a user who may not mount on the machine (an ordinary user,
//! or root without `CAP_SYS_ADMIN`): a user and a mount namespace with the rights to put things
//! ready, in which limits are set. The lab host's own namespaces are children of these, so that its
//! root can undo none of it (`user_namespaces(7)`: rights over a namespace come from its parents).

use std::os::fd::{AsFd as _, OwnedFd};

use super::error::{Failure, failed};
use super::newborn::{Birth, MAPPED, become_init, hear, make_init, tell};
use super::stage::{Handover, STAGED, Staged};
use super::wire::{self, FromInit, Spec};
use super::{group, idmap, stage};
use crate::sys::number;
use crate::sys::process::{self, Side};
use crate::sys::wait::{For, ready};
use crate::sys::{SysError, capability, file, identity, namespace, socket};

/// Limits for everything in these namespaces. The kernel counts for the user who made a user
/// namespace too, so without them a lab could use up all that the user may have.
const LIMITS: [Limit; 4] = [
    Limit::new("max_inotify_instances", 64),
    Limit::new("max_inotify_watches", 32_768),
    Limit::new("max_fanotify_groups", 32),
    Limit::new("max_fanotify_marks", 16_384),
];

/// A file of `/proc/sys/user` (namespaces(7)) and the number written to it.
struct Limit {
    file: &'static str,
    most: u32,
}

impl Limit {
    const fn new(file: &'static str, most: u32) -> Self {
        Self { file, most }
    }

    /// Writes the limit. A kernel without the file does not count this per namespace either.
    fn set(&self) -> Result<(), SysError> {
        let path = format!("/proc/sys/user/{}", self.file);
        match file::write_once(&path, &self.most.to_string()) {
            Err(e) if e.errno == number::ENOENT => Ok(()),
            written => written,
        }
    }
}

/// Has everything made, and becomes the observer.
pub(super) fn launch(spec: &Spec, to_init: OwnedFd, to_observer: &OwnedFd) -> Result<(), Failure> {
    let mut plan = idmap::plan();
    let made = match make(spec, &plan, &to_init) {
        Err(failure) => match idmap::instead(&plan) {
            None => return Err(failure),
            Some(other) => {
                plan = other;
                make(spec, &plan, &to_init)?
            }
        },
        Ok(made) => made,
    };
    // Order: dropped here, or the end of init's socket would never be seen.
    drop(to_init);
    // The failure was already reported on init's socket.
    let Some(init) = made.init() else {
        process::exit(1);
    };
    let birth = Birth {
        init,
        cord: made.cord,
        spec,
        plan: &plan,
    };
    birth.attend(to_observer)
}

/// The process that made these namespaces.
#[derive(Debug)]
struct Outer {
    pid: i64,
    cord: OwnedFd,
}

impl Outer {
    /// The pid of the init that it made. Waits until the process has ended.
    fn init(&self) -> Option<i64> {
        let word = self.hear();
        process::wait_for(self.pid);
        String::from_utf8(word?).ok()?.parse().ok()
    }

    /// Its last word before its end. Init holds the other end of the cord too, so the cord alone
    /// may never close.
    fn hear(&self) -> Option<Vec<u8>> {
        let ended = process::pidfd_open(self.pid).ok()?;
        loop {
            let both = [(self.cord.as_fd(), For::Input), (ended.as_fd(), For::Input)];
            match ready(&both, None).ok()?.as_slice() {
                // Order: the word first, even if the process has ended since.
                [true, _] => return hear(&self.cord),
                [_, true] => return None,
                _ => {}
            }
        }
    }
}

fn make(spec: &Spec, plan: &idmap::Plan, to_init: &OwnedFd) -> Result<Outer, Failure> {
    let (ours, theirs) = socket::pair().map_err(failed("start"))?;
    let flags = namespace::flag("user") | namespace::flag("mnt");
    let made = group::clone_into(spec.group.as_ref(), flags);
    let pid = match made.map_err(failed("namespaces"))? {
        Side::Child => {
            drop(ours);
            become_outer(spec, plan, to_init, &theirs);
        }
        Side::Parent(pid) => pid,
    };
    let mapped = idmap::write(&idmap::around(plan), pid).and_then(|()| tell(&ours, MAPPED));
    if let Err(e) = mapped {
        // It is waiting for its ids, and exits when the cord closes.
        drop((ours, theirs));
        process::wait_for(pid);
        return Err(failed("id maps")(e));
    }
    Ok(Outer { pid, cord: ours })
}

fn become_outer(spec: &Spec, plan: &idmap::Plan, to_init: &OwnedFd, cord: &OwnedFd) -> ! {
    if hear(cord).as_deref() == Some(MAPPED) {
        let failure = prepare(spec, plan, to_init, cord);
        let _ = wire::send(to_init.as_fd(), &FromInit::Failed(failure), &[]);
    }
    process::exit(1)
}

/// Puts everything ready and executes the staged program; returns only what failed.
fn prepare(spec: &Spec, plan: &idmap::Plan, to_init: &OwnedFd, cord: &OwnedFd) -> Failure {
    let ready = || {
        process::set_parent_death_signal().map_err(failed("start"))?;
        if !idmap::keeps_groups(plan) {
            identity::drop_groups().map_err(failed("ids"))?;
        }
        LIMITS
            .iter()
            .try_for_each(Limit::set)
            .map_err(failed("limits"))?;
        stage::build(spec).map_err(failed("root file system"))?;
        // Without this the next program would have no capabilities, as this user is not root here.
        capability::keep_over_exec().map_err(failed("start"))
    };
    if let Err(failure) = ready() {
        return failure;
    }
    let staged = Staged::Outer(spec.clone(), plan.clone());
    let gone = wire::letter(&staged).map(|message| {
        let handover = Handover {
            input: to_init,
            output: cord,
            message,
        };
        stage::go_on(STAGED, &handover)
    });
    failed("start")(gone.unwrap_or_else(|e| e))
}

/// Continues in the staged program: clones init as a child of the launcher, maps its ids, and
/// reports its pid.
pub(super) fn run(spec: &Spec, plan: &idmap::Plan) {
    let (Ok(to_init), Ok(cord)) = (file::take_standard(0), file::take_standard(1)) else {
        return;
    };
    let made = make_init(spec, None, number::CLONE_PARENT);
    let born = match made {
        Ok(Side::Child) => become_init(&to_init, cord, spec),
        Ok(Side::Parent(init)) => give_birth(init, plan, &cord),
        Err(e) => Err(failed("namespaces")(e)),
    };
    if let Err(failure) = born {
        let _ = wire::send(to_init.as_fd(), &FromInit::Failed(failure), &[]);
    }
}

fn give_birth(init: i64, plan: &idmap::Plan, cord: &OwnedFd) -> Result<(), Failure> {
    let mapped = idmap::write_files(plan, init);
    let told = mapped.and_then(|()| tell(cord, init.to_string().as_bytes()));
    told.map_err(|e| {
        let _ = process::kill(init, number::SIGKILL);
        failed("id maps")(e)
    })
}
