//! What of the promises of SECURITY.md this machine, or this user on it, cannot hold.

use std::fs;
use std::path::Path;

use super::group::Purpose;
use super::{group, idmap, scratch};
use crate::sys::{capability, identity, limit};
use crate::word::later::{Later, later_word};

/// A promise that is not held here, or not by the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// No control group limits memory: init adds it up once a second.
    Memory,
    /// The kernel may end something else first when memory is short: the lab host's root can
    /// take its place in that order back.
    Order,
    /// The user's other groups stay with the lab host.
    Groups,
    /// The kernel has no filters of system calls.
    Filter,
    /// The machine's program for crashes listens on a socket (core(5), since Linux 6.16), or is
    /// started where no core files at all are allowed: no limit of ours keeps the kernel from it.
    Crash,
    /// `/lab` is on a disk, and what is in it is added up, not limited.
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

    /// To be told to a person.
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
            Self::Memory => !group::of(Purpose::Limits, None)
                .is_ok_and(|made| made.is_some_and(|g| g.plan.holds)),
            Self::Order => !capability::has_on_machine("CAP_SYS_RESOURCE"),
            Self::Groups => idmap::keeps_groups(&idmap::plan()) && identity::has_other_groups(),
            Self::Filter => !Path::new("/proc/sys/kernel/seccomp").exists(),
            Self::Crash => {
                let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern");
                let pattern = pattern.unwrap_or_default();
                pattern.starts_with('@') || pattern.starts_with('|') && limit::crashes_are_told()
            }
            Self::Disk => scratch::is_needed(),
        }
    }
}

/// Those that are open here, found out by trying.
pub fn gaps() -> Vec<Gap> {
    Gap::ALL.into_iter().filter(|gap| gap.is_here()).collect()
}
