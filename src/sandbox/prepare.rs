//! What is made for a lab host before it is started: its control group and, on older kernels, a
//! directory on disk.

use super::group::{Group, Purpose};
use super::keeper::Keeper;
use super::scratch::Scratch;
use super::{Failure, SandboxError, allowance};
use crate::lab::Lab;
use crate::sys::thread;

/// What a lab host needs besides what every lab host has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// The small programs of [`tool`](super::tool).
    pub tools: bool,
    /// A control group in which a lab can make others.
    pub groups: bool,
    /// Whether that group needs controllers that few labs use.
    pub rare: bool,
    /// The limit on its processes, if it is not the default.
    pub processes: Option<u64>,
}

impl Wants {
    /// The limit on its processes.
    pub(super) fn processes(self) -> u64 {
        self.processes.unwrap_or(allowance::PROCESSES)
    }

    /// The purpose of its control group.
    fn purpose(self) -> Purpose {
        match (self.groups, self.rare) {
            (false, _) => Purpose::Limits,
            (true, false) => Purpose::Lab,
            (true, true) => Purpose::RareLab,
        }
    }

    /// What a lab needs.
    pub fn of(lab: &Lab) -> Self {
        Self {
            tools: lab.actions().any(|action| action.tool().is_some()),
            groups: !lab.needs.cgroup.is_empty(),
            rare: Purpose::of(&lab.needs.cgroup) == Purpose::RareLab,
            ..Self::default()
        }
    }
}

/// Makes the control group, on a thread of its own: it takes too long for the screen to wait.
pub(super) async fn group(wants: Wants, program: String) -> Result<Option<Group>, SandboxError> {
    apart("group", move || {
        let keeper = Keeper::of(&program);
        super::group::of(wants.purpose(), wants.processes, keeper)
    })
    .await
}

pub(super) async fn scratch(program: String) -> Result<Option<Scratch>, SandboxError> {
    apart("scratch", move || {
        Scratch::make(&program).map_err(|e| Failure::new("scratch directory", &e))
    })
    .await
}

async fn apart<T: Send + 'static>(
    name: &'static str,
    make: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, SandboxError> {
    let made = thread::apart(name, make).await;
    made.map_err(|e| SandboxError::Spawn(e.to_string()))?
        .map_err(SandboxError::Build)
}
