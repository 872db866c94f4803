//! Where a group can be made, and making it there.

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use super::{Dir, Group, Plan, write};
use crate::probe::mount::parse;
use crate::sandbox::wire::Failure;
use crate::sandbox::{allowance, owner, teardown};
use crate::snapshot::Mount;
use crate::sys::{Code, SysError, cgroup, file, identity, refused};

/// What a group is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Purpose {
    /// To be seen by a lab, which makes others in it.
    Lab,
    /// The same, with controllers that few labs need: to have them, they are enabled from the
    /// top of the tree down, and stay so when nobody needs them any longer.
    RareLab,
    /// Only to limit what a lab host may use.
    Limits,
}

/// The controllers that labs with groups have, whatever they need.
pub(in crate::sandbox) const COMMON: [&str; 3] = ["memory", "cpu", "pids"];

impl Purpose {
    /// To be seen by a lab that needs these controllers.
    pub(in crate::sandbox) fn of(controllers: &[impl AsRef<str>]) -> Self {
        let mut rare = controllers
            .iter()
            .filter(|name| !COMMON.contains(&name.as_ref()));
        if rare.next().is_some() {
            Self::RareLab
        } else {
            Self::Lab
        }
    }

    /// The controllers of v2 that the group is to have, as far as they are to be had.
    pub(super) fn unified(self) -> &'static [&'static str] {
        match self {
            Self::Lab => &COMMON,
            Self::RareLab => &["memory", "cpu", "pids", "cpuset", "io"],
            Self::Limits => &["memory", "pids"],
        }
    }

    /// Those of v1, likewise.
    fn legacy(self) -> &'static [&'static str] {
        match self {
            Self::Lab | Self::RareLab => &["memory", "cpu", "pids", "cpuset", "freezer", "cpuacct"],
            Self::Limits => self.unified(),
        }
    }

    /// Those without which it is of less use.
    fn wanted(self) -> &'static [&'static str] {
        match self {
            Self::Lab | Self::RareLab => &COMMON,
            Self::Limits => self.unified(),
        }
    }

    /// How many of those a group has.
    fn worth(self, group: &Group) -> usize {
        let has = |name: &&&str| group.has(name);
        self.wanted().iter().filter(has).count()
    }
}

/// What a whole lab host may use of memory, in bytes.
const MEMORY: u64 = allowance::MEMORY << 20;
/// The file that limits processes, in both versions.
const PIDS: &str = "pids.max";
/// The files of v2 that limit a lab host: what it may not have in memory is not on the
/// machine's swap either.
const UNIFIED: [(&str, u64); 3] = [
    ("memory.max", MEMORY),
    ("memory.swap.max", 0),
    (PIDS, allowance::PROCESSES),
];
/// Those of v1. Order: that of memory with swap is never below that of memory.
const LEGACY: [(&str, u64); 3] = [
    ("memory.limit_in_bytes", MEMORY),
    ("memory.memsw.limit_in_bytes", MEMORY),
    (PIDS, allowance::PROCESSES),
];
/// The group in it in which a lab host of an ordinary user is.
const INNER: &str = "inner";
/// How many groups may be in it, and how deep, on v2: each is memory of the kernel's, and
/// has to be removed at the end.
const GROUPS: &str = "1000";
const DEPTH: &str = "32";

pub(super) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn has(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|w| w == word)
}

/// Makes a group. What this machine has is found out by trying: v2 if a group
/// there gets the controllers, else v1.
pub(in crate::sandbox) fn make(purpose: Purpose) -> Result<Group, Failure> {
    let failed = |e: SysError| Failure::new("control group", &e);
    let mounts = parse(&read(Path::new("/proc/self/mountinfo")));
    // An earlier run may have used hierarchies that this one does not.
    for mount in mounts.iter().filter(|m| m.kind.starts_with("cgroup")) {
        teardown::sweep(Path::new(&mount.target));
    }
    let own = own_groups();
    let unified = mounts.iter().find(|m| m.kind == "cgroup2");
    let tried = match (unified, own.get("")) {
        (Some(mount), Some((_, path))) => make_unified(Path::new(&mount.target), path, purpose),
        _ => Err(none()),
    };
    if let Ok(group) = &tried
        && purpose.worth(group) == purpose.wanted().len()
    {
        return tried.map_err(failed);
    }
    let legacy = make_legacy(&mounts, &own, purpose);
    better(purpose, tried, legacy).map_err(failed)
}

/// The version that has more of what is wanted; one that lacks something is better than none,
/// and what the other is refused is no reason to give it up.
fn better(
    purpose: Purpose,
    unified: Result<Group, SysError>,
    legacy: Result<Option<Group>, SysError>,
) -> Result<Group, SysError> {
    match (unified, legacy) {
        (Ok(group), Ok(Some(legacy))) if purpose.worth(&legacy) > purpose.worth(&group) => {
            Ok(legacy)
        }
        (Ok(group), _) | (Err(_), Ok(Some(group))) => Ok(group),
        (Err(refusal), Ok(None)) | (Err(_), Err(refusal)) => Err(refusal),
    }
}

/// What is said where no hierarchy has a controller that is of use.
fn none() -> SysError {
    SysError::new("stat", "cgroup.controllers", Code(nix::libc::ENOENT))
}

/// The groups of this program by controller, with the controllers of the same
/// hierarchy; that of v2 has no name (`/proc/self/cgroup`).
pub(super) fn own_groups() -> BTreeMap<String, (String, String)> {
    let text = read(Path::new("/proc/self/cgroup"));
    let mut groups = BTreeMap::new();
    for (controllers, path) in cgroup::groups(&text) {
        for controller in controllers.split(',') {
            let group = (controllers.to_owned(), path.to_owned());
            groups.insert(controller.to_owned(), group);
        }
    }
    groups
}

/// Whether systemd has lent this directory to whoever is in it: what it marks
/// so, and, as older versions mark no scopes, a scope that this program is alone in.
fn is_lent(dir: &Path) -> bool {
    let is_scope = dir.extension().is_some_and(|kind| kind == "scope");
    if is_scope && is_ours_alone(dir) {
        return true;
    }
    let is_marked = |mark| file::xattr(dir, mark).is_ok_and(|value| value == b"1");
    is_marked("user.delegate") || is_marked("trusted.delegate")
}

/// The group of version 2 in which this program is, where that version has controllers.
fn own_unified() -> Option<PathBuf> {
    let mounts = parse(&read(Path::new("/proc/self/mountinfo")));
    let top = &mounts.iter().find(|m| m.kind == "cgroup2")?.target;
    let own = Path::new(top).join(own_groups().remove("")?.1.trim_start_matches('/'));
    let offered = read(&Path::new(top).join("cgroup.controllers"));
    (!offered.trim().is_empty()).then_some(own)
}

/// Whether this program is in a group of version 2 that has what labs need: those below get none
/// of it while another process is in it.
pub(in crate::sandbox) fn may_have_to_be_alone() -> bool {
    let offered = own_unified().map(|own| read(&own.join("cgroup.controllers")));
    offered.is_some_and(|offered| COMMON.iter().any(|name| has(&offered, name)))
}

/// Whether this program is in a tree of version 2 of which nothing was lent.
pub(super) fn is_foreign() -> bool {
    own_unified().is_some_and(|own| !own.ancestors().any(is_lent))
}

/// Tries the directories around this program that were lent to it, the nearest first; where
/// none was, every directory from the top of the hierarchy down to this program's own.
fn make_unified(top: &Path, own: &str, purpose: Purpose) -> Result<Group, SysError> {
    let own = top.join(own.trim_start_matches('/'));
    let around = own.ancestors().take_while(|dir| dir.starts_with(top));
    let mut dirs: Vec<&Path> = around.collect();
    if dirs.iter().any(|dir| is_lent(dir)) {
        dirs.retain(|dir| is_lent(dir));
    } else {
        dirs.reverse();
    }
    let mut refusal = none();
    for dir in dirs {
        match make_below(dir, purpose) {
            Ok(group) => return Ok(group),
            Err(e) => refusal = e,
        }
    }
    Err(refusal)
}

fn make_below(parent: &Path, purpose: Purpose) -> Result<Group, SysError> {
    let offered = read(&parent.join("cgroup.controllers"));
    if !purpose.wanted().iter().any(|name| has(&offered, name)) {
        return Err(none());
    }
    may_move_from(parent)?;
    let mut group = make_dir(parent)?;
    let dir = parent.join(&group.plan.dirs[0].path);
    if let Err(refusal) = enable(parent, purpose) {
        make_way(parent).map_err(|_busy| refusal)?;
        enable(parent, purpose)?;
    }
    limit(&dir, &UNIFIED)?;
    bound(&dir)?;
    group.plan.holds = Purpose::Limits.worth(&group) == 2;
    if identity::effective().0 != 0 {
        step_in(&mut group.plan, &dir, purpose)?;
    }
    Ok(group)
}

/// What an ordinary user owns in a lab host, its root owns too: the limits are a level above
/// what is seen there.
fn step_in(plan: &mut Plan, dir: &Path, purpose: Purpose) -> Result<(), SysError> {
    enable(dir, purpose)?;
    let inner = dir.join(INNER);
    fs::create_dir(&inner).map_err(refused("mkdir", &inner))?;
    plan.inner = Some(inner.display().to_string());
    Ok(())
}

/// Who may not write to its list of processes may not move one from a group to one below it.
pub(super) fn may_move_from(group: &Path) -> Result<(), SysError> {
    let procs = group.join("cgroup.procs");
    let opened = fs::OpenOptions::new().write(true).open(&procs);
    opened.map(drop).map_err(refused("open", &procs))
}

/// A group of v2 with no limits yet.
pub(super) fn make_dir(parent: &Path) -> Result<Group, SysError> {
    let made = below(parent, &owner::own_name())?;
    let dirs = vec![Dir {
        path: made.path.display().to_string(),
        controllers: String::new(),
    }];
    // From here on it is removed if anything is refused.
    let plan = Plan {
        unified: true,
        dirs,
        ..Plan::default()
    };
    let mut group = Group::default();
    group.plan = plan;
    group.held.push(made.held);
    Ok(group)
}

/// Bounds the groups that can be made in it.
pub(super) fn bound(dir: &Path) -> Result<(), SysError> {
    write(&dir.join("cgroup.max.descendants"), GROUPS)?;
    write(&dir.join("cgroup.max.depth"), DEPTH)
}

/// Lets the groups below a directory have the controllers.
pub(super) fn enable(dir: &Path, purpose: Purpose) -> Result<(), SysError> {
    let control = dir.join("cgroup.subtree_control");
    let offered = read(&dir.join("cgroup.controllers"));
    for (at, controller) in purpose.unified().iter().enumerate() {
        if !has(&offered, controller) || has(&read(&control), controller) {
            continue;
        }
        let enabled = write(&control, &format!("+{controller}"));
        if at < purpose.wanted().len() {
            enabled?;
        }
    }
    Ok(())
}

/// Whether no other process than this one is in a directory.
fn is_ours_alone(dir: &Path) -> bool {
    let others = read(&dir.join("cgroup.procs"));
    let own = std::process::id().to_string();
    others.lines().all(|pid| pid == own)
}

/// Moves this process, if it is the only one here, into a group of its own: a
/// directory with processes gives those below it no controllers.
fn make_way(dir: &Path) -> Result<(), SysError> {
    let own = std::process::id().to_string();
    if !is_ours_alone(dir) {
        return Err(SysError::new(
            "write",
            "cgroup.procs",
            Code(nix::libc::EBUSY),
        ));
    }
    let away = dir.join(owner::own_name());
    fs::create_dir(&away).map_err(refused("mkdir", &away))?;
    write(&away.join("cgroup.procs"), &own)
}

/// Makes a directory in each hierarchy; `None` if no controller is in any.
fn make_legacy(
    mounts: &[Mount],
    own: &BTreeMap<String, (String, String)>,
    purpose: Purpose,
) -> Result<Option<Group>, SysError> {
    let mut group = Group::default();
    let name = owner::own_name();
    for controller in purpose.legacy() {
        let with = |m: &&Mount| {
            m.kind == "cgroup" && m.super_options.iter().any(|option| option == controller)
        };
        let (Some(mount), Some((controllers, _))) =
            (mounts.iter().find(with), own.get(*controller))
        else {
            continue;
        };
        // Two controllers may share a hierarchy.
        if group
            .plan
            .dirs
            .iter()
            .any(|dir| &dir.controllers == controllers)
        {
            continue;
        }
        let made = below(Path::new(&mount.target), &name)?;
        group.plan.dirs.push(Dir {
            path: made.path.display().to_string(),
            controllers: controllers.clone(),
        });
        group.held.push(made.held);
        limit_legacy(&made.path)?;
    }
    group.plan.holds = Purpose::Limits.worth(&group) == 2;
    Ok((!group.plan.dirs.is_empty()).then_some(group))
}

/// A directory that was made, and says to others that it is needed.
pub(super) struct Made {
    pub(super) path: PathBuf,
    pub(super) held: OwnedFd,
}

pub(super) fn below(parent: &Path, name: &str) -> Result<Made, SysError> {
    teardown::sweep(parent);
    let path = parent.join(name);
    fs::create_dir(&path).map_err(refused("mkdir", &path))?;
    // Order: at once, as somebody in another pid namespace may sweep here too.
    let held = owner::hold(&path)?;
    Ok(Made { path, held })
}

/// The limits, and for cpusets what a group must have before a process can enter.
pub(super) fn limit_legacy(dir: &Path) -> Result<(), SysError> {
    let parent = dir.parent().unwrap_or(dir);
    for file in ["cpuset.cpus", "cpuset.mems"] {
        if dir.join(file).exists() {
            write(&dir.join(file), read(&parent.join(file)).trim())?;
            // Groups made in it begin with the same.
            write(&dir.join("cgroup.clone_children"), "1")?;
        }
    }
    limit(dir, &LEGACY)
}

/// Writes what files there are for: the kernel has no swap to count without `CONFIG_SWAP`,
/// and does not count it with `swapaccount=0`.
fn limit(dir: &Path, limits: &[(&str, u64)]) -> Result<(), SysError> {
    let there = limits.iter().filter(|(file, _)| dir.join(file).exists());
    let mut written = there.map(|(file, most)| write(&dir.join(file), &most.to_string()));
    written.try_for_each(|written| written)
}

/// Lets a whole lab host have so many processes and threads.
pub(super) fn limit_processes(plan: &Plan, most: u64) -> Result<(), SysError> {
    let mut dirs = plan.dirs.iter();
    dirs.try_for_each(|dir| limit(Path::new(&dir.path), &[(PIDS, most)]))
}

#[cfg(test)]
mod tests;
