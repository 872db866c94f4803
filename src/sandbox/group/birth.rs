//! Starting a process inside a control group: it is never outside of it, and no other process has
//! to wait while it is moved.

use std::fs;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};

use super::{Dir, Plan, write};
use crate::sys::number;
use crate::sys::process::{self, Side};
use crate::sys::{SysError, cgroup, file, namespace, refused};

/// Forks into new namespaces, with the child in the lab host's group if there is one.
pub(in crate::sandbox) fn clone_into(plan: Option<&Plan>, flags: i32) -> Result<Side, SysError> {
    let names = namespace::flag_names(flags);
    match plan {
        None => process::clone3(flags, &names),
        Some(plan) if plan.unified => {
            let first = plan.dirs.first().map_or("", |dir| dir.path.as_str());
            let dir = plan.inner.as_deref().unwrap_or(first);
            let group = file::open_dir(file::here(), dir)?;
            as_a_guest(&plan.fences, || {
                process::clone3_into(group.as_fd(), flags, &names)
            })
        }
        Some(plan) => {
            let dirs: Vec<Dir> = plan.all().cloned().collect();
            as_a_guest(&dirs, || process::clone3(flags, &names))
        }
    }
}

/// On version 1 a child is born in its parent's group, so this process enters the groups for that
/// moment. Moving oneself through `tasks` takes no lock that others wait for, unlike `cgroup.procs`
/// (`cgroup_procs_write_start` in kernel/cgroup/cgroup.c).
fn as_a_guest(
    dirs: &[Dir],
    act: impl FnOnce() -> Result<Side, SysError>,
) -> Result<Side, SysError> {
    let homes = homes(dirs)?;
    for dir in dirs {
        move_to(Path::new(&dir.path))?;
    }
    let made = act();
    if matches!(made, Ok(Side::Child)) {
        return made;
    }
    homes.iter().try_for_each(|home| move_to(home))?;
    made
}

fn move_to(group: &Path) -> Result<(), SysError> {
    write(&group.join("tasks"), "0")
}

/// The group of this process in each of these hierarchies.
fn homes(dirs: &[Dir]) -> Result<Vec<PathBuf>, SysError> {
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let found = dirs.iter().map(|dir| {
        let gone = std::io::Error::from_raw_os_error(number::ENOENT);
        home(dir, &own).ok_or_else(|| refused("stat", Path::new(&dir.path))(gone))
    });
    found.collect()
}

/// The group of this process in one hierarchy; `own` is its `/proc/self/cgroup`.
fn home(dir: &Dir, own: &str) -> Option<PathBuf> {
    let top = Path::new(&dir.path).parent()?;
    let (_, path) = cgroup::groups(own).find(|(names, _)| *names == dir.controllers)?;
    let home = top.join(path.trim_start_matches('/'));
    // In a container the path may be relative to another cgroup namespace: then the top is the
    // best guess. A fence is made where this process is.
    Some(if home.join("tasks").exists() {
        home
    } else {
        top.to_owned()
    })
}
