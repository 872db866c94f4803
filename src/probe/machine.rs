//! The machine: what no namespace changes.

use std::os::fd::BorrowedFd;

use crate::snapshot::Machine;
use crate::sys::file;

/// What the proc file system says of it; what cannot be read stays empty.
pub fn read(proc: BorrowedFd<'_>) -> Machine {
    let memory = text(proc, "meminfo");
    let total = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = total.and_then(|words| words.split_whitespace().next()?.parse::<i64>().ok());
    let stat = text(proc, "stat");
    let cpus = stat.lines().filter(|line| is_cpu(line)).count();
    Machine {
        release: text(proc, "sys/kernel/osrelease").trim_end().to_owned(),
        cpus: i64::try_from(cpus).unwrap_or_default(),
        memory: kib.unwrap_or_default() * 1024,
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
