//! The watchdog keeps a lab host from using up the machine where no control group does: init adds
//! up what its processes and file systems hold, about once a second, and ends the lab host before
//! the machine suffers.

mod disk;
mod files;

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use super::allowance::MEMORY;
use super::wire::{Excess, Spec};
use crate::sys::{SysError, file, memory};
use disk::Disk;
use files::Files;

/// How often it looks.
const PAUSE: Duration = Duration::from_secs(1);
/// How often it looks while memory use is above `SUSPICIOUS`.
const SHORT: Duration = Duration::from_millis(200);
/// Memory use, in MiB, above which it looks more often; too much if the machine is short of memory.
const SUSPICIOUS: u64 = MEMORY / 4;
/// A change of the machine's shared memory, in MiB, after which it checks whose it is.
const NOTABLE: u64 = 16;
/// How long adding up may take.
const PATIENCE: Duration = Duration::from_secs(2);
const MIB: u64 = 1024 * 1024;

/// What the watchdog adds up.
#[derive(Debug)]
pub(super) struct Watchdog {
    /// `None` where a control group limits memory.
    memory: Option<Memory>,
    /// `None` where `/lab` is in memory.
    disk: Option<Disk>,
    next: Instant,
    grows: bool,
}

impl Watchdog {
    /// Watches what nothing else limits.
    pub(super) fn new(spec: &Spec) -> Result<Self, SysError> {
        let held = spec.group.as_ref().is_some_and(|group| group.holds);
        let disk = spec
            .scratch
            .as_ref()
            .map(|_| Disk::of("/lab"))
            .transpose()?;
        Ok(Self {
            memory: (!held).then(Memory::default),
            disk,
            next: Instant::now(),
            grows: false,
        })
    }

    /// How long until it has to look again; `None` if there is nothing to watch.
    pub(super) fn pause(&self) -> Option<Duration> {
        let idle = self.memory.is_none() && self.disk.is_none();
        (!idle).then(|| self.next.saturating_duration_since(Instant::now()))
    }

    /// Looks if it is time; returns what the lab host has too much of. Unreadable counts as none.
    pub(super) fn look(&mut self, proc: BorrowedFd<'_>) -> Option<Excess> {
        if self.pause().is_none_or(|pause| !pause.is_zero()) {
            return None;
        }
        let held = self.memory.as_mut().and_then(|memory| memory.look(proc));
        let memory = held.filter(|held| held.is_too_much());
        let disk = self.disk.as_mut().and_then(|disk| disk.look(proc));
        self.grows = held.is_some_and(|held| held.mib > SUSPICIOUS);
        self.next = Instant::now() + if self.grows { SHORT } else { PAUSE };
        memory
            .map(|held| Excess::Memory(held.mib))
            .or(disk.map(Excess::Disk))
    }
}

/// The machine's memory in MiB, `proc_meminfo(5)`.
#[derive(Clone, Copy, Debug)]
struct Machine {
    total: u64,
    available: u64,
    shared: u64,
}

impl Machine {
    fn read(proc: BorrowedFd<'_>) -> Option<Self> {
        let text = file::read(proc, "meminfo").ok()?;
        Some(Self::parse(&String::from_utf8_lossy(&text)))
    }

    fn parse(text: &str) -> Self {
        let mib = |name| memory::told(text, name).unwrap_or(0) / MIB;
        Self {
            total: mib("MemTotal"),
            available: mib("MemAvailable"),
            shared: mib("Shmem"),
        }
    }

    fn is_short(&self) -> bool {
        self.available < (self.total / 16).max(128)
    }
}

/// The memory that a lab host holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    mib: u64,
    /// Whether the machine is short of memory.
    short: bool,
}

impl Held {
    fn is_too_much(self) -> bool {
        self.mib > MEMORY || self.short && self.mib > SUSPICIOUS
    }
}

#[derive(Debug, Default)]
struct Memory {
    /// The machine's shared memory at first, in MiB: file systems in memory, and the like.
    begun: Option<u64>,
    /// The same when the lab host's file systems were last added up, and that sum.
    seen: u64,
    files: Files,
}

impl Memory {
    fn look(&mut self, proc: BorrowedFd<'_>) -> Option<Held> {
        let machine = Machine::read(proc)?;
        let begun = *self.begun.get_or_insert(machine.shared);
        let pids = pids(proc);
        let own: u64 = pids.iter().map(|pid| resident(proc, *pid)).sum();
        // Adding up looks into each mount namespace, so it is only done when much has changed.
        if machine.shared.abs_diff(self.seen) >= NOTABLE {
            self.seen = machine.shared;
            self.files = Files::find(proc, &pids, Instant::now() + PATIENCE);
        }
        let files = if machine.is_short() || self.files.hidden {
            // Files that no mount shows, or only a mount that cannot be reached, are counted
            // nowhere. The growth since the start stands for the latter always, and for the former
            // when the machine is short.
            self.files.mib.max(machine.shared.saturating_sub(begun))
        } else {
            self.files.mib
        };
        Some(Held {
            mib: own / MIB + files,
            short: machine.is_short(),
        })
    }
}

fn pids(proc: BorrowedFd<'_>) -> Vec<i64> {
    let names = file::names(proc, ".").unwrap_or_default();
    names.iter().filter_map(|name| name.parse().ok()).collect()
}

/// The private memory of a process, in bytes: `proc_pid_statm(5)`.
fn resident(proc: BorrowedFd<'_>, pid: i64) -> u64 {
    let text = file::read_page(proc, &format!("{pid}/statm")).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut pages = text
        .split_whitespace()
        .skip(1)
        .map_while(|n| n.parse::<u64>().ok());
    let (all, shared) = (pages.next().unwrap_or(0), pages.next().unwrap_or(0));
    all.saturating_sub(shared) * crate::sys::process::page_size()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_short_when_little_is_available() {
        let text = "MemTotal:        8000000 kB\nMemAvailable:     300000 kB\nShmem:  20480 kB\n";
        let machine = Machine::parse(text);
        assert_eq!((machine.total, machine.shared), (7812, 20));
        assert!(machine.is_short());
        let more = Machine {
            available: 4000,
            ..machine
        };
        assert!(!more.is_short());
    }

    #[test]
    fn much_is_too_much_when_all_suffer() {
        let held = |mib, short| Held { mib, short }.is_too_much();
        assert!(!held(500, false) && held(500, true) && held(1100, false) && !held(100, true));
    }
}
