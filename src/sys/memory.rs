//! The machine's memory.

/// What a program may take without pushing others out, in bytes: `MemAvailable`
/// of `/proc/meminfo`, proc(5); none where it is not told.
pub fn available() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// The limits of memory that this process has, in bytes, and what sets it in a shell:
/// getrlimit(2), `RLIMIT_AS` and `RLIMIT_DATA`. None where there are none.
pub fn limits() -> impl Iterator<Item = (u64, &'static str)> {
    use rustix::process::{Resource, getrlimit};
    let limits = [(Resource::As, "ulimit -v"), (Resource::Data, "ulimit -d")];
    limits
        .into_iter()
        .filter_map(|(limit, set_by)| Some((getrlimit(limit).current?, set_by)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_is_some_memory() {
        assert!(super::available().is_some_and(|bytes| bytes > 1 << 20));
    }
}
