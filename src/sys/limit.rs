//! Resource limits, getrlimit(2).

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::SysError;

/// One byte: no core file is that short, and a program that the machine has for crashes
/// (`|` in core(5)) is not started for this length, while it is for 0.
const NO_CORE: u64 = 1;

/// Forbids core files, and that the machine's program for crashes looks into this process
/// and what it starts. The latter not where none at all were allowed before: see
/// `crashes_are_told`.
pub fn forbid_cores() -> Result<(), SysError> {
    // Order: with CAP_SYS_RESOURCE also up from none at all.
    match setrlimit(Resource::RLIMIT_CORE, NO_CORE, NO_CORE) {
        Ok(()) => Ok(()),
        Err(_refused) => set(Resource::RLIMIT_CORE, "RLIMIT_CORE", NO_CORE),
    }
}

/// Whether a limit of core files cannot keep the machine's program for crashes from being
/// started: this process may have none at all, which is no limit for it, and may not raise that.
pub fn crashes_are_told() -> bool {
    let none = getrlimit(Resource::RLIMIT_CORE).is_ok_and(|(_, hard)| hard < NO_CORE);
    none && !super::capability::has_on_machine("CAP_SYS_RESOURCE")
}

/// Limits the number of processes. Before a user namespace is made by anybody but the
/// machine's root, this is the limit of all its ids together (Linux 5.14); after that, of
/// one id in it.
pub fn processes(most: u64) -> Result<(), SysError> {
    set(Resource::RLIMIT_NPROC, "RLIMIT_NPROC", most)
}

/// Limits the bytes of POSIX message queues, in the same way.
pub fn message_queues(bytes: u64) -> Result<(), SysError> {
    set(Resource::RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE", bytes)
}

/// Halves the number of signals and timers that may wait, in the same way: the other half stays
/// with the user.
pub fn halve_pending_signals() -> Result<(), SysError> {
    let refused = |e| SysError::new("getrlimit", "RLIMIT_SIGPENDING", e);
    let (soft, _) = getrlimit(Resource::RLIMIT_SIGPENDING).map_err(refused)?;
    set(Resource::RLIMIT_SIGPENDING, "RLIMIT_SIGPENDING", soft / 2)
}

/// Not above what is allowed at most: who started this program may have allowed less.
fn set(resource: Resource, name: &str, most: u64) -> Result<(), SysError> {
    let refused = |call| move |e| SysError::new(call, format!("{name}, {most}"), e);
    let (_, hard) = getrlimit(resource).map_err(refused("getrlimit"))?;
    let most = most.min(hard);
    setrlimit(resource, most, most).map_err(refused("setrlimit"))
}

/// Lets this process have as many descriptors as it may, and says how many: `RLIMIT_NOFILE`.
pub fn raise_descriptors() -> usize {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return 0;
    };
    let raised = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    usize::try_from(if raised { hard } else { soft }).unwrap_or(usize::MAX)
}
