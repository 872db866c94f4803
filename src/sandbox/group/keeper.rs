//! Who removes the group: a small process that outlives the program, however
//! that ends, and nothing else. It waits until its standard input is closed.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::libc::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

use super::{Dir, teardown};
use crate::sys::process;

/// The name under which the program starts itself as a keeper.
pub(in crate::sandbox) const NAME: &str = "isolab-keeper";
/// How often, and how far apart, a group that is still busy is tried again.
const TRIES: (u32, Duration) = (500, Duration::from_millis(10));
/// Signals that end the program are none of the keeper's business.
const IGNORED: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// Starts one for these directories.
pub(super) fn start(program: &str, dirs: &[Dir]) -> std::io::Result<Child> {
    Command::new(program)
        .arg0(NAME)
        .args(dirs.iter().map(|dir| &dir.path))
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// Runs as the keeper of some directories.
pub(in crate::sandbox) fn run(dirs: &[String]) {
    let _ = process::setsid();
    for signal in IGNORED {
        process::ignore(signal);
    }
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    let left = |dir: &&String| !teardown::remove_tree(Path::new(dir));
    for _ in 0..TRIES.0 {
        if dirs.iter().filter(left).count() == 0 {
            return;
        }
        std::thread::sleep(TRIES.1);
    }
}
