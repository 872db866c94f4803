//! Mounts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One line of `/proc/PID/mountinfo`, `proc_pid_mountinfo(5)`, octal escapes undone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Mount {
    /// The mount's id.
    pub id: i64,
    /// The id of the mount it is on.
    pub parent: i64,
    /// The path within its file system that is the root of this mount.
    pub root: String,
    /// Where it is mounted, from the process's root.
    pub target: String,
    /// Per-mount options: `ro`, `nosuid` …
    pub options: Vec<String>,
    /// `shared:N`, `master:N`, `propagate_from:N`, `unbindable`; empty is private.
    pub propagation: Vec<String>,
    /// The file system type.
    pub kind: String,
    /// The source.
    pub source: String,
    /// Per-superblock options, in order: `lowerdir+` may come several times.
    pub super_options: Vec<String>,
}

/// The top directories below which every lab host has mounts.
const SYSTEM: [&str; 13] = [
    "usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "nix", "gnu", "etc", "dev", "sys",
    "proc",
];

impl Mount {
    /// Whether it is below a directory in which every lab host has mounts.
    pub fn is_of_every_host(&self) -> bool {
        let first = self.target.split('/').nth(1);
        first.is_some_and(|first| SYSTEM.contains(&first))
    }
}
