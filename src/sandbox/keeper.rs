//! Who removes what outlives a lab host by nature: a small process that outlives
//! the program, however that ends, and nothing else. It waits until its standard
//! input is closed.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::libc::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

use super::teardown;
use crate::sys::{SysError, process};

/// The name under which the program starts itself as a keeper.
pub(super) const NAME: &str = "isolab-keeper";
/// How often, and how far apart, a directory that is still busy is tried again.
const TRIES: (u32, Duration) = (500, Duration::from_millis(10));
/// Signals that end the program are none of the keeper's business.
const IGNORED: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// The keeper of some directories; dropping it has it remove them, when nothing
/// lives in them any longer.
#[derive(Debug)]
pub(super) struct Keeper {
    child: Option<Child>,
    dirs: Vec<PathBuf>,
}

impl Keeper {
    /// Starts one for these directories.
    pub(super) fn start<'a>(
        program: &str,
        dirs: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<Self, SysError> {
        let child = Command::new(program)
            .arg0(NAME)
            .args(dirs.clone())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| SysError::new("execve", format!("\"{program}\""), e))?;
        Ok(Self {
            child: Some(child),
            dirs: dirs.map(PathBuf::from).collect(),
        })
    }
}

/// The keepers that are at work, each with what it removes.
static BURIALS: Mutex<Vec<(Child, Vec<PathBuf>)>> = Mutex::new(Vec::new());

/// Waits until what all ended lab hosts left is removed.
pub fn await_burials() {
    residue();
}

/// Waits for the same, and tells what is there nevertheless.
pub fn residue() -> Vec<PathBuf> {
    let mut burials = BURIALS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut left = Vec::new();
    for (mut keeper, dirs) in burials.drain(..) {
        let _ = keeper.wait();
        left.extend(dirs.into_iter().filter(|dir| dir.exists()));
    }
    left
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let mut burials = BURIALS.lock().unwrap_or_else(PoisonError::into_inner);
        burials.retain_mut(|(keeper, dirs)| {
            matches!(keeper.try_wait(), Ok(None)) || dirs.iter().any(|dir| dir.exists())
        });
        if let Some(mut child) = self.child.take() {
            drop(child.stdin.take());
            burials.push((child, std::mem::take(&mut self.dirs)));
        }
    }
}

/// Runs as the keeper of some directories.
pub(super) fn run(dirs: &[String]) {
    let _ = process::setsid();
    for signal in IGNORED {
        process::ignore(signal);
    }
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    let left = |dir: &&String| !teardown::remove(Path::new(dir));
    for _ in 0..TRIES.0 {
        if dirs.iter().filter(left).count() == 0 {
            return;
        }
        std::thread::sleep(TRIES.1);
    }
}
