//! Namespaces and id maps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kinds of namespace that Linux has, namespaces(7).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum NamespaceKind {
    /// The visible root of the control group tree.
    Cgroup,
    /// System V IPC and POSIX message queues.
    Ipc,
    /// The mount table: the first kind that Linux had.
    #[default]
    Mnt,
    /// Network devices, addresses, routes, sockets.
    Net,
    /// Process ids.
    Pid,
    /// The boot-time and monotonic clocks.
    Time,
    /// User and group ids, capabilities.
    User,
    /// Host name and domain name.
    Uts,
}

impl NamespaceKind {
    /// All kinds, in alphabetical order.
    pub const ALL: [Self; 8] = [
        Self::Cgroup,
        Self::Ipc,
        Self::Mnt,
        Self::Net,
        Self::Pid,
        Self::Time,
        Self::User,
        Self::Uts,
    ];

    /// Its file name under `/proc/PID/ns`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cgroup => "cgroup",
            Self::Ipc => "ipc",
            Self::Mnt => "mnt",
            Self::Net => "net",
            Self::Pid => "pid",
            Self::Time => "time",
            Self::User => "user",
            Self::Uts => "uts",
        }
    }

    /// The name of its flag for clone(2), unshare(2) and setns(2).
    pub fn flag(self) -> &'static str {
        match self {
            Self::Cgroup => "CLONE_NEWCGROUP",
            Self::Ipc => "CLONE_NEWIPC",
            Self::Mnt => "CLONE_NEWNS",
            Self::Net => "CLONE_NEWNET",
            Self::Pid => "CLONE_NEWPID",
            Self::Time => "CLONE_NEWTIME",
            Self::User => "CLONE_NEWUSER",
            Self::Uts => "CLONE_NEWUTS",
        }
    }
}

/// The inode number of each namespace a process is in; 0 if it could not be read. A number is
/// reused once its namespace is gone: compare numbers of snapshots, never keep them as keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is the kind of the same name")]
pub struct Namespaces {
    pub cgroup: i64,
    pub ipc: i64,
    pub mnt: i64,
    pub net: i64,
    pub pid: i64,
    pub time: i64,
    pub user: i64,
    pub uts: i64,
}

impl Namespaces {
    /// The inode of one kind of namespace.
    pub fn get(&self, kind: NamespaceKind) -> i64 {
        match kind {
            NamespaceKind::Cgroup => self.cgroup,
            NamespaceKind::Ipc => self.ipc,
            NamespaceKind::Mnt => self.mnt,
            NamespaceKind::Net => self.net,
            NamespaceKind::Pid => self.pid,
            NamespaceKind::Time => self.time,
            NamespaceKind::User => self.user,
            NamespaceKind::Uts => self.uts,
        }
    }

    /// Sets the inode of one kind of namespace.
    pub fn set(&mut self, kind: NamespaceKind, inode: i64) {
        *match kind {
            NamespaceKind::Cgroup => &mut self.cgroup,
            NamespaceKind::Ipc => &mut self.ipc,
            NamespaceKind::Mnt => &mut self.mnt,
            NamespaceKind::Net => &mut self.net,
            NamespaceKind::Pid => &mut self.pid,
            NamespaceKind::Time => &mut self.time,
            NamespaceKind::User => &mut self.user,
            NamespaceKind::Uts => &mut self.uts,
        } = inode;
    }
}

/// One line of `uid_map` or `gid_map`, `user_namespaces(7)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct IdMap {
    /// The first id inside.
    pub inside: i64,
    /// The first id outside, as the reader's user namespace maps it.
    pub outside: i64,
    /// How many ids.
    pub count: i64,
}

/// A namespace of the lab host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Space {
    /// Its kind.
    pub kind: NamespaceKind,
    /// Its inode.
    pub inode: i64,
    /// The inode of the user namespace that owns it; 0 if that is outside of the lab host
    /// (`NS_GET_USERNS`, `ioctl_nsfs(2)`).
    pub owner: i64,
    /// The parent of a pid or user namespace; 0 if that is outside of the lab host
    /// (`NS_GET_PARENT`).
    pub parent: i64,
    /// The pids of the processes in it in the lab host, the lowest first.
    pub processes: Vec<i64>,
    /// The files that it is mounted on.
    pub mounts: Vec<String>,
    /// The descriptors that keep it.
    pub descriptors: Vec<Holder>,
}

/// A descriptor of a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Holder {
    /// The pid of the process that has it open, in the lab host.
    pub pid: i64,
    /// The descriptor's number there.
    pub fd: i64,
}
