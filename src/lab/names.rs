//! Names that the kernel knows, and names that a lab may give.

use std::str::FromStr as _;

use capctl::caps::Cap;
use syscalls::Sysno;

/// Error names, errno(3).
const ERRORS: &str = "\
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EADV EAFNOSUPPORT EAGAIN EALREADY EBADE EBADF \
    EBADFD EBADMSG EBADR EBADRQC EBADSLT EBFONT EBUSY ECANCELED ECHILD ECHRNG ECOMM \
    ECONNABORTED ECONNREFUSED ECONNRESET EDEADLOCK EDESTADDRREQ EDOM EDOTDOT EDQUOT EEXIST \
    EFAULT EFBIG EHOSTDOWN EHOSTUNREACH EHWPOISON EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO \
    EISCONN EISDIR EISNAM EKEYEXPIRED EKEYREJECTED EKEYREVOKED EL2HLT EL2NSYNC EL3HLT EL3RST \
    ELIBACC ELIBBAD ELIBEXEC ELIBMAX ELIBSCN ELNRNG ELOOP EMEDIUMTYPE EMFILE EMLINK EMSGSIZE \
    EMULTIHOP ENAMETOOLONG ENAVAIL ENETDOWN ENETRESET ENETUNREACH ENFILE ENOANO ENOBUFS \
    ENOCSI ENODATA ENODEV ENOENT ENOEXEC ENOKEY ENOLCK ENOLINK ENOMEDIUM ENOMEM ENOMSG ENONET \
    ENOPKG ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTBLK ENOTCONN ENOTDIR ENOTEMPTY ENOTNAM \
    ENOTRECOVERABLE ENOTSOCK ENOTSUP ENOTTY ENOTUNIQ ENXIO EOVERFLOW EOWNERDEAD EPERM \
    EPFNOSUPPORT EPIPE EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EREMCHG EREMOTE EREMOTEIO \
    ERESTART ERFKILL EROFS ESHUTDOWN ESOCKTNOSUPPORT ESPIPE ESRCH ESRMNT ESTALE ESTRPIPE \
    ETIME ETIMEDOUT ETOOMANYREFS ETXTBSY EUCLEAN EUNATCH EUSERS EWOULDBLOCK EXDEV EXFULL";

/// Signal names without SIG, signal(7).
const SIGNALS: &str = "\
    HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT \
    STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS";

/// What an expression finds beside the actors, now and before.
pub const OTHERS: [&str; 8] = [
    "steps",
    "result",
    "namespaces",
    "netns",
    "cgroups",
    "overlays",
    "images",
    "files",
];

/// More words that mean something else in an expression.
const RESERVED: [&str; 5] = ["before", "true", "false", "null", "in"];

/// Whether the kernel has such an error.
pub(super) fn is_error(name: &str) -> bool {
    ERRORS.split_whitespace().any(|known| known == name)
}

/// Whether the kernel has such a capability.
pub(super) fn is_capability(name: &str) -> bool {
    let known = |cap: Cap| cap.to_string().eq_ignore_ascii_case(name);
    name.starts_with("CAP_") && Cap::iter().any(known)
}

/// Whether the kernel has such a system call.
pub(super) fn is_call(name: &str) -> bool {
    Sysno::from_str(name).is_ok()
}

/// Whether the kernel has such a signal.
pub(super) fn is_signal(name: &str) -> bool {
    SIGNALS.split_whitespace().any(|known| known == name)
}

/// Whether a name means something else in an expression.
pub(super) fn is_reserved(name: &str) -> bool {
    OTHERS.contains(&name) || RESERVED.contains(&name)
}

/// Whether a name can stand in an expression as it is.
pub(super) fn is_identifier(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a step may be called so: `second-try`.
pub(super) fn is_step_id(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    first
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
