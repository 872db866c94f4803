//! The system calls of other processes, ptrace(2).
//!
//! A tracee is seized, never attached to: it is not stopped by that, and goes on by itself when its
//! tracer ends.

use std::time::Duration;

use libc::{c_int, c_long, c_void};
use nix::errno::Errno;

use super::SysError;

/// What a tracee stopped at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The beginning or the end of a call.
    Call,
    /// A signal that it is about to get.
    Signal(i32),
    /// It has made a process or a thread with this id, which is a tracee as well.
    Made(i64),
    /// It has executed a program; the thread that did so had this id until then.
    Executed(i64),
    /// A stopping signal has stopped its whole process.
    Group,
    /// It was interrupted, or is new.
    Trap,
    /// It has ended, with a status as a shell reports it.
    Ended(i64),
}

/// A tracee, or a child, that stopped or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Its thread id.
    pub tid: i64,
    /// At what.
    pub stop: Stop,
}

/// How a tracee goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Until its next call begins or ends.
    Call,
    /// Until something else happens to it: its calls are not seen.
    Event,
}

/// A call of a tracee that stopped at one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Info {
    /// It begins.
    Entry(Entry),
    /// It ends: what it returned, or the negative errno.
    Exit(i64),
    /// It stopped at something else.
    Other,
}

/// A call at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub number: u64,
    /// Its arguments.
    pub args: [u64; 6],
    /// Whether the number is one of this program's architecture: not so for a 32-bit program.
    pub native: bool,
}

/// The calls that the lens looks at itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// read(2).
    Read,
    /// socket(2).
    Socket,
    /// kill(2), and the others that send a signal.
    Kill,
    /// ptrace(2).
    Ptrace,
    /// Another one.
    Other,
}

impl Entry {
    /// Which of those calls it is.
    pub fn kind(&self) -> Kind {
        match libc::c_long::try_from(self.number) {
            Ok(libc::SYS_read) => Kind::Read,
            Ok(libc::SYS_socket) => Kind::Socket,
            Ok(
                libc::SYS_kill | libc::SYS_tkill | libc::SYS_tgkill | libc::SYS_pidfd_send_signal,
            ) => Kind::Kill,
            Ok(libc::SYS_ptrace) => Kind::Ptrace,
            _ => Kind::Other,
        }
    }
}

/// `AUDIT_ARCH_X86_64` or `AUDIT_ARCH_AARCH64` of linux/audit.h.
const ARCHITECTURE: u32 = if cfg!(target_arch = "aarch64") {
    0xc000_00b7
} else {
    0xc000_003e
};

/// The options of each tracee: it is told from others what stops at a call, and all that it makes
/// are tracees.
const OPTIONS: c_int = libc::PTRACE_O_TRACESYSGOOD
    | libc::PTRACE_O_TRACEFORK
    | libc::PTRACE_O_TRACEVFORK
    | libc::PTRACE_O_TRACECLONE
    | libc::PTRACE_O_TRACEEXEC;

/// How a stop at a call is told with `PTRACE_O_TRACESYSGOOD`.
const AT_CALL: c_int = libc::SIGTRAP | 0x80;
/// Where a wait status holds the number of an event.
const EVENT: c_int = 16;

fn ask(request: libc::c_uint, name: &str, tid: i64, data: *mut c_void) -> Result<c_long, SysError> {
    ask_at(request, name, tid, std::ptr::null_mut(), data)
}

fn ask_at(
    request: libc::c_uint,
    name: &str,
    tid: i64,
    address: *mut c_void,
    data: *mut c_void,
) -> Result<c_long, SysError> {
    let pid = libc::pid_t::try_from(tid).unwrap_or(-1);
    // SAFETY: what the pointers of a request mean is the business of each caller.
    let result = unsafe { libc::ptrace(request, pid, address, data) };
    super::check("ptrace", format!("{name}, {tid}"), result)
}

/// A plain number where a request takes a pointer.
fn plain(number: c_int) -> *mut c_void {
    std::ptr::without_provenance_mut(usize::try_from(number).unwrap_or(0))
}

/// Makes a thread a tracee, `PTRACE_SEIZE`. EPERM: it has a tracer, or the machine forbids it.
pub fn seize(tid: i64) -> Result<(), SysError> {
    ask(libc::PTRACE_SEIZE, "PTRACE_SEIZE", tid, plain(OPTIONS)).map(drop)
}

/// Has a tracee that runs stop soon, `PTRACE_INTERRUPT`.
pub fn interrupt(tid: i64) -> Result<(), SysError> {
    let none = std::ptr::null_mut();
    ask(libc::PTRACE_INTERRUPT, "PTRACE_INTERRUPT", tid, none).map(drop)
}

/// Lets a tracee that stopped go on, with a signal that it gets, or 0.
pub fn go_on(tid: i64, until: Until, signal: i32) -> Result<(), SysError> {
    match until {
        Until::Call => ask(libc::PTRACE_SYSCALL, "PTRACE_SYSCALL", tid, plain(signal)),
        Until::Event => ask(libc::PTRACE_CONT, "PTRACE_CONT", tid, plain(signal)),
    }
    .map(drop)
}

/// Lets a tracee that stopped go for good, `PTRACE_DETACH`, with a signal that it gets, or 0. One
/// that a stopping signal has stopped stays stopped by that.
pub fn let_go(tid: i64, signal: i32) -> Result<(), SysError> {
    ask(libc::PTRACE_DETACH, "PTRACE_DETACH", tid, plain(signal)).map(drop)
}

/// The call at which a tracee stopped, `PTRACE_GET_SYSCALL_INFO` (since Linux 5.3).
pub fn info(tid: i64) -> Result<Info, SysError> {
    // SAFETY: all zero is a value of this type.
    let mut info: libc::ptrace_syscall_info = unsafe { std::mem::zeroed() };
    let size = std::mem::size_of_val(&info);
    ask_at(
        libc::PTRACE_GET_SYSCALL_INFO,
        "PTRACE_GET_SYSCALL_INFO",
        tid,
        std::ptr::without_provenance_mut(size),
        (&raw mut info).cast(),
    )?;
    Ok(match info.op {
        libc::PTRACE_SYSCALL_INFO_ENTRY => {
            // SAFETY: `op` tells which field the kernel has written.
            let entry = unsafe { info.u.entry };
            Info::Entry(Entry {
                number: entry.nr,
                args: entry.args,
                native: info.arch == ARCHITECTURE,
            })
        }
        libc::PTRACE_SYSCALL_INFO_EXIT => {
            // SAFETY: as above.
            Info::Exit(unsafe { info.u.exit.sval })
        }
        _ => Info::Other,
    })
}

fn message(tid: i64) -> i64 {
    let mut message: libc::c_ulong = 0;
    let at = (&raw mut message).cast();
    match ask(libc::PTRACE_GETEVENTMSG, "PTRACE_GETEVENTMSG", tid, at) {
        Ok(_) => i64::try_from(message).unwrap_or(0),
        Err(_) => 0,
    }
}

/// How often it is looked before the wait begins: a tracee that makes one call after the other stops
/// again sooner than it takes to fall asleep and to be woken.
const SPINS: u32 = 60;

/// Waits for any tracee or child to stop or end, waitpid(2).
///
/// # Errors
/// ECHILD: there is none. EINTR: a signal came.
pub fn wait() -> Result<Stopped, SysError> {
    for _ in 0..SPINS {
        if let Some(stopped) = wait_with(-1, libc::__WALL | libc::WNOHANG)? {
            return Ok(stopped);
        }
        std::thread::yield_now();
    }
    loop {
        if let Some(stopped) = wait_with(-1, libc::__WALL)? {
            return Ok(stopped);
        }
    }
}

/// Whether one tracee or child has stopped or ended, without waiting.
pub fn look(tid: i64) -> Result<Option<Stopped>, SysError> {
    wait_with(tid, libc::__WALL | libc::WNOHANG)
}

fn wait_with(tid: i64, flags: c_int) -> Result<Option<Stopped>, SysError> {
    let mut status = 0;
    let pid = libc::pid_t::try_from(tid).unwrap_or(-1);
    // SAFETY: the kernel writes one number.
    let result = unsafe { libc::waitpid(pid, &raw mut status, flags) };
    let tid = super::check("waitpid", tid.to_string(), result.into())?;
    Ok((tid != 0).then(|| stopped(tid, status)).flatten())
}

/// What a wait status says; `None` for what a tracer does not ask for.
fn stopped(tid: i64, status: c_int) -> Option<Stopped> {
    let stop = if libc::WIFEXITED(status) {
        Stop::Ended(libc::WEXITSTATUS(status).into())
    } else if libc::WIFSIGNALED(status) {
        Stop::Ended(128 + i64::from(libc::WTERMSIG(status)))
    } else if libc::WIFSTOPPED(status) {
        at(tid, libc::WSTOPSIG(status), status >> EVENT)
    } else {
        return None;
    };
    Some(Stopped { tid, stop })
}

fn at(tid: i64, signal: c_int, event: c_int) -> Stop {
    match event {
        libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => {
            Stop::Made(message(tid))
        }
        libc::PTRACE_EVENT_EXEC => Stop::Executed(message(tid)),
        libc::PTRACE_EVENT_STOP if signal == libc::SIGTRAP => Stop::Trap,
        libc::PTRACE_EVENT_STOP => Stop::Group,
        0 if signal == AT_CALL => Stop::Call,
        0 => Stop::Signal(signal),
        _ => Stop::Trap,
    }
}

/// Up to `length` bytes of a process's memory, `process_vm_readv(2)`; fewer where its memory ends.
pub fn memory(pid: i64, address: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let mut read = 0;
    // One page after the other: a call that reaches beyond the memory that is there reads nothing
    // of that part.
    while read < length {
        let Some(from) = address.checked_add(read as u64) else {
            break;
        };
        let page = super::process::page_size();
        let part = usize::try_from(page - from % page).unwrap_or(length);
        let end = length.min(read.saturating_add(part));
        match read_part(pid, from, &mut bytes[read..end]) {
            0 => break,
            more => read += more,
        }
    }
    bytes.truncate(read);
    bytes
}

fn read_part(pid: i64, address: u64, into: &mut [u8]) -> usize {
    let local = libc::iovec {
        iov_base: into.as_mut_ptr().cast(),
        iov_len: into.len(),
    };
    let remote = libc::iovec {
        iov_base: std::ptr::without_provenance_mut(usize::try_from(address).unwrap_or(0)),
        iov_len: into.len(),
    };
    let pid = libc::pid_t::try_from(pid).unwrap_or(-1);
    // SAFETY: the kernel writes into `into` alone, at most its length; the other address is that
    // of another process.
    let read = unsafe { libc::process_vm_readv(pid, &raw const local, 1, &raw const remote, 1, 0) };
    usize::try_from(read).unwrap_or(0)
}

/// Has `wait` return EINTR again and again after this time, or no longer, setitimer(2).
pub fn interrupt_waits(every: Option<Duration>) -> Result<(), SysError> {
    let micros = every.map_or(0, |every| every.as_micros());
    let time = libc::timeval {
        tv_sec: libc::time_t::try_from(micros / 1_000_000).unwrap_or(1),
        tv_usec: libc::suseconds_t::try_from(micros % 1_000_000).unwrap_or(0),
    };
    let timer = libc::itimerval {
        it_interval: time,
        it_value: time,
    };
    // SAFETY: all zero is an action without flags, SA_RESTART among them; the handler does nothing.
    let result = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = nothing as *const () as usize;
        libc::sigaction(libc::SIGALRM, &raw const action, std::ptr::null_mut());
        libc::setitimer(libc::ITIMER_REAL, &raw const timer, std::ptr::null_mut())
    };
    super::check("setitimer", "ITIMER_REAL", result.into()).map(drop)
}

extern "C" fn nothing(_signal: c_int) {}

/// Whether an error says that the tracee is not there any more, or runs.
pub fn is_gone(error: &SysError) -> bool {
    error.errno == Errno::ESRCH as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_status_tells_a_call_from_a_signal_and_an_end() {
        let at = |status| stopped(7, status).map(|stopped| stopped.stop);
        assert_eq!(at(0x0300), Some(Stop::Ended(3)));
        assert_eq!(at(9), Some(Stop::Ended(137)));
        assert_eq!(at(AT_CALL << 8 | 0x7f), Some(Stop::Call));
        assert_eq!(
            at(libc::SIGINT << 8 | 0x7f),
            Some(Stop::Signal(libc::SIGINT))
        );
        let event = libc::PTRACE_EVENT_STOP << 16;
        assert_eq!(at(event | libc::SIGTRAP << 8 | 0x7f), Some(Stop::Trap));
        assert_eq!(at(event | libc::SIGTSTP << 8 | 0x7f), Some(Stop::Group));
        assert_eq!(at(0xffff), None);
    }

    #[test]
    fn memory_ends_where_it_ends() {
        let own: Vec<u8> = (0..=255).collect();
        let pid = i64::from(std::process::id());
        let read = memory(pid, own.as_ptr() as u64, own.len());
        assert_eq!(read, own);
        assert!(memory(pid, 16, 100).is_empty());
        assert!(memory(pid, u64::MAX - 3, 100).is_empty());
    }
}
