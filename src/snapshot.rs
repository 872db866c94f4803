//! Everything that panels and checks know about one instant, as plain data under the kernel's
//! names. Both read the same snapshot, so they cannot disagree. `probe` makes it; `diff` tells in
//! words what changed.
//!
//! Invariant: data only; nothing here reads a file or calls the kernel. All integers are `i64`, so
//! that the check language needs no conversions.

mod calm;
pub mod capability;
pub mod cgroup;
pub mod cut;
pub mod diff;
pub mod file;
pub mod ipc;
pub mod lens;
pub mod mount;
pub mod namespace;
pub mod network;
pub mod outcome;
pub mod overlay;
pub mod process;
mod roots;

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use capability::Capabilities;
pub use cgroup::{Cgroup, Cpu, Hierarchy, Memory, Pids, Pressure};
pub use cut::Cut;
pub use file::{File, Log};
pub use ipc::{Ipc, PosixQueue, Queue, Segment, Semaphores};
pub use mount::Mount;
pub use namespace::{Holder, IdMap, NamespaceKind, Namespaces, Space};
pub use network::{
    Echo, FdbEntry, Forwarding, Link, Listening, NatRule, Neighbour, Network, Route,
};
pub use outcome::{Call, Outcome, Refusal, StepFact};
pub use overlay::{Image, Overlay};
pub use process::{Process, ProcessState};
pub use roots::{Root, Sameness, Visit};

use roots::roots;

roots! {
    /// What each step that was done so far came to, by step id.
    steps: BTreeMap<String, StepFact>, "steps.ID", Nothing, |s| s.steps.clone();
    /// What the present step's actions came to; empty until they were made.
    result: StepFact, "result", Nothing, |s| s.result.clone();
    /// All namespaces of the lab host, by kind and inode.
    namespaces: Vec<Space>, "namespaces[]", Nothing, |s| s.namespaces.clone();
    /// The named network namespaces.
    netns: BTreeMap<String, Arc<Network>>, "netns.NAME", Part, Snapshot::named_networks;
    /// The control groups that the lab can see, by their paths below `/sys/fs/cgroup`.
    cgroups: BTreeMap<String, Cgroup>, "cgroups.NAME", Part, |s| s.cgroups.clone();
    /// The overlays of the lab, by their mount points below `/lab`.
    overlays: Arc<BTreeMap<String, Overlay>>, "overlays.NAME", Part, |s| Arc::clone(&s.overlays);
    /// The images in the store, by their names.
    images: BTreeMap<String, Image>, "images.NAME", Part, |s| s.images.clone();
    /// The files that the lab's checks name, those that are there.
    files: BTreeMap<String, File>, "files[\"PATH\"]", Nothing, |s| s.files.clone();
    /// The machine that all actors share: there is one kernel, however many containers.
    machine: Machine, "machine", Whole, |s| s.machine.clone();
}

/// The actor that is always there: the lab host itself.
pub const HOST: &str = "host";

/// The state of every actor at one instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// By actor. In a check an actor is named directly: `b.ns.uts`.
    #[serde(default)]
    pub actors: BTreeMap<String, Actor>,
    /// All namespaces of the lab host, by kind and inode.
    #[serde(default)]
    pub namespaces: Vec<Space>,
    /// The network namespaces of the lab host, in the order in which they were first seen. In a
    /// check a named one is `netns.r1`.
    #[serde(default)]
    pub networks: Vec<Arc<Network>>,
    /// The control groups that the lab can see, by path below `/sys/fs/cgroup`. In a check one is
    /// `cgroups.demo`.
    #[serde(default)]
    pub cgroups: BTreeMap<String, Cgroup>,
    /// The overlays of the lab, by mount point below `/lab`. In a check one is `overlays.merged`.
    #[serde(default)]
    pub overlays: Arc<BTreeMap<String, Overlay>>,
    /// The images in the store, by name. In a check one is `images.base`.
    #[serde(default)]
    pub images: BTreeMap<String, Image>,
    /// The files that the lab's checks name, if they exist. In a check one is `files["/lab/x"]`.
    #[serde(default)]
    pub files: BTreeMap<String, File>,
    /// The control group hierarchies of the lab host.
    #[serde(default)]
    pub hierarchy: Hierarchy,
    /// The machine that all actors share.
    #[serde(default)]
    pub machine: Machine,
    /// What each step that was done so far came to, by step id.
    #[serde(default)]
    pub steps: BTreeMap<String, StepFact>,
    /// What the present step's actions came to; empty until they were made.
    #[serde(default)]
    pub result: StepFact,
    /// How many elements were cut from a list that is too long, by the fact's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cut: Cut,
}

/// Facts about the machine: no namespace changes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Machine {
    /// The kernel's release, as uname(2) tells it everywhere.
    pub release: String,
    /// How many processors are online.
    pub cpus: i64,
    /// All memory, in bytes.
    pub memory: i64,
}

/// Facts about an actor: those of its face, the process a student would call "this shell".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Actor {
    /// Whether the actor has a shell.
    pub alive: bool,
    /// The exit status of its last shell to end, 128 + signal if one ended it; -1 before one has
    /// ended.
    pub exit: i64,
    /// The face's pid in the lab host.
    pub pid: i64,
    /// The face's pid on the real machine.
    pub outer_pid: i64,
    /// The face's pids from the lab host inwards (`NSpid`, `proc_pid_status(5)`).
    pub pids: Vec<i64>,
    /// The face's command name, at most 15 bytes (`comm`).
    pub name: String,
    /// How many shells are stacked on the pane above the first one.
    pub depth: i64,
    /// Whether the face waits for a line at its terminal.
    pub at_prompt: bool,
    /// What the actor's terminal has printed since the step began (the last 4 KiB).
    pub said: String,
    /// The host name in its uts namespace, uname(2).
    pub hostname: String,
    /// The root directory, as seen from the lab host.
    pub root: String,
    /// The working directory, as seen from the lab host.
    pub cwd: String,
    /// The inode of each of its namespaces (`/proc/PID/ns`, namespaces(7)).
    pub ns: Namespaces,
    /// The effective user id, as the lab host's user namespace maps it.
    pub uid: i64,
    /// The effective group id, as the lab host's user namespace maps it.
    pub gid: i64,
    /// `/proc/PID/uid_map`; ids outside are those of the lab host's user namespace, and in the lab
    /// host's own map those of the machine.
    pub uid_map: Vec<IdMap>,
    /// `/proc/PID/gid_map`.
    pub gid_map: Vec<IdMap>,
    /// The five sets of capabilities(7).
    pub capabilities: Capabilities,
    /// `NoNewPrivs` of `/proc/PID/status`.
    pub no_new_privs: bool,
    /// `Seccomp` of `/proc/PID/status`: 0 off, 1 strict, 2 filter. The filter around every lab host
    /// (.github/SECURITY.md) does not count.
    pub seccomp: i64,
    /// Its lines of `/proc/PID/cgroup`.
    pub cgroup: String,
    /// The processes in its pid namespace.
    pub processes: Vec<Process>,
    /// Its mount table (`/proc/PID/mountinfo`).
    pub mounts: Vec<Mount>,
    /// The objects of its ipc namespace.
    pub ipc: Ipc,
    /// Its network namespace.
    pub net: Arc<Network>,
    /// The logs of the programs that the lab starts in this actor (`spawn` with `log`).
    pub logs: Vec<Log>,
}

impl Snapshot {
    /// Gives each actor its network: on the socket each network is sent only once.
    pub fn join_networks(&mut self) {
        for actor in self.actors.values_mut() {
            let mut networks = self.networks.iter();
            if let Some(network) = networks.find(|network| network.inode == actor.ns.net) {
                actor.net = Arc::clone(network);
            }
        }
    }

    /// Whether a process is in a control group that the lab made.
    pub fn has_load(&self) -> bool {
        let mut groups = self.cgroups.iter();
        groups.any(|(name, group)| name != cgroup::HOST && !group.processes.is_empty())
    }

    /// The network namespaces that have a name, by each of their names.
    fn named_networks(&self) -> BTreeMap<String, Arc<Network>> {
        let mut named = BTreeMap::new();
        for network in &self.networks {
            let names = network.names.iter();
            named.extend(names.map(|name| (name.clone(), Arc::clone(network))));
        }
        named
    }

    /// The network namespace of this name.
    pub fn netns(&self, name: &str) -> Option<&Arc<Network>> {
        let mut networks = self.networks.iter();
        networks.find(|network| network.names.iter().any(|own| own == name))
    }
}
