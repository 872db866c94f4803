//! Verbs of the namespace family.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::critic::Critic;
use super::host;
use super::table::{family, outlines};
use super::verb::Leaves;
use crate::snapshot::NamespaceKind;

/// The longest host name that the kernel takes, in bytes (sethostname(2)).
const HOSTNAME: usize = 64;

family! { ($)
    /// Moves the actor's shell into new namespaces.
    "unshare" Unshare(Unshare),
    /// Moves the actor's shell into another actor's namespaces.
    "setns" Setns(Setns),
    /// Keeps a namespace alive by a bind mount of its file.
    "pin" Pin(Pin),
    /// Takes such a bind mount away.
    "unpin" Unpin(Unpin),
    /// Sets the host name of the actor's uts namespace.
    "hostname" Hostname(Hostname),
    /// Maps user ids of a user namespace.
    "uid_map" UidMap(UidMap),
    /// Maps group ids of a user namespace.
    "gid_map" GidMap(GidMap),
    /// Allows setgroups(2) in a user namespace, or not.
    "setgroups" Setgroups(Setgroups),
    /// Starts a shell of another user.
    "setuid" Setuid(Setuid),
    /// Moves the actor's shell into a time namespace with other clocks.
    "time_offset" TimeOffset(TimeOffset),
}

outlines! { |a|
    Unshare { leaves: Leaves::Shell } => judge,
    Setns { mentions: Some(&a.target), leaves: Leaves::Shell } => judge,
    Pin { mentions: a.of.as_deref() },
    Unpin {},
    Hostname {} => judge,
    UidMap { mentions: Some(&a.of) },
    GidMap { mentions: Some(&a.of) },
    Setgroups { mentions: Some(&a.of) },
    Setuid { leaves: Leaves::Shell },
    TimeOffset { leaves: Leaves::Shell },
}

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

impl Unshare {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.some("namespaces", &self.namespaces);
    }
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

impl Setns {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.some("namespaces", &self.namespaces);
    }
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

impl Hostname {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        if self.name.is_empty() || self.name.len() > HOSTNAME {
            let message = format!("a host name of {} bytes", self.name.len());
            let help = "the kernel takes 1 to 64 (sethostname(2))";
            critic.word("name", &self.name, message, help);
        }
    }
}

/// Maps user ids of another actor's user namespace, `user_namespaces(7)`: writes one line
/// to `/proc/PID/uid_map`, which can be done once. Example: `uid_map: {of: b, inside: 0, outside: 0}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UidMap {
    /// The actor that writes; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The actor whose namespace gets the map.
    pub of: String,
    /// The first id inside.
    pub inside: u32,
    /// The first id outside, as the writer numbers it.
    pub outside: u32,
    /// How many.
    #[serde(default = "one")]
    pub count: u32,
}

/// Maps group ids of another actor's user namespace, `user_namespaces(7)`: writes one line
/// to `/proc/PID/gid_map`, which can be done once. Example: `gid_map: {of: b, inside: 0, outside: 0}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GidMap {
    /// The actor that writes; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The actor whose namespace gets the map.
    pub of: String,
    /// The first id inside.
    pub inside: u32,
    /// The first id outside, as the writer numbers it.
    pub outside: u32,
    /// How many.
    #[serde(default = "one")]
    pub count: u32,
}

fn one() -> u32 {
    1
}

/// Whether setgroups(2) is allowed in another actor's user namespace: `allow` or
/// `deny` in `/proc/PID/setgroups`. Example: `setgroups: {of: b, allow: false}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setgroups {
    /// The actor that writes; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The actor whose namespace it is.
    pub of: String,
    /// Whether it is allowed.
    pub allow: bool,
}

/// Becomes another user, setresuid(2), and starts a shell as such. Example: `setuid: {in: b, uid: 1000}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setuid {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The number in the actor's user namespace: real, effective and saved.
    pub uid: u32,
}

/// Leaves the time namespace for one with other clocks, `time_namespaces(7)`, and
/// starts a shell there. Example: `time_offset: {in: b, boottime: 1000000}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeOffset {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// By how many seconds the clock that counts since the start is ahead.
    pub boottime: i64,
}
