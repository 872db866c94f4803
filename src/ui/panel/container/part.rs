//! The parts of a container: namespaces, root, network, limits, power, processes.

use super::super::identity;
use super::subject::{Item, Subject, is_own, kinds};
use super::{cgroup, mount, network};
use crate::snapshot::{Log, NamespaceKind, ProcessState};
use crate::ui::text::clean;
use crate::word;

/// The most capabilities that are named.
const NAMED: usize = 14;
/// The most processes that are named.
const PROCESSES: usize = 8;

/// A part of a container, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Namespaces,
    Root,
    Network,
    Limits,
    Power,
    Processes,
    Log,
}

impl Part {
    pub(super) const ALL: [Self; 7] = [
        Self::Namespaces,
        Self::Root,
        Self::Network,
        Self::Limits,
        Self::Power,
        Self::Processes,
        Self::Log,
    ];

    pub(super) fn name(self) -> String {
        match self {
            Self::Namespaces => word!("panel-namespace"),
            Self::Root => word!("ct-root"),
            Self::Network => word!("panel-network"),
            Self::Limits => word!("panel-cgroup"),
            Self::Power => word!("ct-power"),
            Self::Processes => word!("panel-process"),
            Self::Log => word!("ct-log"),
        }
    }

    /// The items of the part; none if the actor has what the host has.
    pub(super) fn items(self, subject: &Subject<'_>) -> Vec<Item> {
        match self {
            Self::Namespaces => namespaces(subject),
            Self::Root => mount::items(subject),
            Self::Network => network::items(subject),
            Self::Limits => cgroup::items(subject),
            Self::Power => power(subject),
            Self::Processes => processes(subject),
            Self::Log => logs(subject),
        }
    }
}

fn namespaces(subject: &Subject<'_>) -> Vec<Item> {
    let all = NamespaceKind::ALL.into_iter();
    let (apart, of_host): (Vec<NamespaceKind>, Vec<NamespaceKind>) = all
        .filter(|kind| subject.actor.ns.get(*kind) != 0)
        .partition(|kind| is_own(subject, *kind));
    let mut own = Vec::new();
    let mut with: Vec<(String, Vec<NamespaceKind>)> = Vec::new();
    for kind in apart {
        let others = others(subject, kind);
        if others.is_empty() {
            own.push(kind);
        } else if let Some((_, list)) = with.iter_mut().find(|(names, _)| *names == others) {
            list.push(kind);
        } else {
            with.push((others, vec![kind]));
        }
    }
    if own.is_empty() && with.is_empty() {
        return Vec::new();
    }
    let mut items = Vec::new();
    if !own.is_empty() {
        items.push(word!("ct-own", kinds = kinds(&own)));
    }
    for (others, list) in with {
        items.push(word!("ct-with", others = others, kinds = kinds(&list)));
    }
    if !of_host.is_empty() {
        items.push(word!("ct-like-host", kinds = kinds(&of_host)));
    }
    if is_own(subject, NamespaceKind::Uts) {
        items.push(word!("ct-host-name", name = &subject.actor.hostname));
    }
    items.into_iter().map(Item::fixed).collect()
}

/// The names of the actors in the same namespace that are in other containers.
fn others(subject: &Subject<'_>, kind: NamespaceKind) -> String {
    let inode = subject.actor.ns.get(kind);
    let all = subject.state.actors.iter().filter(|(name, other)| {
        *name != subject.name
            && other.alive
            && other.ns.get(kind) == inode
            && super::place(other) != super::place(subject.actor)
    });
    let names: Vec<&str> = all.map(|(name, _)| name.as_str()).collect();
    names.join(", ")
}

/// The last line of each log.
fn logs(subject: &Subject<'_>) -> Vec<Item> {
    let logs = subject.actor.logs.iter();
    logs.map(last_line).collect()
}

fn last_line(log: &Log) -> Item {
    let path = clean(&log.path);
    let line = clean(log.text.lines().last().unwrap_or_default());
    Item::live(format!("{path}: {line}"), path)
}

/// The ids and capabilities; every container has them.
fn power(subject: &Subject<'_>) -> Vec<Item> {
    let actor = subject.actor;
    let mut items = vec![ids(subject)];
    if is_own(subject, NamespaceKind::User) {
        items.push(word!("ct-ids", map = identity::map(&actor.uid_map)));
    }
    items.push(capabilities(&actor.capabilities.effective));
    if actor.no_new_privs {
        items.push("no_new_privs".to_owned());
    }
    if actor.seccomp != 0 {
        items.push(format!("seccomp {}", identity::seccomp(actor.seccomp)));
    }
    items.into_iter().map(Item::fixed).collect()
}

/// The user id inside, and that in the lab host if it is another.
fn ids(subject: &Subject<'_>) -> String {
    let actor = subject.actor;
    let (uid, gid) = (actor.uid, actor.gid);
    let ranges = actor.uid_map.iter();
    let mut inside = ranges
        .filter(|range| (0..range.count).contains(&(uid - range.outside)))
        .map(|range| range.inside + uid - range.outside);
    match inside.next() {
        Some(inside) if is_own(subject, NamespaceKind::User) && inside != uid => {
            word!("ct-uid-inside", inside = inside, uid = uid)
        }
        _ => word!("ct-uid", uid = uid, gid = gid),
    }
}

fn capabilities(set: &[String]) -> String {
    let all = identity::ALL;
    match set.len() {
        0 => word!("ct-no-capability"),
        n if n >= all => word!("ct-all-capabilities", count = n),
        n if n > NAMED => word!("ct-capabilities", count = n, all = all),
        n => {
            let names = identity::names(set);
            word!("ct-capabilities-named", count = n, all = all, names = names)
        }
    }
}

/// The processes of a pid namespace of the container's own, with their numbers there.
fn processes(subject: &Subject<'_>) -> Vec<Item> {
    if !is_own(subject, NamespaceKind::Pid) {
        return Vec::new();
    }
    let level = subject.actor.pids.len().saturating_sub(1);
    let processes = subject.actor.processes.iter();
    let mut all: Vec<(i64, &str)> = processes
        .filter(|process| process.state != ProcessState::Zombie)
        .filter_map(|process| Some((*process.pids.get(level)?, process.name.as_str())))
        .collect();
    all.sort_unstable();
    let named = all.iter().take(PROCESSES);
    let mut items: Vec<Item> = named
        .map(|(pid, name)| Item::live(format!("{pid} {name}"), (*name).to_owned()))
        .collect();
    if all.len() > PROCESSES {
        items.push(Item::fixed(word!("ct-more", count = all.len() - PROCESSES)));
    }
    items
}
