//! Which files matter. To look at: those of the lab, and the kernel's files about namespaces, control
//! groups and settings. To change: all but those that programs write to all the time.

use super::Still;
use super::text;
use crate::sys::number;

/// The trees of files that matter; names of network namespaces and POSIX IPC are in some.
const TREES: [&str; 7] = [
    "/lab",
    "/proc/sys",
    "/sys/fs/cgroup",
    "/run/netns",
    "/var/run/netns",
    "/dev/shm",
    "/dev/mqueue",
];
/// The files of `/proc/PID` that do.
const FILES: [&str; 7] = [
    "uid_map",
    "gid_map",
    "setgroups",
    "root",
    "cwd",
    "oom_score_adj",
    "projid_map",
];

/// Files that are written to all the time, by name: terminals, what has no end, what is in memory
/// only, and what bash remembers.
const QUIET: [&str; 9] = [
    "/dev/null",
    "/dev/tty",
    "/dev/pts",
    "/dev/ptmx",
    "/dev/zero",
    "/dev/full",
    "/dev/console",
    "/memfd:",
    "/root/.bash_history",
];

/// What a call does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It looks at it.
    Look,
    /// It makes, changes or removes it.
    Change,
}

impl Use {
    /// Whether that is shown of a file with this name.
    pub(super) fn matters(self, path: &str) -> bool {
        match self {
            Self::Look => is_in(&TREES, path) || is_of_process(path),
            Self::Change => path.starts_with('/') && !is_in(&QUIET, path),
        }
    }

    /// The same of a path that a call was given; a relative one begins at `dir`.
    pub(super) fn of_given(self, address: u64, dir: i32, at: &impl Still) -> bool {
        text::path(at, address).is_some_and(|path| self.matters(&whole(&path, dir, at)))
    }
}

/// Whether a path is one of these trees, or in one.
fn is_in(trees: &[&str], path: &str) -> bool {
    trees.iter().any(|tree| {
        path.strip_prefix(tree)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || tree.ends_with(':'))
    })
}

/// Whether it is one of a process that matters.
fn is_of_process(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/proc/") else {
        return false;
    };
    let Some((pid, file)) = rest.split_once('/') else {
        return false;
    };
    let is_pid = pid == "self" || pid == "thread-self" || pid.bytes().all(|b| b.is_ascii_digit());
    is_pid && (FILES.contains(&file) || file.starts_with("ns/"))
}

/// A path from its beginning.
fn whole(path: &str, dir: i32, at: &impl Still) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let base = if dir == number::AT_FDCWD {
        at.cwd()
    } else {
        at.descriptor(dir)
    };
    let base = base.unwrap_or_default();
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::Use;

    #[test]
    fn the_files_of_a_lab_and_the_kernels_are_looked_at() {
        for path in [
            "/lab",
            "/lab/x",
            "/proc/7/uid_map",
            "/proc/self/ns/net",
            "/proc/sys/kernel/hostname",
            "/sys/fs/cgroup/a/cgroup.procs",
        ] {
            assert!(Use::Look.matters(path), "{path}");
            assert!(Use::Change.matters(path), "{path}");
        }
        for path in [
            "/label",
            "/proc/meminfo",
            "/proc/x/uid_map",
            "/etc/passwd",
            "lab/x",
        ] {
            assert!(!Use::Look.matters(path), "{path}");
        }
    }

    #[test]
    fn all_changes_but_the_common_ones_are_told() {
        assert!(Use::Change.matters("/mnt/secret"));
        for path in ["/dev/null", "/dev/pts/3", "pipe:[7]", "/memfd:x (deleted)"] {
            assert!(!Use::Change.matters(path), "{path}");
        }
    }
}
