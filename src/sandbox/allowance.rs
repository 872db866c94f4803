//! The limits of every lab host, whether a control group or the watchdog enforces them.

/// Memory, including files in memory, in MiB.
pub(super) const MEMORY: u64 = 1024;
/// The default limit on processes and threads.
pub(super) const PROCESSES: u64 = 1024;
