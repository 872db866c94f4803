//! The keeper: a small process that removes what a lab host leaves on the machine (control groups,
//! a scratch directory), even if the program is killed. It waits until its standard input closes.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::sys::number::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

use super::{owner, removal, spawn};
use crate::sys::{SysError, process};

/// The name under which the program starts itself as a keeper.
pub(super) const NAME: &str = "isolab-keeper";
/// How often a directory that is still busy is tried again, and for how long.
const AGAIN: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the program waits for its keepers at its end.
const WAIT: Duration = Duration::from_secs(10);
/// Signals that end the program must not end a keeper.
const IGNORED: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// The keeper of some directories; dropping it makes the process remove them once they are unused.
#[derive(Debug)]
pub(super) struct Keeper {
    program: String,
    child: Option<Child>,
    dirs: Vec<PathBuf>,
}

impl Keeper {
    /// Starts a keeper of these directories.
    pub(super) fn start<'a>(
        program: &str,
        dirs: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<Self, SysError> {
        let child = begin(program, dirs.clone())?;
        Ok(Self {
            program: program.to_owned(),
            child: Some(child),
            dirs: dirs.map(PathBuf::from).collect(),
        })
    }
}

/// Starts the keeper process.
fn begin<'a>(program: &str, dirs: impl Iterator<Item = &'a str>) -> Result<Child, SysError> {
    let mut command = Command::new(program);
    command.arg0(NAME).args(dirs).env_clear().current_dir("/");
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    spawn::spawn(&mut command).map_err(|e| SysError::new("execve", format!("\"{program}\""), e))
}

/// A keeper that is removing its directories.
#[derive(Debug)]
struct Burial {
    /// The path of the program that the keeper runs.
    program: String,
    keeper: Child,
    dirs: Vec<PathBuf>,
}

impl Burial {
    fn is_over(&mut self) -> bool {
        !matches!(self.keeper.try_wait(), Ok(None))
    }

    /// The directories that still exist.
    fn left(&self) -> impl Iterator<Item = &PathBuf> {
        let there = |dir: &&PathBuf| dir.symlink_metadata().is_ok();
        self.dirs.iter().filter(there)
    }

    /// Waits until the keeper has ended. If it was killed, another one is started for what is left.
    fn wait(&mut self, until: Instant) {
        while !self.is_over() && Instant::now() < until {
            std::thread::sleep(AGAIN);
        }
        let killed = matches!(self.keeper.try_wait(), Ok(Some(status)) if !status.success());
        if !killed || self.left().next().is_none() {
            return;
        }
        let names: Vec<&str> = self.left().filter_map(|dir| dir.to_str()).collect();
        if let Ok(mut keeper) = begin(&self.program, names.iter().copied()) {
            drop(keeper.stdin.take());
            self.keeper = keeper;
            self.wait(until);
        }
    }
}

/// The keepers that are still removing.
static BURIALS: Mutex<Vec<Burial>> = Mutex::new(Vec::new());

/// Waits until everything that ended lab hosts left behind has been removed, `WAIT` at most;
/// returns the directories that still exist.
pub fn await_burials() -> Vec<PathBuf> {
    await_for(WAIT)
}

/// Waits for the keepers as long as removing may take: for `isolab clean`, which asked for it.
pub(super) fn await_all() {
    await_for(removal::LONGEST);
}

fn await_for(longest: Duration) -> Vec<PathBuf> {
    let until = Instant::now() + longest;
    // Order: taken out first, so that nobody waits for the lock meanwhile.
    let burials = std::mem::take(&mut *BURIALS.lock().unwrap_or_else(PoisonError::into_inner));
    let mut left = Vec::new();
    for mut burial in burials {
        burial.wait(until);
        left.extend(burial.left().cloned());
    }
    left
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let mut burials = BURIALS.lock().unwrap_or_else(PoisonError::into_inner);
        burials.retain_mut(|burial| !burial.is_over() || burial.left().next().is_some());
        if let Some(mut child) = self.child.take() {
            drop(child.stdin.take());
            burials.push(Burial {
                program: std::mem::take(&mut self.program),
                keeper: child,
                dirs: std::mem::take(&mut self.dirs),
            });
        }
    }
}

/// Runs as the keeper of some directories.
pub(super) fn run(dirs: &[String]) {
    let _ = process::setsid();
    for signal in IGNORED {
        process::ignore(signal);
    }
    let held: Vec<_> = dirs.iter().map(|dir| owner::hold(Path::new(dir))).collect();
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    drop(held);
    let until = Instant::now() + PATIENCE;
    let left = |dir: &&String| removal::remove(Path::new(dir)).is_err();
    while dirs.iter().filter(left).count() > 0 && Instant::now() < until {
        std::thread::sleep(AGAIN);
    }
}
