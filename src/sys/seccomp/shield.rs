//! A filter that refuses some calls, each with an error of its own, under every numbering that the
//! machine accepts: 32-bit programs number calls differently (seccomp(2), NOTES).

use std::str::FromStr as _;

use libc::sock_filter;
use syscalls::Sysno;

use crate::sys::SysError;

/// A call, when it is refused, and with which errno.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    call: &'static str,
    when: When,
    errno: i32,
}

/// When a call is refused; its arguments count from the first.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// Whatever its arguments are.
    Always,
    /// If the first argument is none of these.
    FirstIsNone(&'static [i32]),
    /// If the first argument is this.
    FirstIs(i32),
    /// If the second argument, of 32 bits, is this.
    SecondIs(u32),
    /// If the second argument is this and the third is not NULL.
    SecondIsAndThirdIsNotZero(i32),
}

impl Refusal {
    /// A call that is always refused.
    pub const fn always(call: &'static str, errno: i32) -> Self {
        Self::when(call, When::Always, errno)
    }

    /// A call that is refused for some arguments.
    pub const fn when(call: &'static str, when: When, errno: i32) -> Self {
        Self { call, when, errno }
    }
}

/// The `AUDIT_ARCH_*` number of this machine, and of its 32-bit programs (linux/audit.h).
#[cfg(target_arch = "x86_64")]
const NATIVE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const NATIVE: u32 = 0xc000_00b7;
const I386: u32 = 0x4000_0003;
/// On x86-64, x32 calls are numbered from here on.
const X32: u32 = 0x4000_0000;

// Offsets in `struct seccomp_data` (linux/seccomp.h), in bytes.
const NUMBER: u32 = 0;
const MACHINE: u32 = 4;

/// The offsets of the lower and upper half of an argument.
const fn argument(index: u32) -> [u32; 2] {
    let low = 16 + index * 8;
    [low, low + 4]
}

/// A filter program of these instructions (linux/filter.h): load a word, jump, return.
#[derive(Debug, Default)]
struct Program(Vec<sock_filter>);

impl Program {
    fn push(&mut self, code: u32, k: u32, jumps: [u8; 2]) {
        let code = u16::try_from(code).unwrap_or_default();
        let [jt, jf] = jumps;
        self.0.push(sock_filter { code, jt, jf, k });
    }

    fn load(&mut self, at: u32) {
        self.push(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, at, [0, 0]);
    }

    /// Skips `jumps[0]` instructions if the loaded word is `k`, else `jumps[1]`.
    fn if_equal(&mut self, k: u32, jumps: [u8; 2]) {
        self.push(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, k, jumps);
    }

    fn if_at_least(&mut self, k: u32, jumps: [u8; 2]) {
        self.push(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, k, jumps);
    }

    fn skip(&mut self, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.push(libc::BPF_JMP | libc::BPF_JA, count, [0, 0]);
    }

    fn refuse(&mut self, errno: i32) {
        let value = libc::SECCOMP_RET_ERRNO | errno.unsigned_abs();
        self.push(libc::BPF_RET | libc::BPF_K, value, [0, 0]);
    }

    fn allow(&mut self) {
        self.push(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, [0, 0]);
    }

    /// Adds the part for one call. The call's number is loaded before and after it.
    fn call(&mut self, number: u32, refusal: &Refusal) {
        let mut part = Self::default();
        match refusal.when {
            When::Always => part.refuse(refusal.errno),
            When::FirstIsNone(values) => {
                part.load(argument(0)[0]);
                for (at, value) in values.iter().enumerate() {
                    let rest = u8::try_from(values.len() - at).unwrap_or(u8::MAX);
                    part.if_equal(value.cast_unsigned(), [rest, 0]);
                }
                part.refuse(refusal.errno);
                part.load(NUMBER);
            }
            When::FirstIs(value) => {
                part.load(argument(0)[0]);
                part.if_equal(value.cast_unsigned(), [0, 1]);
                part.refuse(refusal.errno);
                part.load(NUMBER);
            }
            When::SecondIs(value) => {
                part.load(argument(1)[0]);
                part.if_equal(value, [0, 1]);
                part.refuse(refusal.errno);
                part.load(NUMBER);
            }
            When::SecondIsAndThirdIsNotZero(value) => {
                part.load(argument(1)[0]);
                part.if_equal(value.cast_unsigned(), [0, 5]);
                part.load(argument(2)[0]);
                part.if_equal(0, [0, 2]);
                part.load(argument(2)[1]);
                part.if_equal(0, [1, 0]);
                part.refuse(refusal.errno);
                part.load(NUMBER);
            }
        }
        let length = u8::try_from(part.0.len()).unwrap_or(u8::MAX);
        self.if_equal(number, [0, length]);
        self.0.extend(part.0);
    }
}

/// The part for native programs.
fn native(refusals: &[Refusal]) -> Option<Program> {
    let mut program = Program::default();
    program.load(NUMBER);
    if cfg!(target_arch = "x86_64") {
        program.if_at_least(X32, [0, 1]);
        program.refuse(libc::ENOSYS);
    }
    for refusal in refusals {
        // A call that this machine never had has no number.
        if let Ok(number) = Sysno::from_str(refusal.call) {
            program.call(u32::try_from(number.id()).ok()?, refusal);
        }
    }
    program.allow();
    Some(program)
}

/// The part for 32-bit programs; programs of any other kind get ENOSYS.
fn other(refusals: &[Refusal]) -> Program {
    let mut program = Program::default();
    program.if_equal(I386, [1, 0]);
    program.refuse(libc::ENOSYS);
    program.load(NUMBER);
    for refusal in refusals {
        if let Ok(number) = syscalls::x86::Sysno::from_str(refusal.call) {
            program.call(number.id().cast_unsigned(), refusal);
        }
    }
    // Its arguments are in memory, which no filter can read: it could ask for any socket.
    let socketcall = syscalls::x86::Sysno::socketcall.id().cast_unsigned();
    program.call(socketcall, &Refusal::always("socketcall", libc::ENOSYS));
    program.allow();
    program
}

/// The whole filter.
pub(super) fn program(refusals: &[Refusal]) -> Option<Vec<sock_filter>> {
    let native = native(refusals)?;
    let mut program = Program::default();
    program.load(MACHINE);
    program.if_equal(NATIVE, [1, 0]);
    program.skip(native.0.len());
    program.0.extend(native.0);
    program.0.extend(other(refusals).0);
    Some(program.0)
}

/// Refuses calls for this thread and all that it starts. The caller has `CAP_SYS_ADMIN` in its user
/// namespace.
///
/// # Errors
/// EINVAL if the kernel has no filters; EACCES without that capability.
pub fn shield(refusals: &[Refusal]) -> Result<(), SysError> {
    // The filter is no protection against speculative execution: without this flag older kernels
    // would slow down the whole lab host (seccomp(2), SECCOMP_FILTER_FLAG_SPEC_ALLOW).
    super::load(
        &program(refusals).unwrap_or_default(),
        libc::SECCOMP_FILTER_FLAG_SPEC_ALLOW,
    )
}
