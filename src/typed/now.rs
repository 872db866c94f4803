//! The line of an action in a state: the processes that it names have their pids of then.

use super::line;
use crate::lab::Action;
use crate::snapshot::{Actor, Snapshot};

/// The line with the effect of an action, as a person would type it in the state `now`.
pub fn line_now(now: &Snapshot, action: &Action) -> Option<String> {
    let actor = now.actors.get(action.actor());
    let none = Actor::default();
    let seen_by = actor.unwrap_or(&none);
    line(action, &|name| pid(now, name, seen_by), &now.hierarchy)
}

/// The pid of an actor in the pid namespace of another one.
fn pid(now: &Snapshot, name: &str, seen_by: &Actor) -> Option<String> {
    let outer = now.actors.get(name)?.outer_pid;
    let process = seen_by.processes.iter().find(|p| p.outer_pid == outer)?;
    let level = seen_by.pids.len().saturating_sub(1);
    process.pids.get(level).map(ToString::to_string)
}
