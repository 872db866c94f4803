//! Turns `/proc` into facts. The reader is outside the lab host's pid namespace, so that nothing
//! inside can reach it and it sees every process with all its pids; but it is inside its user
//! namespace, so that it may look into all those processes and no others.
//!
//! Invariant: reads, never changes; a process that vanishes while it is read is left out, never an
//! error.

pub mod capability;
pub mod cgroup;
pub mod file;
pub mod ipc;
pub mod machine;
pub mod mount;
pub mod namespace;
pub mod network;
pub mod overlay;
pub mod process;
pub mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::snapshot::overlay::{Detail, Wanted};
use crate::snapshot::{Actor, HOST, Machine, Process, Snapshot};
use crate::sys::SysError;
use cgroup::Groups;
use namespace::Held;
use namespace::spaces::Asked;
use network::Networks;
use overlay::Overlays;
use process::{Memory, Raw, Stir, Table};
use watch::Watched;

/// How long a parent may take to reap its child.
const MOURNING: Duration = Duration::from_millis(100);

/// An actor whose facts are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its shells' pids in the lab host, the first one started first.
    pub shells: Vec<i64>,
    /// The exit status of its last shell to end; -1 before one has ended.
    pub exit: i64,
}

/// Reads the facts of one lab host.
#[derive(Debug)]
pub struct Reader {
    proc: OwnedFd,
    init: i64,
    /// Read once: it stays what it is.
    machine: Machine,
    held: Held,
    spaces: Asked,
    networks: Networks,
    groups: Groups,
    memory: Memory,
    overlays: Overlays,
    /// The time until a face may change without an event: when a foreground program becomes
    /// long-lived.
    ripens: Option<Duration>,
    /// The zombies of the last reading.
    zombies: BTreeSet<i64>,
    stir: Stir,
}

impl Reader {
    /// Makes a reader; `init` is the pid of the lab host's init in the proc file system whose root
    /// directory is `proc`.
    pub fn new(proc: OwnedFd, init: i64) -> Self {
        Self {
            machine: machine::read(proc.as_fd()),
            proc,
            init,
            held: Held::default(),
            spaces: Asked::default(),
            networks: Networks::default(),
            groups: Groups::default(),
            memory: Memory::default(),
            overlays: Overlays::default(),
            ripens: None,
            zombies: BTreeSet::new(),
            stir: Stir::default(),
        }
    }

    /// The proc file system that it reads.
    pub fn proc(&self) -> BorrowedFd<'_> {
        self.proc.as_fd()
    }

    /// The descriptors that wake on changes in networks, groups and overlays.
    pub fn events(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let others = self.groups.event().into_iter().chain(self.overlays.event());
        self.networks.events().chain(others)
    }

    /// Whether a host name has changed since the last reading.
    pub fn renamed(&self) -> bool {
        self.held.renamed()
    }

    /// The time from the last reading until a face may change without an event.
    pub fn ripens(&self) -> Option<Duration> {
        self.ripens
    }

    /// Whether something may change without an event: a process runs, or the kernel has no room for
    /// another inotify watch.
    pub fn stirs(&self) -> bool {
        self.stir.any() || self.is_blind()
    }

    /// Whether an inotify watch was refused for lack of room.
    fn is_blind(&self) -> bool {
        self.groups.is_blind() || self.overlays.is_blind()
    }

    /// Whether one of those processes has been on a CPU since the last reading.
    pub fn has_run(&self) -> bool {
        self.stir.has_run()
    }

    /// Details of the overlay entry that was selected at the last reading.
    pub fn detail(&self, snapshot: &Snapshot) -> Option<Detail> {
        self.overlays.detail(self.proc.as_fd(), &snapshot.actors)
    }

    /// The facts of all subjects, and the processes to watch until the next reading.
    pub fn read(&mut self, subjects: &[Subject], wanted: &Wanted) -> (Snapshot, Watched) {
        let table = Table::read(self.proc.as_fd(), self.init, &mut self.memory);
        self.held.begin();
        self.ripens = None;
        let mut snapshot = Snapshot {
            machine: self.machine.clone(),
            ..Snapshot::default()
        };
        let mut mounts = Vec::new();
        for subject in subjects {
            let actor = self.actor(&table, subject, &mut mounts);
            snapshot.actors.insert(subject.name.clone(), actor);
        }
        self.held.release();
        let proc = self.proc.as_fd();
        let (networks, guards) = self.networks.read(proc, &table, &snapshot.actors);
        snapshot.networks = networks;
        snapshot.namespaces = self.spaces.read(proc, &table, &snapshot.actors);
        (snapshot.cgroups, snapshot.hierarchy) = self.groups.read(&table);
        snapshot.overlays = self.overlays.read(proc, &snapshot.actors, wanted);
        if let Ok(more @ 1..) = i64::try_from(self.overlays.more()) {
            snapshot.cut.insert("overlays".to_owned(), more);
        }
        snapshot.images = self.overlays.images(proc, &snapshot.actors);
        if let Some(host) = snapshot.actors.get(HOST).filter(|host| host.alive) {
            snapshot.files = file::read(proc, host.outer_pid, &wanted.files);
        }
        for (name, path) in &wanted.logs {
            if let Some(actor) = snapshot.actors.get_mut(name).filter(|actor| actor.alive) {
                actor.logs.extend(file::log(proc, actor.outer_pid, path));
            }
        }
        snapshot.cut_lists();
        self.ripens = self.ripens.into_iter().chain(self.buried(&table)).min();
        // Order: the clocks of the last reading are closed before new ones are opened.
        self.stir = Stir::default();
        self.stir = Stir::of(self.proc.as_fd(), &table);
        let ends = [mounts.clone(), guards, table.living()].concat();
        (snapshot, Watched { mounts, ends })
    }

    /// A zombie vanishes when its parent reaps it, without an event: the time after which to look
    /// again.
    fn buried(&mut self, table: &Table) -> Option<Duration> {
        let zombies = table.zombies();
        let fresh = !zombies.is_subset(&self.zombies);
        self.zombies = zombies;
        fresh.then_some(MOURNING)
    }

    fn actor(&mut self, table: &Table, subject: &Subject, watched: &mut Vec<i64>) -> Actor {
        let shell = subject.shells.last().and_then(|pid| table.by_inner(*pid));
        let Some(shell) = shell else {
            return Actor {
                exit: subject.exit,
                ..Actor::default()
            };
        };
        let (face, ripens) = table.face(shell);
        self.ripens = self.ripens.into_iter().chain(ripens).min();
        watched.extend([shell.outer, face.outer]);
        let depth = i64::try_from(subject.shells.len()).unwrap_or(0) - 1;
        let mut actor = Actor {
            alive: true,
            exit: subject.exit,
            depth,
            ..Actor::default()
        };
        if self.fill(&mut actor, table, face).is_err() {
            actor.alive = false;
        }
        actor
    }

    fn fill(&mut self, actor: &mut Actor, table: &Table, face: &Raw) -> Result<(), SysError> {
        let (proc, pid) = (self.proc.as_fd(), face.outer);
        actor.ns = self.held.read(proc, pid)?;
        face.tell(actor);
        actor.seccomp = face.seccomp(table.get(self.init));
        actor.at_prompt = process::waits_for_input(proc, face);
        actor.root = process::link(proc, pid, "root")?;
        actor.cwd = process::link(proc, pid, "cwd")?;
        actor.cgroup = process::text(proc, pid, "cgroup")?.trim_end().to_owned();
        actor.uid_map = namespace::id_map(&process::text(proc, pid, "uid_map")?);
        actor.gid_map = namespace::id_map(&process::text(proc, pid, "gid_map")?);
        actor.mounts = mount::parse(&process::text(proc, pid, "mountinfo")?);
        actor.processes = visible(table, face);
        (actor.hostname, actor.ipc) = self.held.inside(proc, actor.ns);
        Ok(())
    }
}

/// The processes that a proc file system mounted by this face would show: those in its pid
/// namespace and in the namespaces below.
fn visible(table: &Table, face: &Raw) -> Vec<Process> {
    let mut seen: BTreeMap<i64, bool> = BTreeMap::new();
    for raw in table.all() {
        let parent = seen.get(&raw.parent).copied().unwrap_or(false);
        // Init's namespaces cannot be read; it is visible to those in the lab host's own pid
        // namespace.
        let init = raw.pids == [1] && face.pids.len() == 1;
        seen.insert(raw.outer, parent || init || raw.ns.pid == face.ns.pid);
    }
    table
        .all()
        .filter(|raw| seen[&raw.outer])
        .map(|raw| raw.fact(table))
        .collect()
}
