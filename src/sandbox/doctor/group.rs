//! Control groups: whether a lab host gets one, and with which controllers, cgroups(7). Tried by
//! making one.

use std::fs;
use std::path::Path;

use super::Finding;
use crate::sandbox::{Failure, group};
use crate::sys::{SysError, errno_name, identity};
use crate::word::later::{Later, later_word};

/// One finding for each controller that labs need.
pub(super) fn all() -> Vec<Finding> {
    controllers(&group::COMMON)
}

/// Tries a group with these controllers.
pub(super) fn controllers(names: &[&str]) -> Vec<Finding> {
    if names.is_empty() {
        return Vec::new();
    }
    let made = group::tried(group::Purpose::of(names));
    names.iter().map(|name| finding(name, &made)).collect()
}

/// The finding about one controller, after a group was made or refused.
fn finding(name: &str, made: &Result<group::Group, Failure>) -> Finding {
    let what = later_word!("try-group", name = name);
    match made {
        Ok(group) if group.has(name) => Finding::works(what),
        Ok(_) => Finding::lacks(
            what,
            later_word!("lacks-controller", name = name),
            Some(fix(name, later_word!("fix-lend-more"))),
        ),
        Err(failure) => {
            let error = SysError::new("", "", crate::sys::Code(failure.errno));
            let reason = later_word!(
                "lacks-group",
                call = &failure.call,
                args = &failure.args,
                why = error.words()
            );
            let fix = fix(name, later_word!("fix-ask-systemd"));
            Finding {
                errno: errno_name(failure.errno),
                ..Finding::lacks(what, reason, Some(fix))
            }
        }
    }
}

/// The remedy for a missing controller; never one that would end in the same refusal.
fn fix(controller: &str, by_systemd: Later) -> Later {
    let table = fs::read_to_string("/proc/cgroups").unwrap_or_default();
    if is_off(&table, controller) {
        return later_word!("fix-boot-controller", name = controller);
    }
    let (uid, _) = identity::effective();
    if uid == 0 {
        return later_word!("fix-group-outside");
    }
    // The user's own systemd, systemd(1): without it there is nobody to ask.
    if Path::new(&format!("/run/user/{uid}/systemd")).exists() {
        by_systemd
    } else {
        later_word!("fix-group-sudo")
    }
}

/// Whether the kernel was booted without a controller: the last column of `/proc/cgroups` is 0
/// (cgroups(7)). Newer kernels list only controllers that version 1 can have.
fn is_off(table: &str, controller: &str) -> bool {
    let lines = table.lines().map(|line| line.split_whitespace());
    let mut of = lines.filter(|words| words.clone().next() == Some(controller));
    of.any(|words| words.last() == Some("0"))
}

#[cfg(test)]
mod tests {
    use super::is_off;

    #[test]
    fn what_the_kernel_was_started_without_is_off() {
        let table =
            "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t90\t0\npids\t0\t90\t1\n";
        assert!(is_off(table, "memory") && !is_off(table, "pids") && !is_off(table, "cpu"));
    }
}
