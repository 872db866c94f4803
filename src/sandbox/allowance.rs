//! What every lab host may use of the machine, whoever sees to it.

/// Memory with its files, in MiB.
pub(super) const MEMORY: u64 = 1024;
/// How many processes and threads it may have, if nothing else is said.
pub(super) const PROCESSES: u64 = 1024;
