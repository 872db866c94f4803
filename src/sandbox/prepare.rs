//! What is made for a lab host before it is started: its control group, and a directory on
//! older kernels.

use super::group::{Group, Purpose};
use super::scratch::Scratch;
use super::{Failure, SandboxError, allowance};
use crate::lab::Lab;
use crate::sys::thread;

/// What a lab host is to have beside what every one has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// The small programs of [`tool`].
    pub tools: bool,
    /// A control group in which a lab can make others.
    pub groups: bool,
    /// That group with controllers that few labs need.
    pub rare: bool,
    /// How many processes it may have, if not as many as every one.
    pub processes: Option<u64>,
}

impl Wants {
    /// How many processes it may have.
    pub(super) fn processes(self) -> u64 {
        self.processes.unwrap_or(allowance::PROCESSES)
    }

    /// What its control group is for.
    fn purpose(self) -> Purpose {
        match (self.groups, self.rare) {
            (false, _) => Purpose::Limits,
            (true, false) => Purpose::Lab,
            (true, true) => Purpose::RareLab,
        }
    }

    /// What a lab's actions need.
    pub fn of(lab: &Lab) -> Self {
        Self {
            tools: lab.actions().any(|action| action.tool().is_some()),
            groups: !lab.needs.cgroup.is_empty(),
            rare: Purpose::of(&lab.needs.cgroup) == Purpose::RareLab,
            ..Self::default()
        }
    }
}

/// Making directories of control groups takes its time: not where the screen waits.
pub(super) async fn group(wants: Wants) -> Result<Option<Group>, SandboxError> {
    apart("group", move || {
        super::group::of(wants.purpose(), wants.processes)
    })
    .await
}

/// A group for which somebody is to be there who removes it.
pub(super) struct Kept {
    pub(super) group: Option<Group>,
    /// Why nobody is.
    pub(super) refused: Option<Failure>,
}

/// Has somebody started who removes the group.
pub(super) async fn keeper(
    mut group: Option<Group>,
    program: String,
) -> Result<Kept, SandboxError> {
    apart("keeper", move || {
        let kept = group.as_mut().map_or(Ok(()), |group| group.keep(&program));
        let refused = kept.err().map(|e| Failure::new("control group", &e));
        Ok(Kept { group, refused })
    })
    .await
}

pub(super) async fn scratch(program: String) -> Result<Option<Scratch>, SandboxError> {
    let failed = |e| Failure::new("scratch directory", &e);
    apart("scratch", move || Scratch::make(&program).map_err(failed)).await
}

async fn apart<T: Send + 'static>(
    name: &'static str,
    make: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, SandboxError> {
    let made = thread::apart(name, make).await;
    made.map_err(|e| SandboxError::Spawn(e.to_string()))?
        .map_err(SandboxError::Build)
}
