//! The lines that a person would type; pids come from the snapshot.

use crate::lab::Action;
use crate::session::Session;
use crate::snapshot::Snapshot;
use crate::typed;

/// The line with the effect of an action, as a person would type it now.
pub fn line(now: &Snapshot, action: &Action) -> Option<String> {
    let seen_by = now.actors.get(action.actor()).cloned().unwrap_or_default();
    let pid_of = |name: &str| {
        let outer = now.actors.get(name)?.outer_pid;
        // The pid in the pid namespace of the acting actor.
        let process = seen_by.processes.iter().find(|p| p.outer_pid == outer)?;
        let level = seen_by.pids.len().saturating_sub(1);
        process.pids.get(level).map(ToString::to_string)
    };
    typed::line(action, &pid_of, &now.hierarchy)
}

/// The lines of the current step, each with the shell that it is for: `b$ hostname x`.
pub fn lines(session: &Session) -> Vec<String> {
    let script = session.step().script().iter();
    let one = |action: &Action| {
        let line = line(session.now(), action)?;
        Some(format!("{}$ {line}", action.actor()))
    };
    script.filter_map(one).collect()
}
