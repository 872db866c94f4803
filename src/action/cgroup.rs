//! Verbs of the cgroup family: files of /sys/fs/cgroup, cgroups(7).

use std::fs;
use std::time::{Duration, Instant};

use super::{Applied, Ctx, Refused, Then, applied, process};
use crate::lab::action::{
    Attach, Cgroup, Freeze, KillGroup, Limit, Limits, Load, RemoveGroup, Spawn, Thaw, legacy,
};
use crate::snapshot::Hierarchy;
use crate::sys::cgroup::{self, TOP};
use crate::sys::number;
use crate::sys::process::kill;
use crate::sys::wait::pause;
use crate::sys::{Code, SysError};

applied! {
    Cgroup: make,
    Limit: limit,
    Attach: attach,
    Load: load,
    Freeze: freeze,
    Thaw: thaw,
    KillGroup: kill_group,
    RemoveGroup: remove_group,
}

/// How long a killed group may take to become empty.
const PATIENCE: Duration = Duration::from_secs(2);

/// The cgroup hierarchies that are mounted.
fn hierarchy() -> Hierarchy {
    Hierarchy::new(cgroup::controllers(), cgroup::hierarchies())
}

/// The directories of a group. If no cgroup hierarchy is mounted below the actor's root there are
/// none: ENOENT.
fn dirs(group: &str, ctx: &mut Ctx) -> Result<Vec<String>, Refused> {
    let dirs = hierarchy().dirs(group);
    if dirs.is_empty() {
        let none = SysError::new("open", "", Code(number::ENOENT));
        return Err(ctx.refused("open", format!("\"{TOP}/{group}\""), &none));
    }
    Ok(dirs.iter().map(|dir| format!("{TOP}/{dir}")).collect())
}

fn write(path: &str, text: &str, ctx: &mut Ctx) -> Result<(), Refused> {
    let args = format!("{path}, \"{text}\"");
    ctx.io(fs::write(path, text), "write", args)
}

/// Makes a group and sets its limits.
fn make(a: &Cgroup, ctx: &mut Ctx) -> Applied {
    // Order: on version 2 the outer group passes controllers on before the inner group is made.
    if let Some((path, controllers)) = hierarchy().passed_on(&a.name) {
        write(&format!("{TOP}/{path}"), &controllers, ctx)?;
    }
    for dir in dirs(&a.name, ctx)? {
        ctx.io(fs::create_dir(&dir), "mkdir", format!("\"{dir}\", 0777"))?;
    }
    set(&a.name, &a.limits, ctx)
}

/// Sets limits of a group.
fn limit(a: &Limit, ctx: &mut Ctx) -> Applied {
    set(&a.group, &a.limits, ctx)
}

fn set(group: &str, limits: &Limits, ctx: &mut Ctx) -> Applied {
    let hierarchy = hierarchy();
    for (name, value) in limits.said() {
        if hierarchy.unified {
            write(&format!("{TOP}/{group}/{name}"), &value, ctx)?;
            continue;
        }
        let Some((controller, files)) = legacy(name, &value) else {
            // Version 1 has no such limit.
            let path = format!("\"{TOP}/{}/{name}\"", hierarchy.dir_with("memory", group));
            let error = SysError::new("open", "", Code(number::ENOENT));
            return Err(ctx.refused("open", path, &error));
        };
        let dir = hierarchy.dir_with(controller, group);
        for (file, value) in files {
            write(&format!("{TOP}/{dir}/{file}"), &value, ctx)?;
        }
    }
    Ok(Then::Done)
}

/// Moves a process into a group.
fn attach(a: &Attach, ctx: &mut Ctx) -> Applied {
    let pid = match &a.program {
        Some(program) => ctx.programs.get(program),
        None => ctx.faces.get(&a.actor),
    };
    // A pid that no process has: the kernel refuses it as it refuses that of an ended process.
    let pid = pid.copied().unwrap_or(i64::from(i32::MAX)).to_string();
    for dir in dirs(&a.group, ctx)? {
        write(&format!("{dir}/cgroup.procs"), &pid, ctx)?;
    }
    Ok(Then::Done)
}

/// Starts a load in the background.
fn load(a: &Load, ctx: &mut Ctx) -> Applied {
    let spawn = Spawn {
        log: None,
        actor: a.actor.clone(),
        name: a.name.clone(),
        program: a.program(),
    };
    process::spawn(&spawn, ctx)
}

/// Freezes the processes of a group.
fn freeze(a: &Freeze, ctx: &mut Ctx) -> Applied {
    turn(&a.group, true, ctx)
}

/// Thaws the processes of a group.
fn thaw(a: &Thaw, ctx: &mut Ctx) -> Applied {
    turn(&a.group, false, ctx)
}

fn turn(group: &str, frozen: bool, ctx: &mut Ctx) -> Applied {
    let (file, value) = hierarchy().freezing(group, frozen);
    write(&format!("{TOP}/{file}"), value, ctx)?;
    Ok(Then::Done)
}

/// Kills the processes of a group, and waits until it is empty, `PATIENCE` at most.
fn kill_group(a: &KillGroup, ctx: &mut Ctx) -> Applied {
    let hierarchy = hierarchy();
    let dir = format!("{TOP}/{}", hierarchy.dir_with("pids", &a.group));
    if hierarchy.unified {
        write(&format!("{dir}/cgroup.kill"), "1", ctx)?;
    }
    let end = Instant::now() + PATIENCE;
    loop {
        let pids = processes(&format!("{dir}/cgroup.procs"), ctx)?;
        if pids.is_empty() || Instant::now() > end {
            return Ok(Then::Done);
        }
        for pid in pids.into_iter().filter(|_| !hierarchy.unified) {
            // A process that has just ended is no refusal.
            if kill(pid, number::SIGKILL).is_ok() {
                ctx.call(Ok(()), "kill", format!("{pid}, SIGKILL"))?;
            }
        }
        pause(Duration::from_millis(5));
    }
}

/// The pids in a group. Reading changes nothing, so only a refusal is recorded.
fn processes(procs: &str, ctx: &mut Ctx) -> Result<Vec<i64>, Refused> {
    let text = ctx.quiet(fs::read_to_string(procs), "read", procs.to_owned())?;
    Ok(text.lines().filter_map(|pid| pid.parse().ok()).collect())
}

/// Removes a group.
fn remove_group(a: &RemoveGroup, ctx: &mut Ctx) -> Applied {
    for dir in dirs(&a.group, ctx)? {
        ctx.io(fs::remove_dir(&dir), "rmdir", format!("\"{dir}\""))?;
    }
    Ok(Then::Done)
}
