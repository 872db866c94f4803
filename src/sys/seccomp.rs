//! Filters of system calls, seccomp(2).

mod shield;

use std::collections::BTreeMap;
use std::str::FromStr as _;

use nix::errno::Errno;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use syscalls::Sysno;

use super::{SysError, errno_name};
pub use shield::{Refusal, When, shield};

/// The bit of x32 calls on x86-64: the same calls under other numbers, which a filter must not
/// forget (seccomp(2), NOTES).
const X32: i64 = 0x4000_0000;

/// This machine, as uname(2) names it.
const MACHINE: &str = if cfg!(target_arch = "aarch64") {
    "aarch64"
} else {
    "x86_64"
};

/// Makes calls fail with an error (an errno name) for this thread and all that it starts. EACCES:
/// neither `no_new_privs` nor `CAP_SYS_ADMIN`. EINVAL: no such call or error.
pub fn refuse(calls: &[String], errno: &str) -> Result<(), SysError> {
    let error = |e: Errno| SysError::new("seccomp", "SECCOMP_SET_MODE_FILTER", e);
    let program = program(calls, errno).ok_or_else(|| error(Errno::EINVAL))?;
    let same = |i: &seccompiler::sock_filter| libc::sock_filter {
        code: i.code,
        jt: i.jt,
        jf: i.jf,
        k: i.k,
    };
    load(&program.iter().map(same).collect::<Vec<_>>(), 0)
}

/// Installs a filter for this thread.
fn load(program: &[libc::sock_filter], flags: libc::c_ulong) -> Result<(), SysError> {
    let call = "seccomp";
    let args = "SECCOMP_SET_MODE_FILTER";
    let length = u16::try_from(program.len());
    let filter = libc::sock_fprog {
        len: length.map_err(|_e| SysError::new(call, args, Errno::E2BIG))?,
        filter: program.as_ptr().cast_mut(),
    };
    // SAFETY: the program lives through the call.
    let result = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            flags,
            &raw const filter,
        )
    };
    super::check(call, args, result).map(drop)
}

fn program(calls: &[String], errno: &str) -> Option<BpfProgram> {
    let number = (1..134).find(|number| errno_name(*number) == errno)?;
    let mut rules = BTreeMap::new();
    for call in calls {
        let number = i64::from(Sysno::from_str(call).ok()?.id());
        rules.insert(number, Vec::new());
        if cfg!(target_arch = "x86_64") {
            rules.insert(number | X32, Vec::new());
        }
    }
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(number.unsigned_abs()),
        MACHINE.try_into().ok()?,
    );
    filter.ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_errors_go_by_their_names() {
        assert!(program(&["mount".to_owned()], "EPERM").is_some());
        assert_eq!(program(&["mounted".to_owned()], "EPERM"), None);
        assert_eq!(program(&["mount".to_owned()], "EPERMIT"), None);
    }
}
