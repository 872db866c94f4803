//! Verbs of the mount family.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::critic::Critic;
use super::host;
use super::table::{family, outlines};
use super::verb::{Leaves, Runs};

family! { ($)
    /// Mounts a file system.
    "mount" Mount(Mount),
    /// Makes a file or directory visible at a second place.
    "bind" Bind(Bind),
    /// Changes the options of a mount.
    "remount" Remount(Remount),
    /// Changes how mounts below a mount travel to its copies.
    "propagation" Propagation(Propagation),
    /// Takes a mount away.
    "umount" Umount(Umount),
    /// Swaps the root mount of the mount namespace.
    "pivot_root" PivotRoot(PivotRoot),
    /// Gives the actor's shell another root directory.
    "chroot" Chroot(Chroot),
    /// Covers paths, or makes them read-only.
    "mask" Mask(Mask),
}

outlines! { |a|
    Mount {},
    Bind {},
    Remount {} => judge,
    Propagation {},
    Umount {},
    PivotRoot {},
    Chroot { runs: Runs::Words(&a.program), leaves: Leaves::Shell } => judge,
    Mask {} => judge,
}

/// Mounts a file system, mount(2). Example: `mount: {in: b, type: proc, target: /proc}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The file system type: `proc`, `tmpfs`, `sysfs`, `mqueue`, `devpts` …
    #[serde(rename = "type")]
    pub kind: String,
    /// The source; the type's name where it is left out.
    #[serde(default)]
    pub source: Option<String>,
    /// The directory to mount on.
    pub target: String,
    /// Options as mount(8) takes them after `-o`: `ro`, `nosuid`, `size=1m` …
    #[serde(default)]
    pub options: Vec<String>,
}

/// Makes a file or directory visible at a second place, mount(2) with `MS_BIND`.
/// Example: `bind: {source: /lab/data, target: /lab/root/data}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bind {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// What is shown.
    pub source: String,
    /// Where it is shown.
    pub target: String,
    /// Take the mounts below it along (`MS_REC`).
    #[serde(default)]
    pub recursive: bool,
}

/// Takes a mount away, umount2(2). Example: `umount: {target: /lab/data, lazy: true}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Umount {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The place it is mounted on.
    pub target: String,
    /// Detach now, end when no longer in use (`MNT_DETACH`).
    #[serde(default)]
    pub lazy: bool,
}

/// Changes the root directory, chroot(2), and starts a program there that
/// becomes the actor's face. Example: `chroot: {path: /lab/root, program: [/bin/sh]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chroot {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The directory that becomes `/`.
    pub path: String,
    /// The program to start there, looked up inside; an interactive bash where it is left out.
    #[serde(default = "shell")]
    pub program: Vec<String>,
}

impl Chroot {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.some("program", &self.program);
    }
}

fn shell() -> Vec<String> {
    vec!["/bin/bash".to_owned()]
}

/// How mounts and unmounts below a mount travel to its copies, `mount_namespaces(7)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// In both directions, within a peer group.
    Shared,
    /// Not at all.
    Private,
    /// Only from the master to here.
    Slave,
    /// Not at all, and it cannot be bound.
    Unbindable,
}

impl Mode {
    /// As mount(8) spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Private => "private",
            Self::Slave => "slave",
            Self::Unbindable => "unbindable",
        }
    }
}

/// Changes the propagation of a mount, mount(2) with `MS_SHARED` and so on.
/// Example: `propagation: {target: /lab/share, mode: shared}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Propagation {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The mount point.
    pub target: String,
    /// How.
    pub mode: Mode,
    /// Of all mounts below it, too (`MS_REC`).
    #[serde(default)]
    pub recursive: bool,
}

/// An option that one mount may have or lose, mount(8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "each is the option of the same name")]
pub enum MountOption {
    Ro,
    Rw,
    Nosuid,
    Suid,
    Nodev,
    Dev,
    Noexec,
    Exec,
}

impl MountOption {
    /// As mount(8) spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ro => "ro",
            Self::Rw => "rw",
            Self::Nosuid => "nosuid",
            Self::Suid => "suid",
            Self::Nodev => "nodev",
            Self::Dev => "dev",
            Self::Noexec => "noexec",
            Self::Exec => "exec",
        }
    }
}

/// Changes options of one mount, `mount_setattr(2)`.
/// Example: `remount: {target: /lab/view, options: [ro]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remount {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The mount point.
    pub target: String,
    /// What it has afterwards or no longer; what is not named stays.
    #[schemars(length(min = 1))]
    pub options: Vec<MountOption>,
}

impl Remount {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.some("options", &self.options);
    }
}

/// Swaps the root mount of the mount namespace, `pivot_root(2)`: the old one is
/// then to be found below the new one. Example: `pivot_root: {in: box, new_root: /lab/root, put_old: /lab/root/old}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PivotRoot {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The mount that becomes the root.
    pub new_root: String,
    /// A directory below it, for the old root.
    pub put_old: String,
}

/// Covers paths with mounts, as runtimes do below `/proc` and `/sys`: a file in `hide`
/// becomes `/dev/null`, a directory an empty tmpfs; what is in `read_only` can be read
/// only. A path that is not there is passed over.
/// Example: `mask: {in: box, hide: [/proc/kcore], read_only: [/proc/sys]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mask {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The paths to be covered.
    #[serde(default)]
    pub hide: Vec<String>,
    /// The paths to be read-only.
    #[serde(default)]
    pub read_only: Vec<String>,
}

impl Mask {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        if self.hide.is_empty() && self.read_only.is_empty() {
            let help = "name paths in `hide` or in `read_only`";
            critic.tell("nothing to mask", help);
        }
    }
}
