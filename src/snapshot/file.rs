//! Files that a lab names by path.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What programs of an actor have printed into a log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Log {
    /// The file, as the actor sees it.
    pub path: String,
    /// Its end, at most 1 KiB.
    pub text: String,
}

/// A file as the host sees it; a symbolic link is not followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct File {
    /// Its kind: `file`, `directory`, `symlink`, `character`, `block`, `fifo`, `socket`.
    pub kind: String,
    /// Its size in bytes; 0 for a directory.
    pub size: i64,
    /// Its permission bits: `0644`.
    pub mode: String,
    /// The owner, as the lab host's user namespace maps it.
    pub uid: i64,
    /// The group.
    pub gid: i64,
    /// The content of a file (the first 4 KiB), or the target of a symbolic link; else empty.
    pub text: String,
}
