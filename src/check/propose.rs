//! Proposes expectations from a change: each is false on the state before and true on the state
//! after.

use super::{Facts, Names, Program};
use crate::snapshot::{Actor, NamespaceKind, Snapshot};

/// An expectation, and the sentence for while it is false.
pub type Proposal = (String, String);

/// Expectations for what has changed, the most specific first.
pub fn propose(before: &Snapshot, after: &Snapshot) -> Vec<Proposal> {
    let mut all = Vec::new();
    for (name, now) in &after.actors {
        let none = Actor::default();
        let then = before.actors.get(name).unwrap_or(&none);
        namespaces(name, (then, now), after, &mut all);
        texts(name, (then, now), &mut all);
        lists(name, (then, now), &mut all);
    }
    groups(before, after, &mut all);
    let names = Names {
        actors: after.actors.keys().map(String::as_str).collect(),
        steps: Vec::new(),
    };
    let (old, new) = (Facts::new(before, before), Facts::new(after, before));
    all.retain(|(expect, _)| {
        let program = Program::compile(expect, &names);
        program.is_ok_and(|program| !program.verdict(&old).holds && program.verdict(&new).holds)
    });
    all
}

type Pair<'a> = (&'a Actor, &'a Actor);

fn namespaces(name: &str, (then, now): Pair<'_>, after: &Snapshot, all: &mut Vec<Proposal>) {
    let changed = |kind: &NamespaceKind| then.ns.get(*kind) != now.ns.get(*kind);
    for kind in NamespaceKind::ALL.into_iter().filter(changed) {
        let word = kind.name();
        let others = after.actors.iter().filter(|(other, _)| *other != name);
        let mut same = others
            .clone()
            .filter(|(_, other)| other.ns.get(kind) == now.ns.get(kind));
        if let Some((other, _)) = same.next() {
            all.push((
                format!("{name}.ns.{word} == {other}.ns.{word}"),
                format!("{name} is not in {other}'s {word} namespace."),
            ));
        }
        for (other, _) in others {
            all.push((
                format!("{name}.ns.{word} != {other}.ns.{word}"),
                format!("{name} is still in {other}'s {word} namespace."),
            ));
        }
    }
}

fn texts(name: &str, (then, now): Pair<'_>, all: &mut Vec<Proposal>) {
    for (fact, what, then, now) in [
        ("hostname", "host name", &then.hostname, &now.hostname),
        ("root", "root directory", &then.root, &now.root),
        ("cwd", "working directory", &then.cwd, &now.cwd),
    ] {
        if then != now && !now.is_empty() {
            all.push((
                format!("{name}.{fact} == {}", quoted(now)),
                format!("{name}'s {what} is not {now}."),
            ));
        }
    }
    if then.uid != now.uid {
        let uid = now.uid;
        all.push((
            format!("{name}.uid == {uid}"),
            format!("{name} is not user {uid}."),
        ));
    }
}

fn lists(name: &str, (then, now): Pair<'_>, all: &mut Vec<Proposal>) {
    for mount in &now.mounts {
        let (target, kind) = (&mount.target, &mount.kind);
        all.push((
            format!(
                "{name}.mounts.exists(m, m.target == {} && m.kind == {})",
                quoted(target),
                quoted(kind)
            ),
            format!("There is no {kind} on {name}'s {target}."),
        ));
    }
    for mount in &then.mounts {
        all.push((
            format!(
                "!{name}.mounts.exists(m, m.target == {})",
                quoted(&mount.target)
            ),
            format!("{name} still has a mount on {}.", mount.target),
        ));
    }
    ipc_and_links(name, now, all);
    // Processes come and go; lasting ones are seen from the host.
    if name == crate::snapshot::HOST {
        let known = |pid: i64| then.processes.iter().any(|old| old.outer_pid == pid);
        let new = now.processes.iter();
        for process in new.filter(|new| !known(new.outer_pid)) {
            let word = &process.name;
            all.push((
                format!("host.processes.exists(p, p.name == {})", quoted(word)),
                format!("No {word} is running."),
            ));
        }
    }
}

fn ipc_and_links(name: &str, now: &Actor, all: &mut Vec<Proposal>) {
    let queues = now.ipc.queues.len();
    let many = if queues == 1 { "" } else { "s" };
    all.push((
        format!("size({name}.ipc.queues) == {queues}"),
        format!("{name} does not see {queues} message queue{many}."),
    ));
    for (link, facts) in &now.net.links {
        all.push((
            format!("{} in {name}.net.links", quoted(link)),
            format!("{name} has no link {link}."),
        ));
        for address in facts
            .addresses
            .iter()
            .filter(|address| !address.starts_with("fe80"))
        {
            all.push((
                format!(
                    "{} in {name}.net.links[{}].addresses",
                    quoted(address),
                    quoted(link)
                ),
                format!("{name}'s {link} does not have the address {address}."),
            ));
        }
        if facts.up {
            all.push((
                format!("{name}.net.links[{}].up", quoted(link)),
                format!("{name}'s {link} is down."),
            ));
        }
    }
}

fn groups(before: &Snapshot, after: &Snapshot, all: &mut Vec<Proposal>) {
    for name in after
        .cgroups
        .keys()
        .filter(|name| !before.cgroups.contains_key(*name))
    {
        all.push((
            format!("{} in cgroups", quoted(name)),
            format!("There is no control group {name}."),
        ));
    }
    for (name, overlay) in after.overlays.iter().filter(|(_, overlay)| overlay.mounted) {
        all.push((
            format!("overlays[{}].mounted", quoted(name)),
            format!("No overlay is mounted on {}.", overlay.merged),
        ));
    }
}

/// A text as a CEL string, which is written as in JSON.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_proposed() {
        let mut before = Snapshot::default();
        let actor = |uts: i64, name: &str| {
            let mut actor = Actor {
                alive: true,
                hostname: name.to_owned(),
                ..Actor::default()
            };
            actor.ns.uts = uts;
            actor
        };
        before.actors.insert("host".to_owned(), actor(1, "lab"));
        before.actors.insert("b".to_owned(), actor(1, "lab"));
        let mut after = before.clone();
        after.actors.insert("b".to_owned(), actor(2, "new"));
        let told: Vec<String> = propose(&before, &after)
            .into_iter()
            .map(|(expect, _)| expect)
            .collect();
        assert_eq!(told, ["b.ns.uts != host.ns.uts", "b.hostname == \"new\""]);
        assert!(propose(&after, &after).is_empty());
    }
}
