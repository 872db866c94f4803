//! The groups of lab hosts that are there, wherever they are.

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The groups of lab hosts, by how their names begin: at the top of each hierarchy, or in a
/// scope that systemd lent. What is in them is not looked at: their paths may be too long.
pub(in crate::kernel) fn of_name(name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut dirs = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(dir) = dirs.pop() {
        let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
        for entry in entries.filter(|e| e.file_type().is_ok_and(|kind| kind.is_dir())) {
            let own = entry.file_name().to_string_lossy().into_owned();
            if own.starts_with(name) {
                found.push(entry.path());
            } else if !own.starts_with("isolab-") {
                dirs.push(entry.path());
            }
        }
    }
    found
}

/// Waits until none is there: systemd removes its scope, in which the program itself was, in
/// its own time. Tells what stays.
pub(in crate::kernel) fn wait_gone(name: &str) -> Vec<PathBuf> {
    let end = Instant::now() + Duration::from_secs(10);
    while !of_name(name).is_empty() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
    }
    of_name(name)
}
