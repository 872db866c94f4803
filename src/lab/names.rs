//! Names that the kernel knows, and names that a lab may use.

use std::str::FromStr as _;

use syscalls::{Errno, Sysno};

use crate::snapshot::Roots;

/// Names of capabilities without `CAP_`, in the order of their bits, capabilities(7).
const CAPABILITIES: &str = "\
    CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP \
    LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER \
    SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE \
    SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP \
    MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF \
    CHECKPOINT_RESTORE";

/// One above the highest error number of the kernel, `MAX_ERRNO` (linux/err.h).
const LAST_ERROR: i32 = 4096;

/// Signal names without SIG, signal(7).
const SIGNALS: &str = "\
    HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT \
    STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS";

/// Further words with a meaning of their own in expressions.
const RESERVED: [&str; 5] = ["before", "true", "false", "null", "in"];

/// Whether the kernel has an error of this name.
pub(super) fn is_error(name: &str) -> bool {
    (1..LAST_ERROR).any(|number| Errno::new(number).name() == Some(name))
}

/// Whether the kernel has a capability of this name.
pub(super) fn is_capability(name: &str) -> bool {
    let bare = name.strip_prefix("CAP_");
    bare.is_some_and(|bare| CAPABILITIES.split_whitespace().any(|known| known == bare))
}

/// Whether the kernel has a system call of this name.
pub(super) fn is_call(name: &str) -> bool {
    Sysno::from_str(name).is_ok()
}

/// Whether the kernel has a signal of this name.
pub(super) fn is_signal(name: &str) -> bool {
    SIGNALS.split_whitespace().any(|known| known == name)
}

/// Whether a name has a meaning of its own in expressions.
pub(super) fn is_reserved(name: &str) -> bool {
    Roots::NAMES.contains(&name) || RESERVED.contains(&name)
}

/// Whether a name can be used in an expression without quotes.
pub(super) fn is_identifier(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a name can be a step's id: `second-try`.
pub(super) fn is_step_id(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    first
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
