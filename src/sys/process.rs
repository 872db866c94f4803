//! Processes: starting, ending and addressing them.

pub use nix::sys::signalfd::SignalFd;
use std::time::Duration;

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus};
use nix::unistd::Pid;

use super::SysError;

/// The side of a fork that the caller is on.
#[derive(Debug)]
pub enum Side {
    /// The new process.
    Child,
    /// The old process, with the pid of the new one in the caller's pid namespace.
    Parent(i64),
}

/// The argument of clone3(2), as of Linux 5.7.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct CloneArgs {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

/// `CLONE_INTO_CGROUP` of linux/sched.h, which does not fit into 32 bits of flags.
const INTO_CGROUP: u64 = 0x2_0000_0000;

/// clone3(2) without shared memory: a fork into new namespaces.
///
/// Only for a process that has no other threads: the child continues with a copy of this thread
/// alone.
pub fn clone3(flags: i32, names: &str) -> Result<Side, SysError> {
    clone(flags, &CloneArgs::default(), names)
}

/// Like `clone3`, with the child in a cgroup v2 group from the start.
pub fn clone3_into(group: BorrowedFd<'_>, flags: i32, names: &str) -> Result<Side, SysError> {
    let args = CloneArgs {
        flags: INTO_CGROUP,
        cgroup: u64::from(group.as_raw_fd().unsigned_abs()),
        ..CloneArgs::default()
    };
    clone(flags, &args, &format!("{names}|CLONE_INTO_CGROUP"))
}

fn clone(flags: i32, more: &CloneArgs, names: &str) -> Result<Side, SysError> {
    let parent = flags & libc::CLONE_PARENT != 0;
    let args = CloneArgs {
        flags: more.flags | u64::from(flags.cast_unsigned()),
        // With CLONE_PARENT the exit signal is taken from the caller.
        exit_signal: if parent {
            0
        } else {
            u64::from(libc::SIGCHLD.cast_unsigned())
        },
        ..*more
    };
    // SAFETY: no CLONE_VM, so the child has its own copy of everything; the caller is single-threaded.
    let result = unsafe {
        libc::syscall(
            libc::SYS_clone3,
            &raw const args,
            std::mem::size_of::<CloneArgs>(),
        )
    };
    match super::check("clone3", names, result)? {
        0 => Ok(Side::Child),
        pid => Ok(Side::Parent(pid)),
    }
}

/// fork(2), for a process that has no other threads.
pub fn fork() -> Result<Side, SysError> {
    clone3(0, "SIGCHLD")
}

/// A fork whose child becomes a child of the caller's parent: it is in the pid namespace that the
/// caller's children are in, but the parent reaps it.
pub fn fork_sibling() -> Result<Side, SysError> {
    clone3(libc::CLONE_PARENT, "CLONE_PARENT")
}

/// Ends this process at once, without exit handlers, _exit(2).
pub fn exit(status: i32) -> ! {
    // SAFETY: never returns; nothing of the parent's is flushed twice.
    unsafe { libc::_exit(status) }
}

/// Has the kernel kill this process when the thread that started it ends, `PR_SET_PDEATHSIG`
/// (prctl(2)). Any change of ids clears this: call it last.
pub fn set_parent_death_signal() -> Result<(), SysError> {
    nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)
        .map_err(|e| SysError::new("prctl", "PR_SET_PDEATHSIG, SIGKILL", e))
}

/// Sets whether other processes may look into this one, `PR_SET_DUMPABLE` (prctl(2)).
pub fn set_dumpable(on: bool) -> Result<(), SysError> {
    nix::sys::prctl::set_dumpable(on)
        .map_err(|e| SysError::new("prctl", format!("PR_SET_DUMPABLE, {}", i32::from(on)), e))
}

/// Sets the name that ps(1) shows, `PR_SET_NAME` (prctl(2)).
pub fn set_name(name: &std::ffi::CStr) {
    let _ = nix::sys::prctl::set_name(name);
}

/// The pids of this process and its parent.
pub fn own_pids() -> (i64, i64) {
    (Pid::this().as_raw().into(), Pid::parent().as_raw().into())
}

/// kill(2).
pub fn kill(pid: i64, signal: i32) -> Result<(), SysError> {
    let args = format!("{pid}, {}", signal_name(signal));
    let Ok(raw) = i32::try_from(pid) else {
        return Err(SysError::new("kill", args, Errno::ESRCH));
    };
    // SAFETY: plain numbers.
    super::check("kill", args, unsafe { libc::kill(raw, signal) }.into()).map(drop)
}

/// Whether no process has this pid, kill(2).
pub fn has_ended(pid: i64) -> bool {
    kill(pid, 0).is_err_and(|e| e.errno == libc::ESRCH)
}

/// The number of a signal by its name without SIG.
pub fn signal_number(name: &str) -> Option<i32> {
    format!("SIG{name}")
        .parse::<Signal>()
        .ok()
        .map(|s| s as i32)
}

/// The name of a signal with SIG.
pub fn signal_name(number: i32) -> String {
    Signal::try_from(number).map_or_else(|_| number.to_string(), |s| s.as_str().to_owned())
}

/// `pidfd_open(2)`.
pub fn pidfd_open(pid: i64) -> Result<OwnedFd, SysError> {
    // SAFETY: plain numbers.
    let result = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    let fd = super::check("pidfd_open", format!("{pid}, 0"), result)?;
    // SAFETY: the kernel has just given us this descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) })
}

/// Kills the process of a pidfd, `pidfd_send_signal(2)` with SIGKILL.
pub fn pidfd_kill(pidfd: BorrowedFd<'_>) -> Result<(), SysError> {
    let fd = pidfd.as_raw_fd();
    // SAFETY: no siginfo is passed.
    let result = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            fd,
            libc::SIGKILL,
            std::ptr::null::<u8>(),
            0,
        )
    };
    super::check("pidfd_send_signal", format!("{fd}, SIGKILL"), result).map(drop)
}

/// A child that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its pid.
    pub pid: i64,
    /// Its exit status as a shell reports it: 128 + signal if a signal ended it.
    pub status: i64,
}

fn ended(status: WaitStatus) -> Option<Ended> {
    match status {
        WaitStatus::Exited(pid, code) => Some(Ended {
            pid: pid.as_raw().into(),
            status: code.into(),
        }),
        WaitStatus::Signaled(pid, signal, _) => Some(Ended {
            pid: pid.as_raw().into(),
            status: 128 + i64::from(signal as i32),
        }),
        _ => None,
    }
}

/// Reaps any one ended child without waiting, waitpid(2) with WNOHANG.
pub fn reap() -> Option<Ended> {
    nix::sys::wait::waitpid(None, Some(WaitPidFlag::WNOHANG))
        .ok()
        .and_then(ended)
}

/// Waits for one child to end, waitpid(2).
pub fn wait_for(pid: i64) -> Option<Ended> {
    let child = Pid::from_raw(i32::try_from(pid).ok()?);
    loop {
        match nix::sys::wait::waitpid(child, None) {
            Err(Errno::EINTR) => {}
            Err(_) => return None,
            Ok(status) => {
                if let Some(ended) = ended(status) {
                    return Some(ended);
                }
            }
        }
    }
}

/// Blocks SIGCHLD and returns a descriptor that it is read from, signalfd(2).
pub fn child_signals() -> Result<SignalFd, SysError> {
    use nix::sys::signal::SigSet;
    use nix::sys::signalfd::SfdFlags;
    let mut set = SigSet::empty();
    set.add(Signal::SIGCHLD);
    set.thread_block()
        .map_err(|e| SysError::new("sigprocmask", "SIG_BLOCK, SIGCHLD", e))?;
    SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)
        .map_err(|e| SysError::new("signalfd", "SIGCHLD", e))
}

/// Ignores a signal, signal(2).
pub fn ignore(signal: i32) {
    // SAFETY: SIG_IGN is a valid disposition for any signal that can be ignored.
    unsafe { libc::signal(signal, libc::SIG_IGN) };
}

/// Resets what a new program should not inherit: ignored and blocked signals.
pub fn reset_signals() {
    for number in 1..=31 {
        // SAFETY: SIG_DFL is a valid disposition; KILL and STOP are refused without harm.
        unsafe { libc::signal(number, libc::SIG_DFL) };
    }
    let _ = nix::sys::signal::SigSet::empty().thread_set_mask();
}

/// setsid(2).
pub fn setsid() -> Result<(), SysError> {
    nix::unistd::setsid()
        .map(drop)
        .map_err(|e| SysError::new("setsid", "", e))
}

/// Whether a system call, by its number, waits for input: read(2) of standard input, or a call that
/// waits for several descriptors.
pub fn is_wait_for_input(number: i64, standard_input: bool) -> bool {
    let waits = [libc::SYS_pselect6, libc::SYS_ppoll, libc::SYS_epoll_pwait];
    number == libc::SYS_read && standard_input || waits.contains(&number) || is_old_wait(number)
}

/// Stops this process as an unhandled SIGTSTP does, until it is continued. Where no shell could
/// continue it (an orphaned process group, setpgid(2)) the kernel ignores the signal.
pub fn stop_oneself() {
    // SAFETY: all zero is the default action with an empty mask; both point to whole structures,
    // and the former action is put back as it was.
    unsafe {
        let default: libc::sigaction = std::mem::zeroed();
        let mut former: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGTSTP, &raw const default, &raw mut former);
        // Sent to this thread: raise(3) returns only after the process was stopped and continued.
        libc::raise(libc::SIGTSTP);
        libc::sigaction(libc::SIGTSTP, &raw const former, std::ptr::null_mut());
    }
}

/// Whether a system call, by its number, waits for a child: wait4(2) or waitid(2).
pub fn is_wait_for_child(number: i64) -> bool {
    [libc::SYS_wait4, libc::SYS_waitid].contains(&number)
}

#[cfg(target_arch = "x86_64")]
fn is_old_wait(number: i64) -> bool {
    [libc::SYS_select, libc::SYS_poll, libc::SYS_epoll_wait].contains(&number)
}

#[cfg(not(target_arch = "x86_64"))]
fn is_old_wait(_number: i64) -> bool {
    false
}

/// Gives up gaining rights by exec, for good, `PR_SET_NO_NEW_PRIVS` (prctl(2)).
pub fn set_no_new_privs() -> Result<(), SysError> {
    nix::sys::prctl::set_no_new_privs()
        .map_err(|e| SysError::new("prctl", "PR_SET_NO_NEW_PRIVS, 1", e))
}

/// Binds this thread, and those it starts, to one processor, `sched_setaffinity(2)`.
pub fn stay_on(processor: u32) -> Result<(), SysError> {
    let mut set = rustix::thread::CpuSet::new();
    let args = processor.to_string();
    let number = usize::try_from(processor).unwrap_or(usize::MAX);
    if number >= rustix::thread::CpuSet::MAX_CPU {
        return Err(SysError::new("sched_setaffinity", args, Errno::EINVAL));
    }
    set.set(number);
    rustix::thread::sched_setaffinity(None, &set)
        .map_err(|e| SysError::new("sched_setaffinity", args, e))
}

/// The CPU time that this process has used, `CLOCK_PROCESS_CPUTIME_ID`.
pub fn cpu_time() -> std::time::Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.try_into().unwrap_or_default()
}

/// Clock ticks per second, the unit of `/proc/PID/stat`, sysconf(3). (Before Linux 6.4 rustix reads
/// it from `/proc/self/auxv`, which the observer does not have.)
pub fn clock_ticks() -> u64 {
    // SAFETY: a plain number.
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    u64::try_from(ticks).unwrap_or(100)
}

/// The size of a memory page in bytes, sysconf(3).
pub fn page_size() -> u64 {
    // SAFETY: a plain number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    u64::try_from(size).unwrap_or(4096)
}

/// The time since the machine started, with its sleep, `CLOCK_BOOTTIME` (`clock_gettime(2)`).
pub fn since_boot() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let nanos = u32::try_from(now.tv_nsec).unwrap_or(0);
    Duration::new(now.tv_sec.unsigned_abs(), nanos)
}
