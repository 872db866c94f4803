//! Verbs of the cgroup family: files of /sys/fs/cgroup, cgroups(7). Which
//! version a lab host has is seen there: only the top of v2 has `cgroup.controllers`.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Applied, Ctx, Refused, Then, process};
use crate::lab::action::{
    Attach, Cgroup, Freeze, KillGroup, Limit, Limits, Load, RemoveGroup, Spawn, Thaw, legacy,
};
use crate::sys::process::kill;
use crate::sys::{Code, SysError, icmp};

/// Where the hierarchies are mounted.
const TOP: &str = "/sys/fs/cgroup";
/// How long a group may take to be empty after it was killed, and to thaw.
const PATIENCE: Duration = Duration::from_secs(2);

fn unified() -> bool {
    Path::new(TOP).join("cgroup.controllers").exists()
}

/// The hierarchies of v1 that the lab host has: the names of their directories.
fn hierarchies() -> Vec<String> {
    let entries = fs::read_dir(TOP).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|e| e.path().join("cgroup.procs").exists())
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The directories of a group: one on v2, one in each hierarchy on v1.
fn dirs(group: &str) -> Vec<String> {
    if unified() {
        return vec![format!("{TOP}/{group}")];
    }
    let dir = |hierarchy: String| format!("{TOP}/{hierarchy}/{group}");
    hierarchies().into_iter().map(dir).collect()
}

/// The directory of a group in the hierarchy that has a controller.
fn dir_with(controller: &str, group: &str) -> String {
    let has = |hierarchy: &String| hierarchy.split(',').any(|name| name == controller);
    let hierarchy = hierarchies().into_iter().find(has);
    format!(
        "{TOP}/{}/{group}",
        hierarchy.as_deref().unwrap_or(controller)
    )
}

fn write(path: &str, text: &str, ctx: &mut Ctx) -> Result<(), Refused> {
    let args = format!("{path}, \"{text}\"");
    ctx.io(fs::write(path, text), "write", args)
}

/// Makes a group.
pub(super) fn cgroup(a: &Cgroup, ctx: &mut Ctx) -> Applied {
    for dir in dirs(&a.name) {
        ctx.io(fs::create_dir(&dir), "mkdir", format!("\"{dir}\", 0777"))?;
    }
    set(&a.name, &a.limits, ctx)
}

/// Sets limits.
pub(super) fn limit(a: &Limit, ctx: &mut Ctx) -> Applied {
    set(&a.group, &a.limits, ctx)
}

fn set(group: &str, limits: &Limits, ctx: &mut Ctx) -> Applied {
    for (name, value) in limits.said() {
        if unified() {
            write(&format!("{TOP}/{group}/{name}"), &value, ctx)?;
            continue;
        }
        let Some((controller, files)) = legacy(name, &value) else {
            // Version 1 has no such file.
            let path = format!("\"{}/{name}\"", dir_with("memory", group));
            let error = SysError::new("open", "", Code(libc::ENOENT));
            return Err(ctx.refused("open", path, &error));
        };
        for (file, value) in files {
            write(
                &format!("{}/{file}", dir_with(controller, group)),
                &value,
                ctx,
            )?;
        }
    }
    Ok(Then::Done)
}

/// Moves a process.
pub(super) fn attach(a: &Attach, ctx: &mut Ctx) -> Applied {
    let pid = match &a.program {
        Some(program) => ctx.programs.get(program),
        None => ctx.faces.get(&a.actor),
    };
    let pid = pid.copied().unwrap_or_default().to_string();
    for dir in dirs(&a.group) {
        write(&format!("{dir}/cgroup.procs"), &pid, ctx)?;
    }
    Ok(Then::Done)
}

/// Starts a program that uses something.
pub(super) fn load(a: &Load, ctx: &mut Ctx) -> Applied {
    let spawn = Spawn {
        actor: a.actor.clone(),
        name: a.name.clone(),
        program: a.program(),
    };
    process::spawn(&spawn, ctx)
}

/// Stops the processes of a group.
pub(super) fn freeze(a: &Freeze, ctx: &mut Ctx) -> Applied {
    turn(&a.group, true, ctx)
}

/// Lets them go on.
pub(super) fn thaw(a: &Thaw, ctx: &mut Ctx) -> Applied {
    turn(&a.group, false, ctx)
}

fn turn(group: &str, frozen: bool, ctx: &mut Ctx) -> Applied {
    if unified() {
        let value = if frozen { "1" } else { "0" };
        write(&format!("{TOP}/{group}/cgroup.freeze"), value, ctx)?;
    } else {
        let value = if frozen { "FROZEN" } else { "THAWED" };
        let file = dir_with("freezer", group) + "/freezer.state";
        write(&file, value, ctx)?;
    }
    Ok(Then::Done)
}

/// Kills the processes of a group.
pub(super) fn kill_group(a: &KillGroup, ctx: &mut Ctx) -> Applied {
    let Some(procs) = dirs(&a.group)
        .into_iter()
        .next()
        .map(|d| d + "/cgroup.procs")
    else {
        return Ok(Then::Done);
    };
    if unified() {
        write(&format!("{TOP}/{}/cgroup.kill", a.group), "1", ctx)?;
    }
    let end = Instant::now() + PATIENCE;
    loop {
        let text = ctx.io(fs::read_to_string(&procs), "read", procs.clone());
        // Reading changes nothing: it is not among what was done.
        ctx.forget_last();
        let pids: Vec<i64> = text?.lines().filter_map(|pid| pid.parse().ok()).collect();
        if pids.is_empty() || Instant::now() > end {
            return Ok(Then::Done);
        }
        if !unified() {
            for pid in pids {
                // One that has just ended is no refusal.
                if kill(pid, libc::SIGKILL).is_ok() {
                    ctx.call(Ok(()), "kill", format!("{pid}, SIGKILL"))?;
                }
            }
        }
        icmp::wait(Duration::from_millis(5));
    }
}

/// Removes a group.
pub(super) fn remove_group(a: &RemoveGroup, ctx: &mut Ctx) -> Applied {
    for dir in dirs(&a.group) {
        ctx.io(fs::remove_dir(&dir), "rmdir", format!("\"{dir}\""))?;
    }
    Ok(Then::Done)
}
