//! Whom a part is told of, and what is said of it.

use crate::snapshot::{Actor, NamespaceKind, Snapshot};

/// An actor in some state.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) name: &'a str,
    pub(super) actor: &'a Actor,
    pub(super) host: &'a Actor,
    pub(super) state: &'a Snapshot,
}

/// Something that is said of a part.
pub(super) struct Item {
    /// What is shown.
    pub(super) text: String,
    /// What of it stays until somebody changes it, in any lab host: no counter, no inode.
    pub(super) key: String,
}

impl Item {
    /// All of it stays.
    pub(super) fn fixed(text: String) -> Self {
        let key = text.clone();
        Self { text, key }
    }

    /// Some of it changes by itself.
    pub(super) fn live(text: String, key: String) -> Self {
        Self { text, key }
    }
}

/// Whether an actor is in another namespace than the host.
pub(super) fn is_own(subject: &Subject<'_>, kind: NamespaceKind) -> bool {
    let inode = subject.actor.ns.get(kind);
    inode != 0 && inode != subject.host.ns.get(kind)
}

/// Kinds of namespace, in words.
pub(super) fn kinds(kinds: &[NamespaceKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    names.join(" ")
}
