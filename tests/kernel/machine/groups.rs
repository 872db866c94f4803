//! Control groups: every directory of every hierarchy, with the settings that a lab could change.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::{Facts, is_of_a_lab, is_of_tests};

/// The files that a lab could write to, of versions 1 and 2.
const SETTINGS: [&str; 24] = [
    "cgroup.freeze",
    "cgroup.max.depth",
    "cgroup.max.descendants",
    "cgroup.subtree_control",
    "cgroup.type",
    "cgroup.clone_children",
    "notify_on_release",
    "release_agent",
    "freezer.state",
    "cpu.max",
    "cpu.weight",
    "cpu.shares",
    "cpu.cfs_quota_us",
    "cpuset.cpus",
    "cpuset.mems",
    "devices.list",
    "memory.high",
    "memory.low",
    "memory.max",
    "memory.min",
    "memory.oom.group",
    "memory.limit_in_bytes",
    "memory.swap.max",
    "pids.max",
];
/// The names of units whose groups systemd makes and removes at any time.
const OF_SYSTEMD: [&str; 3] = [".scope", ".service", ".slice"];

pub(super) fn all() -> Facts {
    let mut facts = Facts::new();
    walk(Path::new("/sys/fs/cgroup"), &mut facts);
    facts
}

/// Whether a fact is about a new group that belongs to no lab: services of the machine make groups
/// at any time too.
pub(super) fn is_of_another(name: &str, before: &Facts) -> bool {
    let Some(words) = name.strip_prefix("group ") else {
        return false;
    };
    let setting = SETTINGS.iter().find_map(|file| words.strip_suffix(file));
    let dir = setting.map_or(words, str::trim_end);
    let is_new = !before.contains_key(&format!("group {dir}"));
    is_new && !fs::metadata(dir).is_ok_and(|meta| is_of_a_lab(meta.uid()))
}

/// Whether a service makes and removes this group at any time: it has the name of a unit, or a
/// number as managers of containers and jobs give to each.
fn is_restless(name: &str) -> bool {
    let is_number = |part: &str| part.len() >= 32 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let of_systemd = OF_SYSTEMD.iter().any(|kind| name.contains(kind));
    of_systemd || name.split('/').any(is_number)
}

fn walk(dir: &Path, facts: &mut Facts) {
    let name = dir.display().to_string();
    if is_of_tests(&name) {
        return;
    }
    let Ok(meta) = fs::metadata(dir) else { return };
    if !is_restless(&name) || is_of_a_lab(meta.uid()) {
        let owner = format!("{}:{} {:o}", meta.uid(), meta.gid(), meta.mode());
        facts.insert(format!("group {name}"), owner);
        for file in SETTINGS {
            if let Ok(text) = fs::read_to_string(dir.join(file)) {
                facts.insert(format!("group {name} {file}"), text);
            }
        }
    }
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&entry.path(), facts);
        }
    }
}
