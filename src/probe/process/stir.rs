//! Processes that may change something without an event: by forks, execs, System V objects or
//! descriptors.

use std::os::fd::BorrowedFd;

use super::memory::Clock;
use super::{Raw, Table, page, waits_for_input};
use crate::snapshot::ProcessState;
use crate::sys::process::is_wait_for_child;

/// The most clocks that are kept open: descriptors are scarce.
const CLOCKS: usize = 64;

/// The processes that neither wait at a prompt nor for a child (whose end causes an event).
#[derive(Debug, Default)]
pub struct Stir {
    clocks: Vec<Clock>,
    any: bool,
    /// Whether there are more than have a clock: some were too many, or could not be opened.
    more: bool,
}

impl Stir {
    /// Finds them in a table. Order: called after everything was read, so a process that ran
    /// meanwhile counts as running only if it goes on; the looks that follow soon do not ask
    /// `has_run`.
    pub fn of(proc: BorrowedFd<'_>, table: &Table) -> Self {
        let all = table.all().filter(|raw| stirs(proc, raw));
        let mut stirring = all.map(|raw| raw.outer);
        let first: Vec<i64> = stirring.by_ref().take(CLOCKS).collect();
        let clocks: Vec<Clock> = first
            .iter()
            .filter_map(|pid| Clock::open(proc, *pid))
            .collect();
        Self {
            any: !first.is_empty(),
            more: clocks.len() < first.len() || stirring.next().is_some(),
            clocks,
        }
    }

    /// Whether there are any such processes.
    pub fn any(&self) -> bool {
        self.any
    }

    /// Whether one of them may have been on a CPU since: true if there are more of them than
    /// `CLOCKS`. One whose clock cannot be opened counts as not run.
    pub fn has_run(&self) -> bool {
        self.more || self.clocks.iter().any(|clock| !clock.stands())
    }
}

/// Whether it may do something by itself.
fn stirs(proc: BorrowedFd<'_>, raw: &Raw) -> bool {
    let is_init = raw.pids == [1];
    !is_init && !raw.has_ended() && !waits_for_input(proc, raw) && !waits(proc, raw)
}

/// Whether it sleeps until a child ends.
fn waits(proc: BorrowedFd<'_>, raw: &Raw) -> bool {
    if raw.state != ProcessState::Sleeping {
        return false;
    }
    let line = page(proc, raw.outer, "syscall").unwrap_or_default();
    let first = line.split_ascii_whitespace().next();
    let call = first.and_then(|number| number.parse().ok());
    call.is_some_and(is_wait_for_child)
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::sys::file;

    /// A shell that waits for `count` children, which end with their standard input.
    fn crowd(count: usize) -> Child {
        let line = format!("exec 3<&0; for i in $(seq {count}); do cat <&3 & done; wait");
        let mut command = Command::new("sh");
        command.args(["-c", &line]).stdin(Stdio::piped());
        command.stdout(Stdio::null()).spawn().unwrap()
    }

    /// The processes below a shell, once `count` programs have started and all sleep.
    fn wait_for(proc: BorrowedFd<'_>, shell: &Child, count: usize) -> Table {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let table = Table::below(proc, &[i64::from(shell.id())]);
            let programs = table.all().filter(|raw| raw.name == "cat").count();
            if programs == count && table.all().all(|raw| raw.state == ProcessState::Sleeping) {
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
            // Some shells wait for their children by other calls and count too.
            assert!((count.min(CLOCKS)..=CLOCKS.min(count + 1)).contains(&stir.clocks.len()));
            // Those without a clock may have run.
            assert_eq!(stir.has_run(), more);
            drop(shell.stdin.take());
            shell.wait().unwrap();
        }
    }
}
