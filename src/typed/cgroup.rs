//! The cgroup family: the files of /sys/fs/cgroup, cgroups(7).

use super::quote;
use crate::lab::action::{Attach, Cgroup, Limits, Load, legacy};

/// The version of control groups that a lab host has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// Whether it is v2.
    pub unified: bool,
    /// The directories of the hierarchies of v1 below `/sys/fs/cgroup`.
    pub hierarchies: Vec<String>,
}

impl Groups {
    /// A group's directories, as a shell's braces say them on v1.
    fn dirs(&self, group: &str) -> String {
        let group = quote(group);
        if self.unified {
            return format!("/sys/fs/cgroup/{group}");
        }
        // A comma in a name would be one of the braces.
        let names: Vec<String> = self
            .hierarchies
            .iter()
            .map(|h| h.replace(',', "\\,"))
            .collect();
        format!("/sys/fs/cgroup/{{{}}}/{group}", names.join(","))
    }

    fn dir_with(&self, controller: &str, group: &str) -> String {
        let has = |hierarchy: &&String| hierarchy.split(',').any(|name| name == controller);
        let hierarchy = self.hierarchies.iter().find(has);
        let hierarchy = hierarchy.map_or(controller, String::as_str);
        format!("/sys/fs/cgroup/{hierarchy}/{}", quote(group))
    }
}

pub(super) fn cgroup(a: &Cgroup, groups: &Groups) -> String {
    let made = format!("mkdir {}", groups.dirs(&a.name));
    let set = limits(&a.name, &a.limits, groups);
    if set.is_empty() {
        made
    } else {
        format!("{made}; {set}")
    }
}

pub(super) fn limits(group: &str, limits: &Limits, groups: &Groups) -> String {
    let mut lines = Vec::new();
    for (name, value) in limits.said() {
        if groups.unified {
            let dir = groups.dirs(group);
            lines.push(format!("echo {} > {dir}/{name}", quote(&value)));
        } else if let Some((controller, files)) = legacy(name, &value) {
            let dir = groups.dir_with(controller, group);
            let line =
                |(file, value): (&str, String)| format!("echo {} > {dir}/{file}", quote(&value));
            lines.extend(files.into_iter().map(line));
        } else {
            let dir = groups.dir_with("memory", group);
            lines.push(format!("echo {} > {dir}/{name}", quote(&value)));
        }
    }
    lines.join("; ")
}

/// A line for each place that a number is written to.
fn write_pid(pid: &str, group: &str, groups: &Groups) -> String {
    let dirs = groups.dirs(group);
    if groups.unified {
        format!("echo {pid} > {dirs}/cgroup.procs")
    } else {
        format!("for dir in {dirs}; do echo {pid} > $dir/cgroup.procs; done")
    }
}

pub(super) fn attach(a: &Attach, groups: &Groups) -> String {
    // The shell numbers its last background program so.
    let pid = if a.program.is_some() { "$!" } else { "$$" };
    write_pid(pid, &a.group, groups)
}

pub(super) fn load(a: &Load) -> String {
    format!("{} > /dev/null 2>&1 &", super::words(&a.program()))
}

pub(super) fn freeze(group: &str, frozen: bool, groups: &Groups) -> String {
    let dir = groups.dirs(group);
    match (groups.unified, frozen) {
        (true, true) => format!("echo 1 > {dir}/cgroup.freeze"),
        (true, false) => format!("echo 0 > {dir}/cgroup.freeze"),
        (false, _) => {
            let state = if frozen { "FROZEN" } else { "THAWED" };
            let dir = groups.dir_with("freezer", group);
            format!("echo {state} > {dir}/freezer.state")
        }
    }
}

pub(super) fn kill_group(group: &str, groups: &Groups) -> String {
    if groups.unified {
        return format!("echo 1 > {}/cgroup.kill", groups.dirs(group));
    }
    let dir = groups.dir_with("pids", group);
    format!("while kill -KILL $(cat {dir}/cgroup.procs) 2> /dev/null; do :; done")
}

pub(super) fn remove_group(group: &str, groups: &Groups) -> String {
    format!("rmdir {}", groups.dirs(group))
}
