//! Why a lab host ended by itself, in words for a person.

use std::sync::{Arc, Mutex, PoisonError};

use super::group::Plan;
use super::wire::Excess;
use crate::word::later::{Later, later_word};

/// What is known about the end of a lab host.
#[derive(Clone, Debug, Default)]
pub(super) struct Ending {
    /// The last excess that init reported.
    excess: Arc<Mutex<Option<Excess>>>,
    /// The control group whose memory limit may have ended its processes.
    group: Option<Arc<Plan>>,
}

impl Ending {
    /// The ending of a lab host in this group.
    pub(super) fn of(group: Option<Plan>) -> Self {
        Self {
            group: group.map(Arc::new),
            ..Self::default()
        }
    }

    /// Keeps the excess that init reported.
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
