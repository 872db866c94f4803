//! Files that a lab names by path.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a program of an actor has printed, where that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Log {
    /// The file, as the actor sees it.
    pub path: String,
    /// Its end, at most 1 KiB.
    pub text: String,
}

/// A file as host sees it; a symbolic link is not followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct File {
    /// What it is: `file`, `directory`, `symlink`, `character`, `block`, `fifo`, `socket`.
    pub kind: String,
    /// Its size in bytes; of a directory 0.
    pub size: i64,
    /// Its permission bits: `0644`.
    pub mode: String,
    /// The owner, as the lab host numbers it.
    pub uid: i64,
    /// The group.
    pub gid: i64,
    /// What a file holds (the first 4 KiB), or where a symbolic link leads; else empty.
    pub text: String,
}
