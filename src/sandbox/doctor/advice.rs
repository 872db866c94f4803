//! The usual remedy for a failure. An errno alone has many causes, so the call, its arguments and
//! the machine's settings are looked at too.

use std::fs;

use super::super::Failure;
use super::kernel;
use crate::sys::identity;
use crate::sys::number;
use crate::word::later::{Later, later_word};

/// The oldest kernel on which a lab host can be built.
const OLDEST: &str = "5.12";
/// The namespace limits: the part of their names between `max_` and `_namespaces` (namespaces(7)).
const LIMITED: [&str; 8] = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];

/// The remedy if the doctor's attempt `name` was refused in a lab host.
pub(super) fn to(name: &str, errno: &str) -> Option<Later> {
    Some(match (name, errno) {
        (_, "ENOSPC") => numbers(&limit),
        ("overlay", "EIO" | "EOPNOTSUPP") => later_word!("fix-overlay"),
        ("nat", "ENOENT" | "EOPNOTSUPP" | "EPROTONOSUPPORT") => later_word!("fix-nat"),
        ("user", "EPERM") => no_user_namespace(),
        (_, "ENODEV" | "EOPNOTSUPP") => later_word!("fix-module"),
        (_, "EINVAL" | "ENOSYS") => later_word!("fix-old"),
        _ => return None,
    })
}

/// The remedy if no lab host could be built.
pub(super) fn no_lab_host(failure: &Failure) -> Later {
    match (failure.stage.as_str(), failure.errno) {
        ("namespaces", number::ENOSPC) => numbers(&limit),
        ("namespaces", number::EPERM) => no_user_namespace(),
        ("id maps", number::EPERM) if !apparmor() => later_word!("fix-ids"),
        (_, number::EPERM) if mounts(failure, "sysfs") => later_word!("fix-sys"),
        (_, number::EPERM) if mounts(failure, "proc") => later_word!("fix-proc"),
        (_, number::EPERM | number::EACCES) if apparmor() => later_word!("fix-apparmor"),
        (_, number::EPERM | number::EACCES) => later_word!("fix-around"),
        (_, number::ENOSYS) if kernel(OLDEST).is_there() => later_word!("fix-filter"),
        (_, number::ENOSYS) => later_word!("fix-linux"),
        _ => later_word!("fix-see-call"),
    }
}

/// Whether the failed call was a mount of this kind of file system.
fn mounts(failure: &Failure, kind: &str) -> bool {
    failure.call == "mount" && failure.args.starts_with(&format!("\"{kind}\", "))
}

/// Whether `AppArmor` denies user namespaces to programs without a profile.
fn apparmor() -> bool {
    let set = fs::read_to_string("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
    identity::effective().0 != 0 && set.is_ok_and(|set| set.trim() == "1")
}

/// The machine's limit on this kind of namespace.
fn limit(kind: &str) -> Option<u64> {
    let set = fs::read_to_string(format!("/proc/sys/user/max_{kind}_namespaces"));
    set.ok()?.trim().parse().ok()
}

/// Names the limits that are 0; if none is, any limit may be used up.
fn numbers(limit: &dyn Fn(&str) -> Option<u64>) -> Later {
    let none = LIMITED.iter().filter(|kind| limit(kind) == Some(0));
    let mut files: Vec<String> = none
        .map(|kind| format!("/proc/sys/user/max_{kind}_namespaces"))
        .collect();
    if files.is_empty() {
        files.push("/proc/sys/user/max_*_namespaces".to_owned());
    }
    later_word!("fix-number", files = files.join(", "))
}

/// The remedy if no user namespace can be made.
fn no_user_namespace() -> Later {
    if apparmor() {
        return later_word!("fix-apparmor");
    }
    if identity::effective().0 == 0 {
        later_word!("fix-userns-root")
    } else {
        later_word!("fix-userns")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::{Code, SysError};

    fn failure(stage: &'static str, call: &'static str, args: &str) -> Failure {
        Failure::new(stage, &SysError::new(call, args, Code(number::EPERM)))
    }

    #[test]
    fn the_limit_that_lets_nothing_through_is_named() {
        let words = |set: &dyn Fn(&str) -> Option<u64>| numbers(set).to_string();
        let net = words(&|kind| Some(if kind == "net" { 0 } else { 100 }));
        assert_eq!(net, "raise /proc/sys/user/max_net_namespaces");
        let any = words(&|_| Some(100));
        assert_eq!(any, "raise /proc/sys/user/max_*_namespaces");
        assert_eq!(words(&|_| None), any);
    }

    #[test]
    fn a_refusal_is_told_apart_by_its_call() {
        let what = |failure: &Failure| match no_lab_host(failure) {
            Later::Message(name, _) => name,
            Later::Text(_) => "".into(),
        };
        let stage = "root file system";
        let sysfs = failure(stage, "mount", "\"sysfs\", \"/tmp/root/sys\", \"sysfs\"");
        assert_eq!(what(&sysfs), "fix-sys");
        let proc = failure(stage, "mount", "\"proc\", \"/tmp/root/proc\", \"proc\"");
        assert_eq!(what(&proc), "fix-proc");
        if !apparmor() {
            let map = failure("id maps", "write", "\"/proc/1/gid_map\"");
            assert_eq!(what(&map), "fix-ids");
            assert_eq!(what(&failure(stage, "mkdir", "\"x\"")), "fix-around");
        }
    }
}
