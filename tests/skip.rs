//! Tests that cannot run on this machine: they are reported, `tests/skipped.rs` counts them at the
//! end, and with `ISOLAB_REQUIRE_KERNEL` they fail.

mod file;

use std::collections::BTreeSet;
use std::fs::{File, metadata};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Mutex, PoisonError};

/// Directories where labs find programs besides a person's `PATH`.
const MORE: &str = ":/usr/sbin:/sbin";

/// What was reported already, once per test.
static SAID: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());

/// Reports that a test needs something that this machine lacks. It is written to a file too,
/// because the output of a passing test is not shown.
#[track_caller]
pub(crate) fn skip(name: &str, needs: &str) {
    let must = std::env::var_os("ISOLAB_REQUIRE_KERNEL").is_some();
    assert!(!must, "{name} needs {needs}");
    let said = (name.to_owned(), needs.to_owned());
    if !SAID
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(said)
    {
        return;
    }
    let noted = File::options()
        .create(true)
        .append(true)
        .open(file::of_run());
    let noted = noted.and_then(|mut file| writeln!(file, "{needs}"));
    assert!(noted.is_ok(), "{noted:?}");
    let _ = writeln!(std::io::stderr(), "skipped: {name} (needs {needs})");
}

/// Reports and returns whether one of the programs that a test needs is missing.
#[track_caller]
pub(crate) fn lacks(name: &str, programs: &[&str]) -> bool {
    let missing = programs.iter().find(|program| !is_there(program));
    if let Some(program) = missing {
        skip(name, program);
    }
    missing.is_some()
}

/// Reports and returns whether root's rights are missing.
#[track_caller]
pub(crate) fn lacks_root(name: &str) -> bool {
    let lacks = !rustix::process::geteuid().is_root();
    if lacks {
        skip(name, "root");
    }
    lacks
}

/// Whether a program can be started by its name.
pub(crate) fn is_there(program: &str) -> bool {
    let path = std::env::var("PATH").unwrap_or_default() + MORE;
    path.split(':').any(|folder| {
        let found = metadata(format!("{folder}/{program}"));
        found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    })
}
