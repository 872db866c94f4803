//! A scope of systemd, `Delegate=`: where groups may be made, systemd.scope(5).
//! Root asks the system's manager, and anybody else their own.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use super::make;
use super::place::{self, COMMON, Purpose};
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
    place::is_foreign() || !make(Purpose::of(controllers)).is_ok_and(has)
}

/// What is asked for: no more than is needed, as what systemd enables for a scope stays
/// enabled when that is gone.
fn delegated(controllers: &[String]) -> String {
    // A name that systemd does not know would make it refuse all.
    let known = Purpose::RareLab.unified().iter().copied();
    let is_needed = |name: &&str| COMMON.contains(name) || controllers.iter().any(|c| c == name);
    let all: Vec<&str> = known.filter(is_needed).collect();
    format!("--property=Delegate={}", all.join(" "))
}

/// Runs this program again, as the same process, in a scope of its own that has these
/// controllers. Comes back only if that cannot be done.
pub fn begin_again(controllers: &[String], words: impl Iterator<Item = OsString>, mark: &str) {
    let Ok(program) = std::fs::read_link("/proc/self/exe") else {
        return;
    };
    let delegated = delegated(controllers);
    let mut scope = vec!["--scope", "--quiet", "--collect", delegated.as_str()];
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

#[cfg(test)]
mod tests {
    use super::delegated;

    #[test]
    fn no_more_is_asked_for_than_labs_need() {
        let asked = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            delegated(&names)
        };
        assert_eq!(asked(&["memory"]), "--property=Delegate=memory cpu pids");
        assert_eq!(
            asked(&["cpuset", "gravity"]),
            "--property=Delegate=memory cpu pids cpuset"
        );
    }
}
