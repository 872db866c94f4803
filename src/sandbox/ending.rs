//! Why a lab host has ended by itself, to be told to a person.

use std::sync::{Arc, Mutex, PoisonError};

use super::group::Plan;
use super::wire::Excess;
use crate::word::later::{Later, later_word};

/// What is known of its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Ending {
    /// What init said last.
    excess: Arc<Mutex<Option<Excess>>>,
    /// The control group that may have ended its processes.
    group: Option<Arc<Plan>>,
}

impl Ending {
    /// Of a lab host in this group.
    pub(super) fn of(group: Option<Plan>) -> Self {
        Self {
            group: group.map(Arc::new),
            ..Self::default()
        }
    }

    /// Keeps what init said.
    pub(super) fn exceeded(&self, excess: Excess) {
        *self.excess.lock().unwrap_or_else(PoisonError::into_inner) = Some(excess);
    }

    /// Why.
    pub(super) fn words(&self) -> Later {
        let excess = *self.excess.lock().unwrap_or_else(PoisonError::into_inner);
        match excess {
            Some(Excess::Memory(used)) => later_word!("host-too-much-memory", mib = used),
            Some(Excess::Disk(used)) => later_word!("host-too-much-disk", mib = used),
            None if self.group.as_ref().is_some_and(|group| group.ran_out()) => {
                later_word!("host-out-of-memory")
            }
            None => later_word!("host-ended"),
        }
    }
}
