//! Which mounts of several tables are the same.

use super::Facts;
use crate::snapshot::{Actor, HOST, Mount};

/// The mounts of the lab host that are the same for all who have its root.
pub(super) struct Table<'a> {
    /// These mounts.
    pub(super) mounts: Vec<&'a Mount>,
    /// All mounts of the lab host.
    pub(super) all: &'a [Mount],
}

impl Table<'_> {
    /// Whether a mount of a table is one of them.
    pub(super) fn has(&self, table: &[Mount], mount: &Mount) -> bool {
        let mut mounts = self.mounts.iter();
        mounts.any(|own| is_alike(self.all, own, table, mount))
    }
}

/// The mounts that belong to the lab host itself, if there are any that are the same for all.
pub(super) fn of_host<'a>(facts: &Facts<'a>) -> Option<Table<'a>> {
    let actors = facts.actors.iter();
    let (_, host) = actors.clone().find(|(name, _)| *name == HOST)?;
    let others: Vec<&Actor> = actors
        .map(|(_, actor)| *actor)
        .filter(|actor| has_root_of(actor, host))
        .collect();
    let known = facts.before.actors.get(HOST);
    let mounts = host.mounts.iter().filter(|mount| {
        let of_host = mount.target == "/" || mount.is_of_every_host();
        of_host && is_known(mount, known) && others.iter().all(|other| has(other, host, mount))
    });
    let mounts: Vec<&Mount> = mounts.collect();
    (mounts.len() > 1).then_some(Table {
        mounts,
        all: &host.mounts,
    })
}

/// Whether a mount was there when the step began, in the same way, as far as that is known.
fn is_known(mount: &Mount, before: Option<&Actor>) -> bool {
    before.is_none_or(|before| {
        before.mounts.iter().any(|old| {
            let is_as_before = old.options == mount.options && old.propagation == mount.propagation;
            old.id == mount.id && is_as_before
        })
    })
}

/// Whether an actor has the same root directory as the host.
fn has_root_of(actor: &Actor, host: &Actor) -> bool {
    let root = |actor: &'_ Actor| actor.mounts.iter().position(|mount| mount.target == "/");
    match (root(actor), root(host)) {
        (Some(own), Some(other)) => {
            actor.root == host.root && is_same(&actor.mounts[own], &host.mounts[other])
        }
        _ => false,
    }
}

/// Whether an actor has a mount of the host.
fn has(actor: &Actor, host: &Actor, mount: &Mount) -> bool {
    let mut all = actor.mounts.iter();
    all.any(|own| is_alike(&actor.mounts, own, &host.mounts, mount))
}

/// Whether mounts of two tables are the same thing at the same place, mounted with the same
/// options. How they propagate is another matter: a copy of a table changes that of all.
pub(super) fn is_alike(table: &[Mount], one: &Mount, others: &[Mount], other: &Mount) -> bool {
    if !is_same(one, other) || one.options != other.options {
        return false;
    }
    let (own, their) = (above(table, one), above(others, other));
    own.len() == their.len()
        && own
            .iter()
            .zip(their)
            .all(|(one, other)| is_same(one, other))
}

/// The mounts that a mount stands on, the nearest first.
pub(super) fn above<'a>(table: &'a [Mount], mount: &'a Mount) -> Vec<&'a Mount> {
    let mut above: Vec<&Mount> = Vec::new();
    let mut last = mount;
    while let Some(next) = table.iter().find(|other| last.is_on(other))
        && above.len() < table.len()
    {
        above.push(next);
        last = next;
    }
    above
}

/// Whether two mounts are of the same thing, at the same place.
fn is_same(one: &Mount, other: &Mount) -> bool {
    one.target == other.target
        && one.kind == other.kind
        && one.source == other.source
        && one.root == other.root
}
