//! A scope of the user's own systemd, `Delegate=yes`: where an ordinary user's
//! groups may be made, systemd.scope(5).

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use super::make;

/// Whether a group with these controllers cannot be made as things are.
pub fn is_missing(controllers: &[String]) -> bool {
    let has = |group: &super::Group| controllers.iter().all(|name| group.has(name));
    !controllers.is_empty() && !make().is_ok_and(|group| has(&group))
}

/// Runs this program again, as the same process, in a scope of its own. Comes
/// back only if that cannot be done.
pub fn begin_again(words: impl Iterator<Item = OsString>, mark: &str) {
    let Ok(program) = std::fs::read_link("/proc/self/exe") else {
        return;
    };
    // What cannot be had must not end the program: a scope is tried first.
    let scope = [
        "--user",
        "--scope",
        "--quiet",
        "--collect",
        "--property=Delegate=yes",
    ];
    let tried = Command::new("systemd-run").args(scope).arg("true").output();
    if tried.is_ok_and(|output| output.status.success()) {
        let _refused = Command::new("systemd-run")
            .args(scope)
            .arg("--")
            .arg(program)
            .args(words)
            .env(mark, "1")
            .exec();
    }
}
