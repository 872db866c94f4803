//! A systemd scope with `Delegate=`, in which groups may be made (systemd.scope(5)). Root asks the
//! system manager, anybody else their user manager.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use super::place;
use super::purpose::{COMMON, Purpose};
use super::tried;
use crate::sys::identity;

/// Whether groups with these controllers need a scope: because they cannot be made otherwise, or
/// because the tree is systemd's and it wants to be asked (<https://systemd.io/CGROUP_DELEGATION>).
pub fn is_wanted(controllers: &[String]) -> bool {
    // The directory that sd_booted(3) checks: without systemd there is nobody to ask.
    if controllers.is_empty() || !Path::new("/run/systemd/system").is_dir() {
        return false;
    }
    // Order: `is_foreign` first. Trying in somebody else's tree could leave controllers enabled.
    place::is_foreign()
        || !tried(Purpose::of(controllers))
            .is_ok_and(|group| controllers.iter().all(|name| group.has(name)))
}

/// The `Delegate=` property, with no more than is needed: controllers that systemd enables for a
/// scope stay enabled after it.
fn delegated(controllers: &[String]) -> String {
    // A name that systemd does not know would make it refuse the scope.
    let known = Purpose::RareLab.unified().iter().copied();
    let needed: Vec<&str> = known
        .filter(|name| COMMON.contains(name) || controllers.iter().any(|c| c == name))
        .collect();
    format!("--property=Delegate={}", needed.join(" "))
}

/// Executes this program again, in the same process, in a scope of its own with these controllers.
/// Returns only if that fails.
pub fn begin_again(controllers: &[String], words: impl Iterator<Item = OsString>, mark: &str) {
    let Ok(program) = std::fs::read_link("/proc/self/exe") else {
        return;
    };
    let delegated = delegated(controllers);
    let mut scope = vec!["--scope", "--quiet", "--collect", delegated.as_str()];
    if identity::effective().0 != 0 {
        scope.push("--user");
    }
    // A failed exec of systemd-run would end the program, so a scope is tried with `true` first.
    let tried = Command::new("systemd-run")
        .args(&scope)
        .arg("true")
        .output();
    if tried.is_ok_and(|output| output.status.success()) {
        // Order: the numbers of what this process made begin anew in the program that it becomes.
        super::super::await_burials();
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
