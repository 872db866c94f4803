//! Resource limits, getrlimit(2).

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::SysError;

/// One byte: too short for any core file, and the kernel starts no crash handler (`|` in core(5))
/// at this limit, while it does at 0.
const NO_CORE: u64 = 1;

/// Prevents core files, and that the machine's crash handler sees this process and what it starts.
/// The latter fails where the limit was 0 before: see `crashes_are_told`.
pub fn forbid_cores() -> Result<(), SysError> {
    // Order: first the call that, with CAP_SYS_RESOURCE, can also raise a limit of 0.
    match setrlimit(Resource::RLIMIT_CORE, NO_CORE, NO_CORE) {
        Ok(()) => Ok(()),
        Err(_refused) => set(Resource::RLIMIT_CORE, "RLIMIT_CORE", NO_CORE),
    }
}

/// Whether the machine's crash handler may be started all the same: the core limit is 0, which does
/// not prevent it, and this process may not raise it.
pub fn crashes_are_told() -> bool {
    let none = getrlimit(Resource::RLIMIT_CORE).is_ok_and(|(_, hard)| hard < NO_CORE);
    none && !super::capability::has_on_machine("CAP_SYS_RESOURCE")
}

/// Limits the number of processes. Set before an ordinary user makes a user namespace, the limit
/// counts all ids in it together (Linux 5.14); set in it, it counts each id by itself.
pub fn processes(most: u64) -> Result<(), SysError> {
    set(Resource::RLIMIT_NPROC, "RLIMIT_NPROC", most)
}

/// Limits the bytes of POSIX message queues, counted like processes.
pub fn message_queues(bytes: u64) -> Result<(), SysError> {
    set(Resource::RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE", bytes)
}

/// Halves the number of pending signals and timers, counted like processes: the other half stays
/// with the user.
pub fn halve_pending_signals() -> Result<(), SysError> {
    let refused = |e| SysError::new("getrlimit", "RLIMIT_SIGPENDING", e);
    let (soft, _) = getrlimit(Resource::RLIMIT_SIGPENDING).map_err(refused)?;
    set(Resource::RLIMIT_SIGPENDING, "RLIMIT_SIGPENDING", soft / 2)
}

/// Sets a limit, but never above the hard limit that this process was started with.
fn set(resource: Resource, name: &str, most: u64) -> Result<(), SysError> {
    let refused = |call| move |e| SysError::new(call, format!("{name}, {most}"), e);
    let (_, hard) = getrlimit(resource).map_err(refused("getrlimit"))?;
    let most = most.min(hard);
    setrlimit(resource, most, most).map_err(refused("setrlimit"))
}

/// Raises the limit of open descriptors as far as allowed and returns it: `RLIMIT_NOFILE`.
pub fn raise_descriptors() -> usize {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return 0;
    };
    let raised = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    usize::try_from(if raised { hard } else { soft }).unwrap_or(usize::MAX)
}
