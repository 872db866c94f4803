//! Verbs of the namespace family.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::host;
use crate::snapshot::NamespaceKind;

/// Leaves namespaces for new ones, unshare(2), and starts a shell there that
/// becomes the actor's face. Example: `unshare: {in: b, namespaces: [uts, ipc]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unshare {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The kinds to leave, in the kernel's spelling.
    #[schemars(length(min = 1))]
    pub namespaces: Vec<NamespaceKind>,
}

/// Joins namespaces of another actor, setns(2), and starts a shell there that
/// becomes the actor's face. Example: `setns: {in: a2, target: b, namespaces: [uts, ipc]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setns {
    /// The actor that joins; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The actor whose namespaces are joined.
    pub target: String,
    /// The kinds to join.
    #[schemars(length(min = 1))]
    pub namespaces: Vec<NamespaceKind>,
}

/// Bind mounts a namespace file, so that the namespace lives on without a
/// process, namespaces(7). Example: `pin: {in: host, of: b, namespace: uts, path: /lab/uts}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The actor that mounts; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The actor whose namespace is kept; the acting one where it is left out.
    #[serde(default)]
    pub of: Option<String>,
    /// The kind of namespace.
    pub namespace: NamespaceKind,
    /// The file to mount it on; made if it is not there.
    pub path: String,
}

/// Unmounts a pinned namespace. Example: `unpin: {path: /lab/uts}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unpin {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The file it was mounted on; it is removed too.
    pub path: String,
}

/// Sets the host name, sethostname(2). Example: `hostname: {in: b, name: shell-b}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hostname {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The new name, at most 64 bytes.
    pub name: String,
}
