//! What is made for a lab host before it is started: its control group, and a directory on
//! older kernels.

use super::group::Group;
use super::scratch::Scratch;
use super::{Failure, SandboxError};
use crate::lab::Lab;

/// What a lab host is to have beside what every one has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// The small programs of [`tool`].
    pub tools: bool,
    /// A control group in which a lab can make others.
    pub groups: bool,
    /// How many processes it may have, if not [`PROCESSES`].
    pub processes: Option<u64>,
}

/// How many processes a lab host may have.
const PROCESSES: u64 = 1024;

impl Wants {
    /// How many processes it may have.
    pub(super) fn processes(self) -> u64 {
        self.processes.unwrap_or(PROCESSES)
    }

    /// What a lab's actions need.
    pub fn of(lab: &Lab) -> Self {
        Self {
            tools: lab.actions().any(|action| action.tool().is_some()),
            groups: !lab.needs.cgroup.is_empty(),
            ..Self::default()
        }
    }
}

/// Making directories of control groups takes its time: not where the screen waits.
pub(super) async fn group(wants: Wants) -> Result<Option<Group>, SandboxError> {
    kept(tokio::task::spawn_blocking(move || super::group::of(wants.groups)).await)
}

/// Has somebody started who removes the group.
pub(super) fn keeper(
    mut group: Option<Group>,
    program: String,
) -> impl Future<Output = Result<Option<Group>, SandboxError>> {
    // Started at once, not when somebody waits for it.
    let started = tokio::task::spawn_blocking(move || {
        let kept = group.as_mut().map_or(Ok(()), |group| group.keep(&program));
        kept.map_err(|e| Failure::new("control group", &e))?;
        Ok(group)
    });
    async { kept(started.await) }
}

fn kept(
    done: Result<Result<Option<Group>, Failure>, tokio::task::JoinError>,
) -> Result<Option<Group>, SandboxError> {
    match done {
        Ok(made) => made.map_err(SandboxError::Build),
        Err(e) => Err(SandboxError::Spawn(e.to_string())),
    }
}

pub(super) async fn scratch(program: String) -> Result<Option<Scratch>, SandboxError> {
    let made = tokio::task::spawn_blocking(move || Scratch::make(&program)).await;
    let made = made.map_err(|e| SandboxError::Spawn(e.to_string()))?;
    made.map_err(|e| SandboxError::Build(Failure::new("scratch directory", &e)))
}
