//! What isolab says of processes and of control groups, held against two libraries that others
//! wrote: procfs and cgroups-rs. What they do not know, or know wrongly, is left out, and said.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use cgroups_rs::fs::cpu::CpuController;
use cgroups_rs::fs::memory::MemController;
use cgroups_rs::fs::pid::PidController;
use cgroups_rs::fs::{Cgroup, MaxValue, hierarchies};
use isolab::snapshot::{Actor, NamespaceKind, Process, Snapshot};
use procfs::ProcessCGroups;
use procfs::net::TcpState;
use procfs::process::{MountInfo, MountInfos, Namespaces, Process as Theirs, Stat, Status};

use super::beside::sorted;
use super::group::{wait_group, with_groups};
use super::host::with_tools;
use super::network::done;

/// The process as procfs sees it; none where the machine does not let this test look.
fn theirs(outer_pid: i64) -> Option<Theirs> {
    let process = Theirs::new(i32::try_from(outer_pid).unwrap()).ok()?;
    process.namespaces().is_ok().then_some(process)
}

/// All that procfs reads of a process, at one time.
struct Known {
    stat: Stat,
    status: Status,
    namespaces: Namespaces,
    groups: ProcessCGroups,
    mounts: MountInfos,
}

impl Known {
    /// None where the machine does not let this test look, and if the process has ended.
    fn of(outer_pid: i64) -> Option<Self> {
        let process = theirs(outer_pid)?;
        Some(Self {
            stat: process.stat().ok()?,
            status: process.status().ok()?,
            namespaces: process.namespaces().ok()?,
            groups: process.cgroups().ok()?,
            mounts: process.mountinfo().ok()?,
        })
    }
}

/// What procfs knew of the processes of a state when that state was read.
pub(super) struct Oracle(BTreeMap<i64, Known>);

impl Oracle {
    pub(super) fn read(snapshot: &Snapshot, at_rest: &[&Process]) -> Self {
        let living = snapshot.actors.values().filter(|actor| actor.alive);
        let pids = living.map(|actor| actor.outer_pid);
        let pids = pids.chain(at_rest.iter().map(|process| process.outer_pid));
        Self(
            pids.filter_map(|pid| Some((pid, Known::of(pid)?)))
                .collect(),
        )
    }

    /// Whether each process was in its state of the snapshot when procfs read it: the shell that has
    /// just run a line may not have come to rest.
    pub(super) fn saw_rest(&self, at_rest: &[&Process]) -> bool {
        at_rest.iter().all(|process| {
            let known = self.0.get(&process.outer_pid);
            known.is_none_or(|known| state(process) == known.stat.state.to_string())
        })
    }

    /// Compares it with that state, in which nothing runs; how many processes were known.
    pub(super) fn agrees(&self, snapshot: &Snapshot, at_rest: &[&Process]) -> usize {
        let known = at_rest.iter().filter_map(|process| {
            let known = self.0.get(&process.outer_pid)?;
            agrees_on_process(process, known);
            Some(())
        });
        let known = known.count();
        for actor in snapshot.actors.values().filter(|actor| actor.alive) {
            if let Some(theirs) = self.0.get(&actor.outer_pid) {
                agrees_on_actor(actor, theirs);
            }
        }
        known
    }
}

/// The letter of a process's state.
fn state(process: &Process) -> String {
    let value = serde_json::to_value(process.state).unwrap();
    value.as_str().unwrap().to_owned()
}

fn agrees_on_process(ours: &Process, theirs: &Known) {
    assert_eq!(ours.name, theirs.stat.comm);
    assert_eq!(state(ours), theirs.stat.state.to_string());
    let numbers = theirs.status.nspid.iter().flatten().copied();
    let numbers: Vec<i64> = numbers.map(i64::from).collect();
    assert!(numbers.ends_with(&ours.pids), "{ours:?}: {numbers:?}");
}

fn agrees_on_actor(ours: &Actor, theirs: &Known) {
    let status = &theirs.status;
    let sets = &ours.capabilities;
    for (names, mask) in [
        (&sets.effective, status.capeff),
        (&sets.permitted, status.capprm),
        (&sets.inheritable, status.capinh),
        (&sets.bounding, status.capbnd.unwrap()),
        (&sets.ambient, status.capamb.unwrap()),
    ] {
        let known = rustix::thread::CapabilitySet::from_bits_retain(mask);
        let known: Vec<String> = known
            .iter_names()
            .map(|(n, _)| format!("CAP_{n}"))
            .collect();
        assert_eq!(*names, known);
    }
    assert_eq!(u64::from(ours.no_new_privs), status.nonewprivs.unwrap());
    let namespaces = &theirs.namespaces.0;
    for kind in NamespaceKind::ALL {
        let number = namespaces[OsStr::new(kind.name())].identifier;
        assert_eq!(
            ours.ns.get(kind),
            i64::try_from(number).unwrap(),
            "{kind:?}"
        );
    }
    // Paths are those of the reader's cgroup namespace, which is not this test's.
    let groups: Vec<String> = theirs
        .groups
        .0
        .iter()
        .map(|group| format!("{}:{}", group.hierarchy, group.controllers.join(",")))
        .collect();
    let own = ours
        .cgroup
        .lines()
        .map(|line| line.rsplit_once(':').unwrap().0);
    assert_eq!(own.collect::<Vec<_>>(), groups);
    agrees_on_mounts(ours, theirs);
}

/// procfs leaves the escapes in paths as they are, and keeps no order of options. The root of a
/// mount of control groups depends on the reader's cgroup namespace (`cgroup_namespaces(7)`).
fn agrees_on_mounts(ours: &Actor, theirs: &Known) {
    let known = theirs.mounts.0.iter().filter_map(|mount: &MountInfo| {
        let target = mount.mount_point.display().to_string();
        let place = format!("{} {}", mount.mnt_id, mount.pid);
        words(&place, &target, &mount.fs_type, &mount.root)
    });
    let own = ours.mounts.iter().filter_map(|mount| {
        let place = format!("{} {}", mount.id, mount.parent);
        words(&place, &mount.target, &mount.kind, &mount.root)
    });
    assert_eq!(sorted(own), sorted(known));
}

/// A mount in words that both know; none where there are escapes.
fn words(place: &str, target: &str, kind: &str, root: &str) -> Option<String> {
    let escaped = |path: &str| path.contains([' ', '\t', '\n', '\\']);
    let root = if kind.starts_with("cgroup") { "" } else { root };
    (!escaped(target) && !escaped(root)).then(|| format!("{place} {target} {kind} {root}"))
}

#[test]
fn sockets_that_listen_are_those_that_procfs_knows() {
    with_tools(|sandbox| async move {
        let serve = r#"{"listen": {"name": "web", "port": 8080, "text": "hello"}}"#;
        done(&sandbox, serve).await;
        let snapshot = sandbox.observe().await.unwrap();
        let host = &snapshot.actors["host"];
        let Some(theirs) = theirs(host.outer_pid) else {
            return crate::skip::skip("sockets that procfs knows", "root");
        };
        let tables = [theirs.tcp().unwrap(), theirs.tcp6().unwrap()].concat();
        let listening = tables
            .iter()
            .filter(|entry| entry.state == TcpState::Listen);
        let mut known: Vec<i64> = listening
            .map(|entry| i64::from(entry.local_address.port()))
            .collect();
        let tcp = host
            .net
            .listening
            .iter()
            .filter(|socket| socket.protocol == "tcp");
        let mut own: Vec<i64> = tcp.map(|socket| socket.port).collect();
        known.sort_unstable();
        own.sort_unstable();
        assert!(own.contains(&8080), "{own:?}");
        assert_eq!(own, known);
    });
}

/// The path of a process's group in the hierarchy of a controller, as the machine sees it.
fn path(pid: i64, controller: &str) -> String {
    let process = Theirs::new(i32::try_from(pid).unwrap()).unwrap();
    let groups = process.cgroups().unwrap().0;
    let has = |name: &String| name == controller;
    let own = groups
        .iter()
        .find(|group| group.controllers.iter().any(has));
    let unified = groups.iter().find(|group| group.hierarchy == 0);
    let group = own.or(unified).unwrap();
    group.pathname.trim_start_matches('/').to_owned()
}

/// A group as cgroups-rs sees it, in the hierarchy of one controller.
fn group(path: &str, controller: &str) -> Cgroup {
    let only = vec![controller.to_owned()];
    Cgroup::load_with_specified_controllers(hierarchies::auto(), path, only)
}

#[test]
fn a_group_that_isolab_limits_is_read_by_cgroups_rs_and_the_other_way_round() {
    with_groups(|sandbox| async move {
        let limits = r#""memory.max": "20M", "pids.max": "30", "cpu.max": "50000 100000""#;
        let make = format!(r#"{{"cgroup": {{"name": "demo", "limits": {{{limits}}}}}}}"#);
        done(&sandbox, &make).await;
        done(&sandbox, r#"{"attach": {"in": "b", "group": "demo"}}"#).await;
        let pid = sandbox.observe().await.unwrap().actors["b"].outer_pid;

        let memory = group(&path(pid, "memory"), "memory");
        let memory: &MemController = memory.controller_of().unwrap();
        assert_eq!(memory.memory_stat().limit_in_bytes, 20 << 20);
        let pids = group(&path(pid, "pids"), "pids");
        let pids: &PidController = pids.controller_of().unwrap();
        assert_eq!(pids.get_pid_max().unwrap(), MaxValue::Value(30));
        let cpu = group(&path(pid, "cpu"), "cpu");
        let cpu: &CpuController = cpu.controller_of().unwrap();
        assert_eq!(cpu.cfs_quota().unwrap(), 50_000);
        assert_eq!(cpu.cfs_period().unwrap(), 100_000);

        memory.set_limit(30 << 20).unwrap();
        pids.set_pid_max(MaxValue::Value(17)).unwrap();
        cpu.set_cfs_quota_and_period(Some(25_000), Some(50_000))
            .unwrap();
        let seen = wait_group(&sandbox, "demo", |demo| demo.pids.max == 17).await;
        assert_eq!(seen.memory.max, 30 << 20);
        assert_eq!(
            (seen.cpu.quota_usec, seen.cpu.period_usec),
            (25_000, 50_000)
        );
    });
}

/// On version 2 cgroups-rs would turn controllers on from the root of the machine's tree down:
/// there it makes none.
#[test]
fn a_group_that_cgroups_rs_makes_is_shown() {
    if hierarchies::auto().v2() {
        return crate::skip::skip("a group of cgroups-rs", "control groups of version 1");
    }
    with_groups(|sandbox| async move {
        done(&sandbox, r#"{"cgroup": {"name": "demo"}}"#).await;
        done(&sandbox, r#"{"attach": {"in": "b", "group": "demo"}}"#).await;
        let pid = sandbox.observe().await.unwrap().actors["b"].outer_pid;
        let mut made = Vec::new();
        for controller in ["memory", "cpu", "pids"] {
            let path = format!("{}/made", path(pid, controller));
            let group = group(&path, controller);
            group.create().unwrap();
            made.push(group);
        }
        let pids: &PidController = made[2].controller_of().unwrap();
        pids.set_pid_max(MaxValue::Value(5)).unwrap();
        let snapshot = sandbox.observe().await.unwrap();
        assert_eq!(snapshot.cgroups["demo/made"].pids.max, 5);
        for group in made {
            group.delete().unwrap();
        }
    });
}
