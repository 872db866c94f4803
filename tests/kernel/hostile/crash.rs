//! Crashes in a lab: the machine's crash handler is not for them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::NOBODY_IN_PARTICULAR;
use super::inside::Attack;
use crate::kernel::machine::{Lock, Machine};
use crate::skip::skip;

const PATTERN: &str = "/proc/sys/kernel/core_pattern";

/// A crash handler that writes down the user of each crash; dropping it restores the machine's own.
struct Handler {
    old: String,
    folder: tempfile::TempDir,
}

impl Handler {
    /// Sets the handler; `None` if the test may not.
    fn set() -> Option<Self> {
        let old = fs::read_to_string(PATTERN).ok()?;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let told = folder.path().join("told");
        let text = format!("#!/bin/sh\necho \"$1\" >> {}\n", told.display());
        let program = folder.path().join("handler");
        fs::write(&program, text).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let handler = Self { old, folder };
        // `%u` is the user id on the machine.
        let set = fs::write(PATTERN, format!("|{} %u", program.display()));
        set.is_ok().then_some(handler)
    }

    fn told(&self) -> PathBuf {
        self.folder.path().join("told")
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        let _ = fs::write(PATTERN, &self.old);
    }
}

/// Makes a program of the machine crash and waits until its handler has run: by then it would have
/// run for the earlier crashes of the lab too.
fn wait_own_crash(told: &Path) -> String {
    Command::new("sh")
        .args(["-c", "kill -SEGV $$"])
        .status()
        .unwrap();
    let own = rustix::process::getuid().as_raw().to_string();
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let text = fs::read_to_string(told).unwrap_or_default();
        if text.lines().any(|uid| uid == own) {
            return text;
        }
        assert!(Instant::now() < end, "the handler does not run: {text}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Checks that the handler does not run for crashes in a lab.
fn assert_quiet(handler: &Handler, attack: Attack) {
    let ended = attack.run();
    let told = wait_own_crash(&handler.told());
    let others = told.lines().filter(|uid| *uid != "0");
    assert_eq!(others.count(), 0, "{told}");
    ended.assert_printed();
}

/// Whether this process may raise a limit of 0: `CAP_SYS_RESOURCE`, number 24.
fn may_raise_limits() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let mask = u64::from_str_radix(mask.unwrap().trim(), 16).unwrap();
    mask & 1 << 24 != 0
}

#[test]
fn a_crash_in_a_lab_starts_no_program_of_the_machine() {
    let _lock = Lock::alone();
    let before = Machine::now();
    if let Some(handler) = Handler::set() {
        for uid in [None, Some(NOBODY_IN_PARTICULAR)] {
            assert_quiet(&handler, Attack::new("crash.sh", uid));
        }
        if may_raise_limits() {
            let none = ["bash", "-c", "ulimit -c 0; exec \"$@\"", "bash"];
            assert_quiet(&handler, Attack::new("crash.sh", None).under(&none));
        }
    } else {
        skip("a crash", "the right to set kernel.core_pattern");
    }
    before.assert_whole("a crash");
}
