//! What changed since the step began, in the order in which it is told: first what the step's checks
//! speak of, last what comes and goes in the background.

use std::collections::BTreeSet;

use super::lead::{spoken, words};
use crate::session::Session;
use crate::snapshot::diff::Change;
use crate::snapshot::{HOST, Snapshot};

/// The changes in the order in which they are told.
pub(in crate::ui) fn ordered<'a>(session: &Session, changes: &'a [Change]) -> Vec<&'a Change> {
    let told = spoken(session.step());
    let loops = loops(session.before(), session.now());
    let mut all: Vec<&Change> = changes.iter().collect();
    all.sort_by_key(|change| {
        if is_background(change, &loops) {
            (1, 0)
        } else {
            (0, -score(change, &told))
        }
    });
    all
}

/// How many words of the checks are in a change.
fn score(change: &Change, told: &BTreeSet<String>) -> i64 {
    let mut said: BTreeSet<String> = words(&change.words.to_string()).into_iter().collect();
    said.extend(words(&change.fact));
    said.insert(change.actor.clone());
    let count = said.intersection(told).count();
    i64::try_from(count).unwrap_or(0)
}

/// The names of processes of which some have ended and others begun: those that a loop starts.
fn loops(before: &Snapshot, now: &Snapshot) -> BTreeSet<String> {
    let (ended, begun) = (without(before, now), without(now, before));
    ended.intersection(&begun).cloned().collect()
}

/// The names of processes that are in one state and not in another.
fn without(one: &Snapshot, other: &Snapshot) -> BTreeSet<String> {
    let of = |state: &Snapshot| {
        let host = state.actors.get(HOST);
        let processes = host.map_or(&[][..], |host| host.processes.as_slice());
        processes.to_vec()
    };
    let there: BTreeSet<i64> = of(other).iter().map(|process| process.outer_pid).collect();
    let mut only = of(one);
    only.retain(|process| !there.contains(&process.outer_pid));
    only.into_iter().map(|process| process.name).collect()
}

fn is_background(change: &Change, loops: &BTreeSet<String>) -> bool {
    let said = words(&change.words.to_string());
    change.fact == "processes" && said.iter().any(|word| loops.contains(word))
}
