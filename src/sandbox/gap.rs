//! The promises of SECURITY.md that cannot be kept on this machine or for this user.

use std::fs;
use std::path::Path;

use super::group::Purpose;
use super::keeper::Keeper;
use super::{PROGRAM, group, idmap, scratch};
use crate::sys::{capability, identity, limit};
use crate::word::later::{Later, later_word};

/// A promise that is not kept here, or that isolab keeps instead of the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// No control group limits memory: the watchdog in init adds it up once a second instead.
    Memory,
    /// The kernel may end other processes first when memory is short: the lab host's root can lower
    /// its own `oom_score_adj`.
    Order,
    /// The lab host keeps the user's supplementary groups.
    Groups,
    /// The kernel has no seccomp filters.
    Filter,
    /// The machine's crash handler listens on a socket (core(5), since Linux 6.16), or is started
    /// even if the core limit is 0: no limit of isolab's can prevent that.
    Crash,
    /// `/lab` is on a disk; the watchdog adds up what is in it, the kernel does not limit it.
    Disk,
}

impl Gap {
    const ALL: [Self; 6] = [
        Self::Memory,
        Self::Order,
        Self::Groups,
        Self::Filter,
        Self::Crash,
        Self::Disk,
    ];

    /// The gap in words for a person.
    pub fn words(self) -> Later {
        match self {
            Self::Memory => later_word!("gap-memory"),
            Self::Order => later_word!("gap-order"),
            Self::Groups => later_word!("gap-groups"),
            Self::Filter => later_word!("gap-filter"),
            Self::Crash => later_word!("gap-crash"),
            Self::Disk => later_word!("gap-disk"),
        }
    }

    fn is_here(self) -> bool {
        match self {
            Self::Memory => !group::of(Purpose::Limits, None, Keeper::of(PROGRAM))
                .is_ok_and(|made| made.is_some_and(|g| g.plan.holds)),
            Self::Order => !capability::has_on_machine("CAP_SYS_RESOURCE"),
            Self::Groups => idmap::keeps_groups(&idmap::plan()) && identity::has_other_groups(),
            Self::Filter => !Path::new("/proc/sys/kernel/seccomp").exists(),
            Self::Crash => {
                let pattern =
                    fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
                pattern.starts_with('@') || pattern.starts_with('|') && limit::crashes_are_told()
            }
            Self::Disk => scratch::is_needed(),
        }
    }
}

/// The gaps of this machine, found by trying.
pub fn gaps() -> Vec<Gap> {
    Gap::ALL.into_iter().filter(|gap| gap.is_here()).collect()
}
