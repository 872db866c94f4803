//! Processes that may change something without an event: forks, execs, System V objects,
//! descriptors.

use std::os::fd::BorrowedFd;

use super::memory::Clock;
use super::{Raw, Table, page, waits_for_input};
use crate::sys::process::is_wait_for_child;

/// Those that are neither at a prompt nor wait for a child, of whose end an event tells.
#[derive(Debug, Default)]
pub struct Stir {
    clocks: Vec<Clock>,
    any: bool,
}

impl Stir {
    /// Those of a table. Order: it is asked after all was read, so who has run meanwhile is
    /// seen to run only if it goes on; the looks that follow soon are not asked whether anyone ran.
    pub fn of(proc: BorrowedFd<'_>, table: &Table) -> Self {
        let stirs = |raw: &&Raw| {
            let is_init = raw.pids == [1];
            !is_init && !raw.has_ended() && !waits_for_input(proc, raw) && !waits(proc, raw)
        };
        let stirring: Vec<i64> = table.all().filter(stirs).map(|raw| raw.outer).collect();
        let clocks = stirring.iter().filter_map(|pid| Clock::open(proc, *pid));
        Self {
            clocks: clocks.collect(),
            any: !stirring.is_empty(),
        }
    }

    /// Whether there are any.
    pub fn any(&self) -> bool {
        self.any
    }

    /// Whether one of them has been on a CPU since; of those that have no clock nobody knows.
    pub fn has_run(&self) -> bool {
        self.clocks.iter().any(|clock| !clock.stands())
    }
}

/// Whether it sleeps until a child has ended.
fn waits(proc: BorrowedFd<'_>, raw: &Raw) -> bool {
    if raw.state != "S" {
        return false;
    }
    let line = page(proc, raw.outer, "syscall").unwrap_or_default();
    let call = line.split_ascii_whitespace().next();
    let call = call.and_then(|number| number.parse().ok());
    call.is_some_and(is_wait_for_child)
}
