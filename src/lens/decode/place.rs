//! Which files matter: those of the lab, and the kernel's files about namespaces, control groups and
//! settings.

use super::Still;
use super::text;
use crate::sys::number;

/// The trees of files that matter.
const TREES: [&str; 3] = ["/lab", "/proc/sys", "/sys/fs/cgroup"];
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

/// Whether a file with this name matters.
pub(super) fn matters(path: &str) -> bool {
    let below = |tree: &str| {
        path.strip_prefix(tree)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    TREES.iter().any(|tree| below(tree)) || is_of_process(path)
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

/// Whether a path that a call was given matters; a relative one begins at `dir`.
pub(super) fn given(address: u64, dir: i32, at: &impl Still) -> bool {
    text::path(at, address).is_some_and(|path| matters(&whole(&path, dir, at)))
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
    use super::matters;

    #[test]
    fn the_files_of_a_lab_and_the_kernels_matter() {
        for path in [
            "/lab",
            "/lab/x",
            "/proc/7/uid_map",
            "/proc/self/ns/net",
            "/proc/sys/kernel/hostname",
            "/sys/fs/cgroup/a/cgroup.procs",
        ] {
            assert!(matters(path), "{path}");
        }
        for path in [
            "/label",
            "/proc/meminfo",
            "/proc/x/uid_map",
            "/etc/passwd",
            "lab/x",
        ] {
            assert!(!matters(path), "{path}");
        }
    }
}
