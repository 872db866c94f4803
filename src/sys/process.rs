//! Processes: making, ending and addressing them.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus};
use nix::unistd::Pid;

use super::SysError;

/// Which side of a fork one is on.
#[derive(Debug)]
pub enum Side {
    /// The new process.
    Child,
    /// The old one, with the new one's number in the caller's pid namespace.
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

/// `CLONE_INTO_CGROUP` of linux/sched.h, which no flags of 32 bits hold.
const INTO_CGROUP: u64 = 0x2_0000_0000;

/// clone3(2) without shared memory: a fork into new namespaces.
///
/// Only for a process that has no other threads: the child goes on with a copy
/// of this thread alone.
pub fn clone3(flags: i32, names: &str) -> Result<Side, SysError> {
    clone(flags, &CloneArgs::default(), names)
}

/// The same with a control group of version 2 in which the child begins.
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
        // With CLONE_PARENT the exit signal is that of the caller's own parent.
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

/// A fork whose child is a child of the caller's parent: with the caller's pid
/// namespace for children, but reaped by who reaps the caller.
pub fn fork_sibling() -> Result<Side, SysError> {
    clone3(libc::CLONE_PARENT, "CLONE_PARENT")
}

/// Ends this process at once, with nothing run at exit, _exit(2).
pub fn exit(status: i32) -> ! {
    // SAFETY: never returns; nothing of the parent's is flushed twice.
    unsafe { libc::_exit(status) }
}

/// Asks for a signal when the parent's thread ends, `PR_SET_PDEATHSIG` (prctl(2)).
/// Cleared by any change of ids: to be armed last.
pub fn set_parent_death_signal() -> Result<(), SysError> {
    nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)
        .map_err(|e| SysError::new("prctl", "PR_SET_PDEATHSIG, SIGKILL", e))
}

/// Whether others may look into this process, `PR_SET_DUMPABLE` (prctl(2)).
pub fn set_dumpable(on: bool) -> Result<(), SysError> {
    nix::sys::prctl::set_dumpable(on)
        .map_err(|e| SysError::new("prctl", format!("PR_SET_DUMPABLE, {}", i32::from(on)), e))
}

/// The name that ps(1) shows, `PR_SET_NAME` (prctl(2)).
pub fn set_name(name: &std::ffi::CStr) {
    let _ = nix::sys::prctl::set_name(name);
}

/// This process's number and its parent's.
pub fn own_pids() -> (i64, i64) {
    (Pid::this().as_raw().into(), Pid::parent().as_raw().into())
}

/// kill(2).
pub fn kill(pid: i64, signal: i32) -> Result<(), SysError> {
    let args = || format!("{pid}, {}", signal_name(signal));
    let raw = i32::try_from(pid).map_err(|_e| SysError::new("kill", args(), Errno::ESRCH))?;
    // SAFETY: plain numbers.
    super::check("kill", args(), unsafe { libc::kill(raw, signal) }.into()).map(drop)
}

/// A signal's number by its name without SIG.
pub fn signal_number(name: &str) -> Option<i32> {
    format!("SIG{name}")
        .parse::<Signal>()
        .ok()
        .map(|s| s as i32)
}

/// A signal's name with SIG.
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

/// Ends the process behind a pidfd, `pidfd_send_signal(2)` with SIGKILL.
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
    /// Its number.
    pub pid: i64,
    /// Its status as shells say it: 128 + signal if one ended it.
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

/// Reaps one ended child, whichever, waitpid(2) with WNOHANG.
pub fn reap() -> Option<Ended> {
    nix::sys::wait::waitpid(None, Some(WaitPidFlag::WNOHANG))
        .ok()
        .and_then(ended)
}

/// Waits for one child to end, waitpid(2).
pub fn wait_for(pid: i64) -> Option<Ended> {
    let pid = Pid::from_raw(i32::try_from(pid).ok()?);
    loop {
        match nix::sys::wait::waitpid(pid, None) {
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

/// Blocks every signal and gives a descriptor on which SIGCHLD is read, signalfd(2).
pub fn child_signals() -> Result<nix::sys::signalfd::SignalFd, SysError> {
    use nix::sys::signal::SigSet;
    use nix::sys::signalfd::{SfdFlags, SignalFd};
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

/// Undoes what a fresh program should not inherit: blocked and ignored signals.
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

/// Whether a system call, by its number, waits for input: read(2) with standard
/// input, or one of the calls that wait on several descriptors.
pub fn is_wait_for_input(number: i64, standard_input: bool) -> bool {
    let waits = [libc::SYS_pselect6, libc::SYS_ppoll, libc::SYS_epoll_pwait];
    number == libc::SYS_read && standard_input || waits.contains(&number) || is_old_wait(number)
}

/// Stops this process as SIGTSTP does where nobody takes it, until it is told to go on. Where no
/// shell could do that, as in a window of its own, the kernel stops nobody (setpgid(2), orphaned).
pub fn stop_oneself() {
    // SAFETY: all zero is the default action with an empty mask; both point to whole structures,
    // and the former action is put back as it was.
    unsafe {
        let default: libc::sigaction = std::mem::zeroed();
        let mut former: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGTSTP, &raw const default, &raw mut former);
        // To this thread: it does not return before the process was stopped and goes on.
        libc::raise(libc::SIGTSTP);
        libc::sigaction(libc::SIGTSTP, &raw const former, std::ptr::null_mut());
    }
}

/// Whether a system call, by its number, waits until a child has ended, wait4(2) or waitid(2).
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

/// Gives up gaining privileges by exec, `PR_SET_NO_NEW_PRIVS` (prctl(2)).
pub fn set_no_new_privs() -> Result<(), SysError> {
    nix::sys::prctl::set_no_new_privs()
        .map_err(|e| SysError::new("prctl", "PR_SET_NO_NEW_PRIVS, 1", e))
}

/// Keeps this thread, and those that it starts, on one processor, `sched_setaffinity(2)`.
pub fn stay_on(processor: u32) -> Result<(), SysError> {
    let mut set = rustix::thread::CpuSet::new();
    let refused = |code: i32| {
        let (call, args) = ("sched_setaffinity", processor.to_string());
        SysError::new(call, args, super::Code(code))
    };
    let number = usize::try_from(processor).unwrap_or(usize::MAX);
    if number >= rustix::thread::CpuSet::MAX_CPU {
        return Err(refused(libc::EINVAL));
    }
    set.set(number);
    rustix::thread::sched_setaffinity(None, &set).map_err(|e| refused(e.raw_os_error()))
}

/// How long this process has had a CPU, `CLOCK_PROCESS_CPUTIME_ID`.
pub fn cpu_time() -> std::time::Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.try_into().unwrap_or_default()
}

/// Clock ticks in a second, as `/proc/PID/stat` counts them, sysconf(3). (rustix
/// looks it up in `/proc/self/auxv` before Linux 6.4, which the observer has not.)
pub fn clock_ticks() -> u64 {
    // SAFETY: a plain number.
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    u64::try_from(ticks).unwrap_or(100)
}

/// The size of a page of memory in bytes, sysconf(3).
pub fn page_size() -> u64 {
    // SAFETY: a plain number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    u64::try_from(size).unwrap_or(4096)
}
