//! The lab host's own control group, cgroups(7): one directory per hierarchy that is used, with
//! limits that protect the machine, delegated to the lab host's root. The program makes it and a
//! keeper removes it. The launcher clones init into it; init, to which it is `/`, moves on into
//! `/host`, so that labs can make groups beside that one.

mod birth;
mod fence;
mod place;
mod purpose;
pub mod scope;

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::Failure;
use super::idmap::Ids;
use super::keeper::Keeper;
use super::removal;
use crate::snapshot::cgroup::HOST;
use crate::sys::cgroup::{self, TOP};
use crate::sys::mount::{self as sys_mount, Flags, Mount};
use crate::sys::number;
use crate::sys::{Code, SysError, refused};
pub(super) use birth::clone_into;
use place::make;
pub(super) use purpose::{COMMON, Purpose};

/// The paths of a group, for those who put the lab host into it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Whether it is a cgroup v2 group.
    pub unified: bool,
    /// Its directories: one on v2, one per hierarchy on v1.
    pub dirs: Vec<Dir>,
    /// The path of the group in it that holds the lab host, if that is not the directory itself.
    pub inner: Option<String>,
    /// Whether it limits both memory and processes.
    pub holds: bool,
    /// Directories in other v1 hierarchies, which only shut the lab host off from the groups around
    /// it.
    pub fences: Vec<Dir>,
}

impl Plan {
    /// All directories, those of `fences` included.
    fn all(&self) -> impl Iterator<Item = &Dir> + Clone {
        self.dirs.iter().chain(&self.fences)
    }

    /// Whether the kernel killed a process of init's group for lack of memory. Groups below do not
    /// count: what a lab provokes in a group of its own is its business (`memory.events.local`;
    /// `memory.oom_control`, which counts no group below).
    pub(super) fn ran_out(&self) -> bool {
        let mut files = self.dirs.iter().flat_map(|dir| {
            let seat = seat(Path::new(self.inner.as_ref().unwrap_or(&dir.path)));
            ["memory.events.local", "memory.oom_control"].map(|file| seat.join(file))
        });
        files.any(|file| {
            let text = fs::read_to_string(file).unwrap_or_default();
            let mut counts = text
                .lines()
                .filter_map(|line| line.strip_prefix("oom_kill "));
            counts.any(|count| count.trim() != "0")
        })
    }
}

/// The group in which init is: it has moved on into `/host` if that exists, see `settle`.
fn seat(group: &Path) -> PathBuf {
    let host = group.join(HOST);
    if host.is_dir() {
        host
    } else {
        group.to_owned()
    }
}

/// One directory of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dir {
    /// Its path on the machine.
    pub path: String,
    /// The controllers of its hierarchy, as `/proc/PID/cgroup` names them; empty on v2.
    pub controllers: String,
}

/// The group of a lab host; dropping it has the keeper remove it once nothing lives in it.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) plan: Plan,
    /// Locks that tell other isolab processes that the group is in use (`owner::hold`).
    held: Vec<OwnedFd>,
    /// The process that removes it.
    keeper: Option<Keeper>,
}

/// Makes the group of a lab host: for `Purpose::Limits` the best there is, which may be none; else
/// one that the lab can use. `processes` replaces the default limit.
pub(super) fn of(
    purpose: Purpose,
    processes: Option<u64>,
    mut keeper: Keeper,
) -> Result<Option<Group>, Failure> {
    let mut made = match purpose {
        // Without a group the watchdog and rlimits limit the lab host.
        Purpose::Limits => make(purpose, &mut keeper).ok(),
        _ => Some(make(purpose, &mut keeper)?),
    };
    if let (Some(group), Some(most)) = (&made, processes) {
        let limited = place::limit_processes(&group.plan, most);
        limited.map_err(|e| Failure::new("control group", &e))?;
    }
    if made.is_none() {
        made = fence::make(&mut keeper);
    }
    fence::add_to(&mut made, &mut keeper);
    if let Some(group) = &mut made {
        group.keeper = Some(keeper);
    }
    Ok(made)
}

/// Makes a group to see what it gets, for no lab host.
pub(super) fn tried(purpose: Purpose) -> Result<Group, Failure> {
    let mut keeper = Keeper::of(super::PROGRAM);
    let mut group = make(purpose, &mut keeper)?;
    group.keeper = Some(keeper);
    Ok(group)
}

impl Group {
    /// Whether groups inside it can have a controller.
    pub(super) fn has(&self, controller: &str) -> bool {
        if self.plan.unified {
            let dir = self.plan.dirs.first().map_or("", |dir| dir.path.as_str());
            let path = Path::new(dir).join("cgroup.controllers");
            let offered = fs::read_to_string(path).unwrap_or_default();
            return offered.split_whitespace().any(|name| name == controller);
        }
        let mut dirs = self.plan.dirs.iter();
        dirs.any(|dir| cgroup::has(&dir.controllers, controller))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.held.clear();
        // One that was not taken is removed at once: nothing was in it.
        if self.keeper.is_none() {
            for dir in self.plan.all() {
                let _ = removal::remove_group(Path::new(&dir.path));
            }
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), SysError> {
    fs::write(path, text).map_err(|e| {
        let args = format!("\"{}\", \"{text}\"", path.display());
        SysError::new("write", args, e)
    })
}

/// Delegates the group to the lab host's root: the files that `/sys/kernel/cgroup/delegate` lists.
pub(super) fn lend(plan: &Plan, root: Ids) -> Result<(), SysError> {
    let files: &[&str] = if plan.unified {
        &[
            "",
            "cgroup.procs",
            "cgroup.threads",
            "cgroup.subtree_control",
        ]
    } else {
        &["", "cgroup.procs", "tasks"]
    };
    for dir in &plan.dirs {
        for file in files {
            let path = Path::new(&dir.path).join(file);
            std::os::unix::fs::chown(&path, Some(root.uid), Some(root.gid))
                .map_err(refused("chown", &path))?;
        }
    }
    Ok(())
}

/// Mounts its hierarchies below `top`, where labs look for them. The caller is in the group and has
/// a cgroup namespace of its own, so each mount shows the group as its root.
pub(super) fn mount(plan: &Plan, top: &str) -> Result<(), SysError> {
    let flags = (Flags::MS_NOSUID | Flags::MS_NODEV | Flags::MS_NOEXEC).bits();
    let on = |kind, target: &str, data| {
        sys_mount::mount(&Mount {
            source: kind,
            target,
            kind,
            flags,
            data,
        })
    };
    if plan.unified {
        return on("cgroup2", top, "");
    }
    on("tmpfs", top, "mode=755")?;
    for dir in &plan.dirs {
        let target = format!("{top}/{}", dir.controllers);
        fs::create_dir(&target).map_err(refused("mkdir", Path::new(&target)))?;
        on("cgroup", &target, &dir.controllers)?;
    }
    Ok(())
}

/// Moves the caller on into `/host`. Order: on v2 a group that has processes gives its children no
/// controllers (cgroups(7), "no internal processes").
pub(super) fn settle(plan: &Plan) -> Result<(), SysError> {
    let top = Path::new(TOP);
    for dir in &plan.dirs {
        let host = top.join(&dir.controllers).join(HOST);
        fs::create_dir(&host).map_err(refused("mkdir", &host))?;
        write(&host.join("cgroup.procs"), "0")?;
    }
    if plan.unified {
        // Every controller that the group was given.
        place::enable(top, Purpose::RareLab)?;
    }
    Ok(())
}

/// Moves the caller into the groups of another process, as if it were that process's child.
pub(super) fn follow(own: &str, theirs: &str) -> Result<(), SysError> {
    let own: Vec<(&str, &str)> = cgroup::groups(own).collect();
    for group in cgroup::groups(theirs).filter(|group| !own.contains(group)) {
        let (hierarchy, path) = group;
        let dir = Path::new(TOP)
            .join(hierarchy)
            .join(path.trim_start_matches('/'));
        let procs = dir.join("cgroup.procs");
        if is_frozen(&dir) {
            // The caller would be frozen too, and never answer.
            let args = format!("\"{}\"", procs.display());
            let busy = SysError::new("write", args, Code(number::EBUSY));
            let text = "the group of this shell is frozen".to_owned();
            return Err(SysError { text, ..busy });
        }
        if procs.exists() {
            write(&procs, "0")?;
        }
    }
    Ok(())
}

/// Whether processes that enter a group are frozen.
fn is_frozen(dir: &Path) -> bool {
    let states = [("cgroup.freeze", "1"), ("freezer.state", "FROZEN")];
    let mut states = states.into_iter();
    states.any(|(file, state)| {
        let text = fs::read_to_string(dir.join(file));
        text.is_ok_and(|text| text.trim() == state)
    })
}
