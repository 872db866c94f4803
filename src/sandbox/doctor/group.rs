//! Control groups: whether a lab host gets one of its own, and which
//! controllers it has, cgroups(7). Tried by making one.

use super::Finding;
use crate::sandbox::group;
use crate::sys::{SysError, errno_name};
use crate::word::later::later_word;

/// The controllers that labs use.
const CONTROLLERS: [&str; 4] = ["memory", "cpu", "pids", "cpuset"];

/// One finding for each controller that labs use.
pub(super) fn all() -> Vec<Finding> {
    controllers(&CONTROLLERS)
}

/// Tries a group with these controllers.
pub(super) fn controllers(names: &[&str]) -> Vec<Finding> {
    if names.is_empty() {
        return Vec::new();
    }
    let made = group::make(group::Purpose::Lab);
    let finding = |name: &&str| {
        let what = later_word!("try-group", name = *name);
        match &made {
            Ok(group) if group.has(name) => Finding::works(what),
            Ok(_) => Finding::lacks(
                what,
                later_word!("lacks-controller", name = *name),
                Some(later_word!("fix-lend-more")),
            ),
            Err(failure) => {
                let words = SysError::new("", "", crate::sys::Code(failure.errno)).words();
                let (call, args) = (&failure.call, &failure.args);
                let reason = later_word!("lacks-group", call = call, args = args, why = words);
                let fix = later_word!("fix-ask-systemd");
                Finding {
                    errno: errno_name(failure.errno),
                    ..Finding::lacks(what, reason, Some(fix))
                }
            }
        }
    };
    names.iter().map(finding).collect()
}
