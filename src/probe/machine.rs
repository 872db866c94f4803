//! The machine: what no namespace changes.

use std::os::fd::BorrowedFd;

use crate::snapshot::Machine;
use crate::sys::{file, memory};

/// What the proc file system says of it; what cannot be read stays empty.
pub fn read(proc: BorrowedFd<'_>) -> Machine {
    let memory = memory::told(&text(proc, "meminfo"), "MemTotal").unwrap_or_default();
    let stat = text(proc, "stat");
    let cpus = stat.lines().filter(|line| is_cpu(line)).count();
    Machine {
        release: text(proc, "sys/kernel/osrelease").trim_end().to_owned(),
        cpus: i64::try_from(cpus).unwrap_or_default(),
        memory: i64::try_from(memory).unwrap_or_default(),
    }
}

fn text(proc: BorrowedFd<'_>, path: &str) -> String {
    let bytes = file::read(proc, path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a line of `/proc/stat` is of one processor (`cpu0 …`), not of all (`cpu  …`).
fn is_cpu(line: &str) -> bool {
    let number = line.strip_prefix("cpu");
    number.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
