//! A scope of systemd, `Delegate=yes`: where groups may be made, systemd.scope(5).
//! Root asks the system's manager, and anybody else their own.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use super::{Purpose, make, place};
use crate::sys::identity;

/// Whether groups with these controllers are to be had in a scope only: because
/// they cannot be made as things are, or because the tree is systemd's own, which
/// wants to be asked (<https://systemd.io/CGROUP_DELEGATION>).
pub fn is_wanted(controllers: &[String]) -> bool {
    // What sd_booted(3) looks at: without systemd nobody could be asked.
    if controllers.is_empty() || !Path::new("/run/systemd/system").is_dir() {
        return false;
    }
    // Order: nothing is tried where it would be another's; that may leave controllers enabled.
    let has = |group: super::Group| controllers.iter().all(|name| group.has(name));
    place::is_foreign() || !make(Purpose::Lab).is_ok_and(has)
}

/// Runs this program again, as the same process, in a scope of its own. Comes
/// back only if that cannot be done.
pub fn begin_again(words: impl Iterator<Item = OsString>, mark: &str) {
    let Ok(program) = std::fs::read_link("/proc/self/exe") else {
        return;
    };
    let mut scope = vec!["--scope", "--quiet", "--collect", "--property=Delegate=yes"];
    if identity::effective().0 != 0 {
        scope.push("--user");
    }
    // What cannot be had must not end the program: a scope is tried first.
    let tried = Command::new("systemd-run")
        .args(&scope)
        .arg("true")
        .output();
    if tried.is_ok_and(|output| output.status.success()) {
        let _refused = Command::new("systemd-run")
            .args(&scope)
            .arg("--")
            .arg(program)
            .args(words)
            .env(mark, "1")
            .exec();
    }
}
