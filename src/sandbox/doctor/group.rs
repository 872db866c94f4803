//! Control groups: whether a group can be made below the one that this program
//! is in, and which controllers it would have, cgroups(7). Tried by making one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Finding;
use crate::probe::mount;
use crate::sandbox::teardown;

/// The controllers that labs use.
const CONTROLLERS: [&str; 3] = ["memory", "cpu", "pids"];

/// One finding for each controller that labs use.
pub(super) fn all() -> Vec<Finding> {
    CONTROLLERS.iter().map(|name| controller(name)).collect()
}

/// Tries a group of a controller.
pub(super) fn controller(name: &str) -> Finding {
    let what = format!("control groups: {name}");
    let Some((dir, is_v2)) = place(name) else {
        return Finding::lacks(
            what,
            format!("no hierarchy has the controller {name}"),
            "mount one, or start the kernel with cgroup v2",
        );
    };
    if is_v2 && !delegated(&dir, name) {
        let reason = format!("{name} is not among {}/cgroup.controllers", dir.display());
        return Finding::lacks(what, reason, ASK_SYSTEMD);
    }
    let made = dir.join(teardown::own_name());
    match fs::create_dir(&made).and_then(|()| fs::remove_dir(&made)) {
        Ok(()) => Finding::works(what),
        Err(error) => Finding {
            errno: crate::sys::SysError::new("mkdir", "", error).errno_name(),
            ..Finding::lacks(
                what,
                format!("mkdir(\"{}\") was refused", made.display()),
                ASK_SYSTEMD,
            )
        },
    }
}

const ASK_SYSTEMD: &str =
    "start isolab with sudo, or as `systemd-run --user --scope -p Delegate=yes isolab`";

fn delegated(dir: &Path, name: &str) -> bool {
    let there = fs::read_to_string(dir.join("cgroup.controllers")).unwrap_or_default();
    there
        .split_whitespace()
        .any(|controller| controller == name)
}

/// This program's own directory in the hierarchy that has a controller, and whether it is v2.
fn place(name: &str) -> Option<(PathBuf, bool)> {
    let table = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let own = own_groups();
    let mounts = mount::parse(&table);
    let v1 = mounts
        .iter()
        .find(|m| m.kind == "cgroup" && has_option(&m.super_options, name));
    if let Some(mount) = v1 {
        return Some((below(&mount.target, own.get(name)?), false));
    }
    let v2 = mounts.iter().find(|m| m.kind == "cgroup2")?;
    Some((below(&v2.target, own.get("")?), true))
}

fn has_option(options: &[String], name: &str) -> bool {
    options.iter().any(|option| option == name)
}

fn below(mount: &str, group: &str) -> PathBuf {
    Path::new(mount).join(group.trim_start_matches('/'))
}

/// The groups of this program by controller; that of v2 has no name (`/proc/self/cgroup`).
fn own_groups() -> BTreeMap<String, String> {
    let text = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let mut groups = BTreeMap::new();
    for line in text.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        if let (Some(controllers), Some(path)) = (parts.next(), parts.next()) {
            for controller in controllers.split(',') {
                groups.insert(controller.to_owned(), path.to_owned());
            }
        }
    }
    groups
}
