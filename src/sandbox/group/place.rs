//! Finding a place where a group can be made, and making it there.

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use super::purpose::Purpose;
use super::{Dir, Group, Plan, write};
use crate::probe::{self, mount::parse};
use crate::sandbox::error::Failure;
use crate::sandbox::keeper::Keeper;
use crate::sandbox::{allowance, owner, removal};
use crate::snapshot::Mount;
use crate::sys::number;
use crate::sys::{Code, SysError, cgroup, file, identity, process, refused};

/// The memory limit of a whole lab host, in bytes.
const MEMORY: u64 = allowance::MEMORY << 20;
/// The file that limits processes, in both versions.
const PIDS: &str = "pids.max";
/// The v2 files that limit a lab host. Without the swap limit, what exceeds its memory would go to
/// the machine's swap.
const UNIFIED: [(&str, u64); 3] = [
    ("memory.max", MEMORY),
    ("memory.swap.max", 0),
    (PIDS, allowance::PROCESSES),
];
/// The v1 files. Order: the limit of memory with swap may never be below that of memory.
const LEGACY: [(&str, u64); 3] = [
    ("memory.limit_in_bytes", MEMORY),
    ("memory.memsw.limit_in_bytes", MEMORY),
    (PIDS, allowance::PROCESSES),
];
/// The name of the inner group that holds the lab host of an ordinary user.
const INNER: &str = "inner";
/// How many groups may be made in it, and how deep, on v2: each costs kernel memory and has to be
/// removed at the end.
const GROUPS: &str = "1000";
const DEPTH: &str = "32";

pub(super) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn has(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|w| w == word)
}

/// Makes a group. What the machine offers is found by trying: v2 if a group there gets all wanted
/// controllers, else the better of v2 and v1.
pub(in crate::sandbox) fn make(purpose: Purpose, keeper: &mut Keeper) -> Result<Group, Failure> {
    let failed = |e: SysError| Failure::new("control group", &e);
    let mounts = parse(&read(Path::new("/proc/self/mountinfo")));
    // An earlier run may have used hierarchies that this one does not.
    for mount in mounts.iter().filter(|m| m.kind.starts_with("cgroup")) {
        removal::sweep(Path::new(&mount.target));
    }
    let own = own_groups();
    let unified = mounts.iter().find(|m| m.kind == "cgroup2");
    let tried = match (unified, own.get("")) {
        (Some(mount), Some((_, path))) => {
            make_unified(Path::new(&mount.target), path, purpose, keeper)
        }
        _ => Err(none()),
    };
    if let Ok(group) = &tried
        && purpose.worth(group) == purpose.wanted().len()
    {
        return tried.map_err(failed);
    }
    let legacy = make_legacy(&mounts, &own, purpose, keeper);
    better(purpose, tried, legacy).map_err(failed)
}

/// The version with more of the wanted controllers. A group that lacks some is better than none,
/// and a refusal of one version is no reason to give up the other.
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

/// The error if no hierarchy has a wanted controller.
fn none() -> SysError {
    SysError::new("stat", "cgroup.controllers", Code(number::ENOENT))
}

/// The groups of this process by controller: the controllers of that hierarchy, and the path. The
/// key of v2 is empty (`/proc/self/cgroup`).
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

/// Whether systemd has delegated this directory to those in it: it is marked so, or, as older
/// versions do not mark scopes, it is a scope in which there are only this process and its own.
fn is_lent(dir: &Path) -> bool {
    let is_scope = dir.extension().is_some_and(|kind| kind == "scope");
    if is_scope && is_ours_alone(dir) {
        return true;
    }
    let is_marked = |mark| file::xattr(dir, mark).is_ok_and(|value| value == b"1");
    is_marked("user.delegate") || is_marked("trusted.delegate")
}

/// The v2 group of this process, if v2 has controllers here.
fn own_unified() -> Option<PathBuf> {
    let mounts = parse(&read(Path::new("/proc/self/mountinfo")));
    let top = &mounts.iter().find(|m| m.kind == "cgroup2")?.target;
    let own = Path::new(top).join(own_groups().remove("")?.1.trim_start_matches('/'));
    let offered = read(&Path::new(top).join("cgroup.controllers"));
    (!offered.trim().is_empty()).then_some(own)
}

/// Whether this process is in a v2 tree of which systemd has delegated nothing.
pub(super) fn is_foreign() -> bool {
    own_unified().is_some_and(|own| !own.ancestors().any(is_lent))
}

/// Tries the directories around this program that were lent to it, the nearest first; where
/// none was, every directory from the top of the hierarchy down to this program's own.
fn make_unified(
    top: &Path,
    own: &str,
    purpose: Purpose,
    keeper: &mut Keeper,
) -> Result<Group, SysError> {
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
        match make_below(dir, purpose, keeper) {
            Ok(group) => return Ok(group),
            Err(e) => refusal = e,
        }
    }
    Err(refusal)
}

fn make_below(parent: &Path, purpose: Purpose, keeper: &mut Keeper) -> Result<Group, SysError> {
    let offered = read(&parent.join("cgroup.controllers"));
    if !purpose.wanted().iter().any(|name| has(&offered, name)) {
        return Err(none());
    }
    may_move_from(parent)?;
    let mut group = make_dir(parent, keeper)?;
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

/// The lab host of an ordinary user runs with that user's rights, so its root may write to the
/// group: the limits are set one level above what it sees.
fn step_in(plan: &mut Plan, dir: &Path, purpose: Purpose) -> Result<(), SysError> {
    enable(dir, purpose)?;
    let inner = dir.join(INNER);
    fs::create_dir(&inner).map_err(refused("mkdir", &inner))?;
    plan.inner = Some(inner.display().to_string());
    Ok(())
}

/// Checks for write access to `cgroup.procs`, which moving a process down needs (cgroups(7)).
pub(super) fn may_move_from(group: &Path) -> Result<(), SysError> {
    let procs = group.join("cgroup.procs");
    let opened = fs::OpenOptions::new().write(true).open(&procs);
    opened.map(drop).map_err(refused("open", &procs))
}

/// Makes a v2 group without limits.
pub(super) fn make_dir(parent: &Path, keeper: &mut Keeper) -> Result<Group, SysError> {
    let made = below(parent, &owner::own_name(), keeper)?;
    let dirs = vec![Dir {
        path: made.path.display().to_string(),
        controllers: String::new(),
    }];
    // From here on dropping `group` removes it.
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

/// Limits how many groups can be made in it, and how deep.
pub(super) fn bound(dir: &Path) -> Result<(), SysError> {
    write(&dir.join("cgroup.max.descendants"), GROUPS)?;
    write(&dir.join("cgroup.max.depth"), DEPTH)
}

/// Enables the controllers for the groups below a directory; only wanted ones may not fail.
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

/// Whether the processes of a group are only this one and those that it has started: its keeper
/// and its launcher are.
fn is_ours_alone(dir: &Path) -> bool {
    are_ours(&read(&dir.join("cgroup.procs")))
}

/// Whether each line of a `cgroup.procs` names this process, one that it has started, or one that
/// has ended meanwhile.
fn are_ours(pids: &str) -> bool {
    pids.lines().all(|pid| {
        // A process outside this pid namespace is shown as 0 (cgroups(7)), which is a group of
        // processes to kill(2).
        let number: i64 = pid.parse().unwrap_or_default();
        number > 0 && (is_ours(number) || process::has_ended(number))
    })
}

/// Whether a process is this one, or was started by it.
fn is_ours(pid: i64) -> bool {
    let own = i64::from(std::process::id());
    let stat = read(&Path::new("/proc").join(pid.to_string()).join("stat"));
    pid == own || probe::process::stat(&stat).is_some_and(|raw| raw.parent == own)
}

/// Moves this process and its own, if they are alone here, into a group of their own: a v2 group
/// that has processes gives those below it no controllers. That group has no keeper, as this
/// process is in it to its end: the next isolab removes it.
fn make_way(dir: &Path) -> Result<(), SysError> {
    let busy = || SysError::new("write", "cgroup.procs", Code(number::EBUSY));
    let mut pids = read(&dir.join("cgroup.procs"));
    if !are_ours(&pids) {
        return Err(busy());
    }
    let away = dir.join(owner::own_name());
    fs::create_dir(&away).map_err(refused("mkdir", &away))?;
    // What this process starts meanwhile begins here too.
    while !pids.is_empty() {
        if !are_ours(&pids) {
            return Err(busy());
        }
        for pid in pids.lines() {
            match write(&away.join("cgroup.procs"), pid) {
                Err(e) if e.errno != number::ESRCH => return Err(e),
                _moved_or_ended => {}
            }
        }
        pids = read(&dir.join("cgroup.procs"));
    }
    Ok(())
}

/// Makes a directory in each v1 hierarchy; `None` if no hierarchy has a wanted controller.
fn make_legacy(
    mounts: &[Mount],
    own: &BTreeMap<String, (String, String)>,
    purpose: Purpose,
    keeper: &mut Keeper,
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
        // Several controllers may share a hierarchy.
        if group
            .plan
            .dirs
            .iter()
            .any(|dir| &dir.controllers == controllers)
        {
            continue;
        }
        let made = below(Path::new(&mount.target), &name, keeper)?;
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

/// A directory that was made, and the lock that tells others that it is in use.
pub(super) struct Made {
    pub(super) path: PathBuf,
    pub(super) held: OwnedFd,
}

pub(super) fn below(parent: &Path, name: &str, keeper: &mut Keeper) -> Result<Made, SysError> {
    removal::sweep(parent);
    let path = parent.join(name);
    keeper.take(&path)?;
    fs::create_dir(&path).map_err(refused("mkdir", &path))?;
    // Order: locked at once, because an isolab in another pid namespace may sweep here too.
    let held = owner::hold(&path)?;
    Ok(Made { path, held })
}

/// Sets the limits. A cpuset needs processors and memory nodes before a process can enter it.
pub(super) fn limit_legacy(dir: &Path) -> Result<(), SysError> {
    let parent = dir.parent().unwrap_or(dir);
    for file in ["cpuset.cpus", "cpuset.mems"] {
        if dir.join(file).exists() {
            write(&dir.join(file), read(&parent.join(file)).trim())?;
            // Groups that are made in it inherit both.
            write(&dir.join("cgroup.clone_children"), "1")?;
        }
    }
    limit(dir, &LEGACY)
}

/// Writes the limits whose files exist: a kernel without `CONFIG_SWAP`, or with `swapaccount=0`,
/// has no file for swap.
fn limit(dir: &Path, limits: &[(&str, u64)]) -> Result<(), SysError> {
    let there = limits.iter().filter(|(file, _)| dir.join(file).exists());
    let mut written = there.map(|(file, most)| write(&dir.join(file), &most.to_string()));
    written.try_for_each(|written| written)
}

/// Limits how many processes and threads a whole lab host may have.
pub(super) fn limit_processes(plan: &Plan, most: u64) -> Result<(), SysError> {
    let mut dirs = plan.dirs.iter();
    dirs.try_for_each(|dir| limit(Path::new(&dir.path), &[(PIDS, most)]))
}

#[cfg(test)]
mod tests;
