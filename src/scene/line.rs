//! The lines that a person would type; pids come from the snapshot.

use crate::lab::Action;
use crate::session::Session;
use crate::snapshot::{Actor, Snapshot};
use crate::typed;

/// The line with the effect of an action, as a person would type it now.
pub fn line(now: &Snapshot, action: &Action) -> Option<String> {
    let seen_by = now.actors.get(action.actor()).cloned().unwrap_or_default();
    typed::line(action, &|name| pid(now, name, &seen_by), &now.hierarchy)
}

/// The pid of an actor in the pid namespace of another one.
fn pid(now: &Snapshot, name: &str, seen_by: &Actor) -> Option<String> {
    let outer = now.actors.get(name)?.outer_pid;
    let process = seen_by.processes.iter().find(|p| p.outer_pid == outer)?;
    let level = seen_by.pids.len().saturating_sub(1);
    process.pids.get(level).map(ToString::to_string)
}

/// The lines of the current step, each with the shell that it is for: `b$ hostname x`.
pub fn lines(session: &Session) -> Vec<String> {
    let script = session.step().script().iter();
    script
        .filter_map(|action| {
            let line = line(session.now(), action)?;
            Some(format!("{}$ {line}", action.actor()))
        })
        .collect()
}
