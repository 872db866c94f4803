//! Where control groups are mounted, cgroups(7).

use std::os::fd::BorrowedFd;
use std::path::Path;

/// Where the hierarchies are mounted.
pub const TOP: &str = "/sys/fs/cgroup";

/// The controllers of cgroup v2; `None` if v2 is not mounted at `TOP`: only the top of v2 has this
/// file.
pub fn controllers() -> Option<Vec<String>> {
    let text = std::fs::read_to_string(Path::new(TOP).join("cgroup.controllers"));
    let words = |text: String| text.split_whitespace().map(str::to_owned).collect();
    text.ok().map(words)
}

/// The version 1 hierarchies: the names of their directories, sorted.
pub fn hierarchies() -> Vec<String> {
    let entries = std::fs::read_dir(TOP).into_iter().flatten().flatten();
    let is_one = |entry: &std::fs::DirEntry| entry.path().join("cgroup.procs").exists();
    let names = entries.filter(is_one).map(|entry| entry.file_name());
    let mut names: Vec<String> = names.map(|n| n.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// `CGROUP_SUPER_MAGIC` and `CGROUP2_SUPER_MAGIC` of linux/magic.h.
const KINDS: [i64; 2] = [0x0027_e0eb, 0x6367_7270];

/// Whether a directory is a control group, by its file system type, statfs(2): a directory of any
/// other kind may have files of the same names.
pub fn is_group(dir: &Path) -> bool {
    rustix::fs::statfs(dir).is_ok_and(|fs| KINDS.contains(&fs.f_type))
}

/// Like `is_group`, for an open directory.
pub fn is_open_group(dir: BorrowedFd<'_>) -> bool {
    rustix::fs::fstatfs(dir).is_ok_and(|fs| KINDS.contains(&fs.f_type))
}

/// The groups of a process, parsed from `/proc/PID/cgroup`: the controllers of a hierarchy (empty
/// for version 2) and the path in it.
pub fn groups(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let (_, rest) = line.split_once(':')?;
        rest.split_once(':')
    })
}

/// Whether a hierarchy has a controller; `hierarchy` is a list with commas.
pub fn has(hierarchy: &str, controller: &str) -> bool {
    hierarchy.split(',').any(|name| name == controller)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_told_by_hierarchy() {
        let text = "4:cpu,cpuacct:/a\n0::/user.slice/x:y\n";
        let told: Vec<_> = groups(text).collect();
        assert_eq!(told, [("cpu,cpuacct", "/a"), ("", "/user.slice/x:y")]);
        assert!(has("cpu,cpuacct", "cpu") && !has("cpuacct", "cpu"));
    }
}
