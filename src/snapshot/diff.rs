//! What changed between two snapshots, as messages.
//!
//! Invariant: says only what the two snapshots hold.

mod cgroup;
mod network;
mod overlay;

use std::sync::Arc;

use super::{Actor, HOST, NamespaceKind, Snapshot};
use crate::word::later::{Later, later_word};

/// One change, as the line under the panels shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The actor it is about.
    pub actor: String,
    /// The fact that changed, named as in a check but without the actor: `ns.uts`, `hostname`,
    /// `ipc.queues`, `mounts`.
    pub fact: String,
    /// The change: `b has a uts namespace of its own now (4026532301)`.
    pub words: Later,
}

/// All changes from one snapshot to a later one, in the order of the actors.
pub fn diff(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, now) in &after.actors {
        let mut of = Changes {
            name,
            list: &mut changes,
        };
        match before.actors.get(name) {
            Some(then) if then.alive && now.alive => of.compare(then, now, after),
            Some(then) if then.alive => {
                of.say(
                    "alive",
                    later_word!("df-ended", actor = name, status = now.exit),
                );
            }
            _ if now.alive => of.say(
                "alive",
                later_word!("df-shell", actor = name, pid = now.pid),
            ),
            _ => {}
        }
    }
    networks(before, after, &mut changes);
    cgroup::compare(before, after, &mut changes);
    overlay::compare(before, after, &mut changes);
    changes
}

/// The process of an actor with this pid on the real machine.
fn process(actor: &Actor, pid: i64) -> Option<&super::Process> {
    let mut all = actor.processes.iter();
    all.find(|process| process.outer_pid == pid)
}

/// Whether an actor has a mount at the same place.
fn has_mount(actor: &Actor, mount: &super::Mount) -> bool {
    let mut all = actor.mounts.iter();
    all.any(|own| own.target == mount.target && own.kind == mount.kind && own.id == mount.id)
}

/// Adds what changed in networks, under the name of an actor in them.
fn networks(before: &Snapshot, after: &Snapshot, list: &mut Vec<Change>) {
    for now in &after.networks {
        let Some(name) = now.actors.first().or_else(|| now.names.first()) else {
            continue;
        };
        let mut of = Changes {
            name,
            list: &mut *list,
        };
        let mut earlier = before.networks.iter();
        match earlier.find(|then| then.inode == now.inode) {
            // An unchanged network is the same object.
            Some(then) if Arc::ptr_eq(then, now) => {}
            Some(then) => {
                for new in now.names.iter().filter(|name| !then.names.contains(name)) {
                    of.say("net", later_word!("df-called", actor = name, name = new));
                }
                network::compare(then, now, &mut |fact, words| {
                    of.say(fact, later_word!("df-of", name = name, what = words));
                });
            }
            None if now.actors.is_empty() => {
                of.say("net", later_word!("df-netns", name = name));
            }
            None => {}
        }
    }
    for then in &before.networks {
        let names = then.names.iter();
        for name in names.filter(|name| after.netns(name).is_none()) {
            let mut of = Changes {
                name,
                list: &mut *list,
            };
            of.say("net", later_word!("df-no-netns", name = name));
        }
    }
}

struct Changes<'a> {
    name: &'a str,
    list: &'a mut Vec<Change>,
}

impl Changes<'_> {
    fn say(&mut self, fact: &str, words: Later) {
        self.list.push(Change {
            actor: self.name.to_owned(),
            fact: fact.to_owned(),
            words,
        });
    }

    fn compare(&mut self, then: &Actor, now: &Actor, after: &Snapshot) {
        for kind in NamespaceKind::ALL
            .into_iter()
            .filter(|k| then.ns.get(*k) != now.ns.get(*k))
        {
            self.namespace(kind, now, after);
        }
        self.text(
            "hostname",
            later_word!("df-hostname"),
            &then.hostname,
            &now.hostname,
        );
        self.text("root", later_word!("df-root"), &then.root, &now.root);
        self.text("cwd", later_word!("df-cwd"), &then.cwd, &now.cwd);
        self.ids(then, now);
        self.mounts(then, now);
        self.ipc(then, now);
        if self.name == HOST {
            self.processes(then, now);
        }
    }

    fn namespace(&mut self, kind: NamespaceKind, now: &Actor, after: &Snapshot) {
        let (name, inode) = (self.name, now.ns.get(kind));
        let mut others = after
            .actors
            .iter()
            .filter(|(other, a)| *other != name && a.ns.get(kind) == inode);
        let host = after
            .actors
            .get(HOST)
            .is_some_and(|h| h.ns.get(kind) == inode);
        let words = match others.next() {
            _ if host && name != HOST => {
                later_word!("df-ns-host", actor = name, kind = kind.name())
            }
            Some((other, _)) => later_word!(
                "df-ns-other",
                actor = name,
                other = other,
                kind = kind.name()
            ),
            None => later_word!("df-ns-own", actor = name, kind = kind.name(), inode = inode),
        };
        self.say(&format!("ns.{}", kind.name()), words);
    }

    fn text(&mut self, fact: &str, what: Later, then: &str, now: &str) {
        if then != now {
            let words = later_word!(
                "df-text",
                actor = self.name,
                what = what,
                then = then,
                now = now
            );
            self.say(fact, words);
        }
    }

    fn ids(&mut self, then: &Actor, now: &Actor) {
        if (then.uid, then.gid) != (now.uid, now.gid) {
            let words = later_word!(
                "df-ids",
                actor = self.name,
                then = format!("{}:{}", then.uid, then.gid),
                now = format!("{}:{}", now.uid, now.gid)
            );
            self.say("uid", words);
        }
        let (a, b) = (
            then.capabilities.effective.len(),
            now.capabilities.effective.len(),
        );
        if a != b {
            self.say(
                "capabilities",
                later_word!("df-capabilities", actor = self.name, then = a, now = b),
            );
        }
    }

    fn mounts(&mut self, then: &Actor, now: &Actor) {
        // Another mount namespace has its own table: its mounts are not new.
        if then.ns.mnt != now.ns.mnt || then.root != now.root {
            return;
        }
        for m in now.mounts.iter().filter(|m| !has_mount(then, m)) {
            self.say(
                "mounts",
                later_word!(
                    "df-mounted",
                    actor = self.name,
                    kind = &m.kind,
                    target = &m.target
                ),
            );
        }
        for m in then.mounts.iter().filter(|m| !has_mount(now, m)) {
            self.say(
                "mounts",
                later_word!(
                    "df-unmounted",
                    actor = self.name,
                    kind = &m.kind,
                    target = &m.target
                ),
            );
        }
    }

    fn ipc(&mut self, then: &Actor, now: &Actor) {
        let (a, b) = (&then.ipc, &now.ipc);
        let actor = self.name;
        let (then, now) = (a.queues.len(), b.queues.len());
        if then != now {
            let words = later_word!("df-queues", actor = actor, now = now, then = then);
            self.say("ipc.queues", words);
        }
        let (then, now) = (a.segments.len(), b.segments.len());
        if then != now {
            let words = later_word!("df-segments", actor = actor, now = now, then = then);
            self.say("ipc.segments", words);
        }
        let (then, now) = (a.semaphores.len(), b.semaphores.len());
        if then != now {
            let words = later_word!("df-semaphores", actor = actor, now = now, then = then);
            self.say("ipc.semaphores", words);
        }
        let (then, now) = (a.posix_queues.len(), b.posix_queues.len());
        if then != now {
            let words = later_word!("df-posix", actor = actor, now = now, then = then);
            self.say("ipc.posix_queues", words);
        }
    }

    fn processes(&mut self, then: &Actor, now: &Actor) {
        for p in now
            .processes
            .iter()
            .filter(|p| process(then, p.outer_pid).is_none())
        {
            self.say(
                "processes",
                later_word!("df-started", name = &p.name, pid = p.pid),
            );
        }
        for p in then
            .processes
            .iter()
            .filter(|p| process(now, p.outer_pid).is_none())
        {
            self.say(
                "processes",
                later_word!("df-over", name = &p.name, pid = p.pid),
            );
        }
        self.orphans(then, now);
    }

    fn orphans(&mut self, then: &Actor, now: &Actor) {
        for p in now.processes.iter().filter(|p| p.orphan) {
            if process(then, p.outer_pid).is_some_and(|old| old.orphan) {
                continue;
            }
            let parent = now.processes.iter().find(|q| q.pid == p.parent);
            let by = parent.map_or_else(|| later_word!("df-another"), |q| Later::from(&q.name));
            let words = later_word!(
                "df-orphan",
                by = by,
                parent = p.parent,
                name = &p.name,
                pid = p.pid
            );
            self.say("processes", words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(uts: i64) -> Actor {
        let mut actor = Actor {
            alive: true,
            hostname: "lab".to_owned(),
            ..Actor::default()
        };
        actor.ns.uts = uts;
        actor
    }

    #[test]
    fn a_namespace_and_a_name() {
        let mut before = Snapshot::default();
        before.actors.insert("host".to_owned(), actor(1));
        before.actors.insert("b".to_owned(), actor(1));
        let mut after = before.clone();
        let b = Actor {
            hostname: "shell-b".to_owned(),
            ..actor(2)
        };
        after.actors.insert("b".to_owned(), b);
        let words: Vec<String> = diff(&before, &after)
            .into_iter()
            .map(|c| c.words.to_string())
            .collect();
        let expected = [
            "b has a uts namespace of its own now (2)",
            "b: host name lab → shell-b",
        ];
        assert_eq!(words, expected);
        assert!(diff(&after, &after).is_empty());
    }
}
