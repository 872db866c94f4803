//! What the tasks of a run tell its conductor.

use std::os::fd::OwnedFd;

use tokio::sync::mpsc;

use crate::lab::Action;
use crate::sandbox::{Notice, Observed, Sandbox, SandboxError};
use crate::snapshot::Outcome;
use crate::word::later::Later;

/// A message from a task of the run.
pub(super) enum Happening {
    /// A terminal printed something.
    Output {
        actor: String,
        /// How many terminals of the actor lie below this one.
        depth: usize,
        bytes: Vec<u8>,
    },
    /// A lab host is up, with the terminals of its actors.
    Up {
        sandbox: Box<Sandbox>,
        terminals: Vec<(String, OwnedFd)>,
    },
    /// No lab host could be started.
    Down(SandboxError),
    /// A lab host stood, but the lab's setup was refused there: why.
    Unprepared(Later),
    /// An action was performed.
    Performed {
        action: Box<Action>,
        outcome: Outcome,
        terminal: Option<OwnedFd>,
    },
    /// A new first shell was begun for an actor whose shells have ended, or why none was.
    Begun {
        actor: String,
        shell: Result<OwnedFd, SandboxError>,
    },
    /// A snapshot was taken; `epoch` is the step's number when it was begun.
    Observed { epoch: u64, observed: Box<Observed> },
    /// The rest between two snapshots is over.
    Rested,
    /// The counters of control groups are to be read again.
    Ticked,
    /// A letter of a line that is typed for a class is due, or the line has to run.
    Beat,
    /// The prompt after the action with this number should be there by now.
    Settled(u64),
    /// The lab host sent a notice.
    Notice(Notice),
}

/// Something that happened, and the lab host that it is about.
pub(in crate::app) struct Said {
    /// The number of the lab host.
    generation: u64,
    pub(super) happening: Happening,
}

/// Where a task says what happened: on behalf of one lab host.
#[derive(Clone)]
pub(super) struct Tell {
    /// The number of the lab host.
    generation: u64,
    to: mpsc::Sender<Said>,
}

impl Tell {
    /// One on behalf of no lab host so far, and where what is told arrives.
    pub(super) fn new() -> (Self, mpsc::Receiver<Said>) {
        let (to, from) = mpsc::channel(64);
        (Self { generation: 0, to }, from)
    }

    /// Speaks on behalf of the next lab host: what is said of an earlier one is old.
    pub(super) fn begin(&mut self) {
        self.generation += 1;
    }

    /// Something that happens to the present lab host.
    pub(super) fn says(&self, happening: Happening) -> Said {
        Said {
            generation: self.generation,
            happening,
        }
    }

    /// Whether something was said of the present lab host.
    pub(super) fn is_current(&self, said: &Said) -> bool {
        said.generation == self.generation
    }

    /// Tells what happened; false if nobody listens any more.
    pub(super) async fn tell(&self, happening: Happening) -> bool {
        self.to.send(self.says(happening)).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Happening, Tell};

    #[test]
    fn what_is_said_of_an_earlier_lab_host_is_old() {
        let (mut tell, _from) = Tell::new();
        tell.begin();
        let task = tell.clone();
        assert!(tell.is_current(&task.says(Happening::Rested)));
        tell.begin();
        assert!(!tell.is_current(&task.says(Happening::Rested)));
        assert!(tell.is_current(&tell.says(Happening::Rested)));
    }

    #[tokio::test]
    async fn a_task_hears_that_nobody_listens() {
        let (tell, mut from) = Tell::new();
        assert!(tell.tell(Happening::Settled(7)).await);
        let said = from.recv().await.unwrap();
        assert!(matches!(said.happening, Happening::Settled(7)));
        drop(from);
        assert!(!tell.tell(Happening::Rested).await);
    }
}
