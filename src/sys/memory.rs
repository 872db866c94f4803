//! The machine's memory.

use nix::errno::Errno;

use super::SysError;

/// The memory available to programs without pushing others out, in bytes; `None` if the kernel does
/// not report it.
pub fn available() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    told(&text, "MemAvailable")
}

/// The value of a line of `/proc/meminfo` (`proc_meminfo(5)`), in bytes.
pub fn told(text: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let (_, rest) = lines.find(|(found, _)| *found == name)?;
    let kibibytes: u64 = rest.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Sets how willingly the kernel kills a process when memory is short, from outside
/// (`proc_pid_oom_score_adj(5)`, -1000 to 1000). If the caller has `CAP_SYS_RESOURCE`, the process
/// cannot lower it again.
///
/// # Errors
/// That of the file; EIO if another number is read than was written.
pub fn set_oom_score(pid: i64, score: i32) -> Result<(), SysError> {
    let path = format!("/proc/{pid}/oom_score_adj");
    super::file::write_once(&path, &score.to_string())?;
    let read = super::file::read(super::file::here(), &path)?;
    if String::from_utf8_lossy(&read).trim() == score.to_string() {
        return Ok(());
    }
    Err(SysError::new("read", format!("\"{path}\""), Errno::EIO))
}

/// The memory limits of this process in bytes, each with the shell command that sets it:
/// getrlimit(2), `RLIMIT_AS` and `RLIMIT_DATA`. Unlimited ones are left out.
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
