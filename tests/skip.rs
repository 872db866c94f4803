//! What cannot be tried on this machine: it is said aloud, `tests/skipped.rs` counts it at the
//! end, and where all must be tried (`ISOLAB_REQUIRE_KERNEL`) it is a failure.

mod file;

use std::collections::BTreeSet;
use std::fs::{File, metadata};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Mutex, PoisonError};

/// Where programs are beside the path of a person: labs look there too.
const MORE: &str = ":/usr/sbin:/sbin";

/// What was said already, once for each test.
static SAID: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());

/// Says that a test needs something that is not here. A test that passes is not heard through
/// what it prints in the usual way.
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

/// Whether one of the programs that a test needs is not here, which is said.
#[track_caller]
pub(crate) fn lacks(name: &str, programs: &[&str]) -> bool {
    let missing = programs.iter().find(|program| !is_there(program));
    if let Some(program) = missing {
        skip(name, program);
    }
    missing.is_some()
}

/// Whether a test needs root, and is not root's; which is said.
#[track_caller]
pub(crate) fn lacks_root(name: &str) -> bool {
    let lacks = !rustix::process::geteuid().is_root();
    if lacks {
        skip(name, "root");
    }
    lacks
}

/// Whether a program can be started under its name.
pub(crate) fn is_there(program: &str) -> bool {
    let path = std::env::var("PATH").unwrap_or_default() + MORE;
    path.split(':').any(|folder| {
        let found = metadata(format!("{folder}/{program}"));
        found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    })
}
