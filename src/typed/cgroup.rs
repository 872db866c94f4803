//! The cgroup family: the files of /sys/fs/cgroup, cgroups(7).

use super::{background, lines, quote};
use crate::lab::action::{
    Attach, Cgroup, Freeze, KillGroup, Limit, Limits, Load, RemoveGroup, Thaw, legacy,
};
use crate::snapshot::Hierarchy;

lines! {
    Cgroup: |a, there| cgroup(a, there.groups),
    Limit: |a, there| limits(&a.group, &a.limits, there.groups),
    Attach: |a, there| attach(a, there.groups),
    Load: |a, _| background(&a.program()),
    Freeze: |a, there| freeze(&a.group, true, there.groups),
    Thaw: |a, there| freeze(&a.group, false, there.groups),
    KillGroup: |a, there| kill_group(&a.group, there.groups),
    RemoveGroup: |a, there| format!("rmdir {}", dirs(there.groups, &a.group)),
}

/// Where the hierarchies are mounted.
const TOP: &str = "/sys/fs/cgroup";

/// The directories of a group; on version 1 as one word with braces.
fn dirs(groups: &Hierarchy, group: &str) -> String {
    let group = quote(group);
    if groups.unified {
        return format!("{TOP}/{group}");
    }
    // A comma in a directory's name would separate words inside the braces.
    let names: Vec<String> = groups
        .hierarchies
        .iter()
        .map(|hierarchy| hierarchy.replace(',', "\\,"))
        .collect();
    format!("{TOP}/{{{}}}/{group}", names.join(","))
}

/// Writes to a file of a group in the hierarchy with a controller.
fn echo(value: &str, groups: &Hierarchy, controller: &str, file: &str) -> String {
    put(value, &groups.dir_with(controller, file))
}

/// Writes to a file below the top.
fn put(value: &str, file: &str) -> String {
    let path = format!("{TOP}/{file}");
    format!("echo {} > {}", quote(value), quote(&path))
}

fn cgroup(a: &Cgroup, groups: &Hierarchy) -> String {
    let made = format!("mkdir {}", dirs(groups, &a.name));
    let made = match groups.passed_on(&a.name) {
        Some((path, controllers)) => {
            let path = quote(&format!("{TOP}/{path}"));
            format!("echo {} > {path}; {made}", quote(&controllers))
        }
        None => made,
    };
    let set = limits(&a.name, &a.limits, groups);
    if set.is_empty() {
        made
    } else {
        format!("{made}; {set}")
    }
}

fn limits(group: &str, limits: &Limits, groups: &Hierarchy) -> String {
    let mut lines = Vec::new();
    for (name, value) in limits.said() {
        // A limit that version 1 lacks is written all the same, and refused.
        let own = ("memory", vec![(name, value.clone())]);
        let old = legacy(name, &value).filter(|_| !groups.unified);
        let (controller, files) = old.unwrap_or(own);
        for (file, value) in files {
            lines.push(echo(&value, groups, controller, &format!("{group}/{file}")));
        }
    }
    lines.join("; ")
}

/// Writes a pid to `cgroup.procs` in each directory of a group.
fn write_pid(pid: &str, group: &str, groups: &Hierarchy) -> String {
    let dirs = dirs(groups, group);
    if groups.unified {
        format!("echo {pid} > {dirs}/cgroup.procs")
    } else {
        format!("for dir in {dirs}; do echo {pid} > $dir/cgroup.procs; done")
    }
}

fn attach(a: &Attach, groups: &Hierarchy) -> String {
    // `$!` is the pid of the shell's last background program.
    let pid = if a.program.is_some() { "$!" } else { "$$" };
    write_pid(pid, &a.group, groups)
}

fn freeze(group: &str, frozen: bool, groups: &Hierarchy) -> String {
    let (file, value) = groups.freezing(group, frozen);
    put(value, &file)
}

fn kill_group(group: &str, groups: &Hierarchy) -> String {
    if groups.unified {
        return echo("1", groups, "", &format!("{group}/cgroup.kill"));
    }
    let dir = format!("{TOP}/{}", groups.dir_with("pids", group));
    format!(
        "while kill -KILL $(cat {}/cgroup.procs) 2> /dev/null; do :; done",
        quote(&dir)
    )
}
