//! Processes that may change something without an event: forks, execs, System V objects,
//! descriptors.

use std::os::fd::BorrowedFd;

use super::memory::Clock;
use super::{Raw, Table, page, waits_for_input};
use crate::sys::process::is_wait_for_child;

/// The most clocks that are kept open: descriptors are few, and others need them too.
const CLOCKS: usize = 64;

/// Those that are neither at a prompt nor wait for a child, of whose end an event tells.
#[derive(Debug, Default)]
pub struct Stir {
    clocks: Vec<Clock>,
    any: bool,
    /// Whether there are more than have a clock: some were too many, or could not be opened.
    more: bool,
}

impl Stir {
    /// Those of a table. Order: it is asked after all was read, so who has run meanwhile is
    /// seen to run only if it goes on; the looks that follow soon are not asked whether anyone ran.
    pub fn of(proc: BorrowedFd<'_>, table: &Table) -> Self {
        let stirs = |raw: &&Raw| {
            let is_init = raw.pids == [1];
            !is_init && !raw.has_ended() && !waits_for_input(proc, raw) && !waits(proc, raw)
        };
        let mut stirring = table.all().filter(stirs).map(|raw| raw.outer);
        let first: Vec<i64> = stirring.by_ref().take(CLOCKS).collect();
        let clocks = first.iter().filter_map(|pid| Clock::open(proc, *pid));
        let clocks: Vec<Clock> = clocks.collect();
        Self {
            any: !first.is_empty(),
            more: clocks.len() < first.len() || stirring.next().is_some(),
            clocks,
        }
    }

    /// Whether there are any.
    pub fn any(&self) -> bool {
        self.any
    }

    /// Whether one of them has been on a CPU since, or may have been; of those whose clock
    /// cannot be read nobody knows.
    pub fn has_run(&self) -> bool {
        self.more || self.clocks.iter().any(|clock| !clock.stands())
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

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::sys::file;

    /// A shell that waits for its children: programs that end with their standard input.
    fn crowd(count: usize) -> Child {
        let line = format!("exec 3<&0; for i in $(seq {count}); do cat <&3 & done; wait");
        let mut command = Command::new("sh");
        command.args(["-c", &line]).stdin(Stdio::piped());
        command.stdout(Stdio::null()).spawn().unwrap()
    }

    /// The table of a shell and so many programs, once all of them sleep.
    fn wait_for(proc: BorrowedFd<'_>, shell: &Child, count: usize) -> Table {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let table = Table::below(proc, &[i64::from(shell.id())]);
            let programs = table.all().filter(|raw| raw.name == "cat").count();
            if programs == count && table.all().all(|raw| raw.state == "S") {
                return table;
            }
            assert!(Instant::now() < end, "not all have started");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_crowd_takes_only_so_many_descriptors() {
        use std::os::fd::AsFd as _;
        let proc = file::open_dir(file::here(), "/proc").unwrap();
        for (count, more) in [(3, false), (CLOCKS + 6, true)] {
            let mut shell = crowd(count);
            let table = wait_for(proc.as_fd(), &shell, count);
            let stir = Stir::of(proc.as_fd(), &table);
            assert!(stir.any());
            // The shell may count too: some wait for their children in ways of their own.
            assert!((count.min(CLOCKS)..=CLOCKS.min(count + 1)).contains(&stir.clocks.len()));
            // Of those that have no clock each may have run.
            assert_eq!(stir.has_run(), more);
            drop(shell.stdin.take());
            shell.wait().unwrap();
        }
    }
}
