//! Control groups: whether a lab host gets one of its own, and which
//! controllers it has, cgroups(7). Tried by making one.

use super::Finding;
use crate::sandbox::group;
use crate::sys::{SysError, errno_name};

/// The controllers that labs use.
const CONTROLLERS: [&str; 4] = ["memory", "cpu", "pids", "cpuset"];

/// What mostly helps.
const ASK_SYSTEMD: &str =
    "start isolab with sudo, or as `systemd-run --user --scope -p Delegate=yes isolab`";

/// What helps where a group is to be had, but not with every controller.
const LEND_MORE: &str = "start isolab with sudo, or let systemd lend it to everybody's own manager: \
     `sudo systemctl edit user@.service`, with `[Service]` and `Delegate=cpu cpuset io memory pids`";

/// One finding for each controller that labs use.
pub(super) fn all() -> Vec<Finding> {
    controllers(&CONTROLLERS)
}

/// Tries a group with these controllers.
pub(super) fn controllers(names: &[&str]) -> Vec<Finding> {
    if names.is_empty() {
        return Vec::new();
    }
    let made = group::make();
    let finding = |name: &&str| {
        let what = format!("control groups: {name}");
        match &made {
            Ok(group) if group.has(name) => Finding::works(what),
            Ok(_) => Finding::lacks(
                what,
                format!("a group here does not get the controller {name}"),
                LEND_MORE,
            ),
            Err(failure) => {
                let words = SysError::new("", "", crate::sys::Code(failure.errno)).words();
                let (call, args) = (&failure.call, &failure.args);
                Finding {
                    errno: errno_name(failure.errno),
                    ..Finding::lacks(
                        what,
                        format!("{call}({args}) was refused: {words}"),
                        ASK_SYSTEMD,
                    )
                }
            }
        }
    };
    names.iter().map(finding).collect()
}
