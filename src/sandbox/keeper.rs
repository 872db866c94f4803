//! The keeper: a small process that removes what a lab host leaves on the machine (control groups,
//! a scratch directory), even if the program is killed. It waits until its standard input closes.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::sys::number::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

use super::{removal, spawn};
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
    /// A keeper of nothing yet: `program` is started when it is told of the first directory.
    pub(super) fn of(program: &str) -> Self {
        Self {
            program: program.to_owned(),
            child: None,
            dirs: Vec::new(),
        }
    }

    /// Tells it of a directory. Order: before the directory is made, so that it is removed however
    /// and whenever this process ends.
    pub(super) fn take(&mut self, dir: &Path) -> Result<(), SysError> {
        self.dirs.push(dir.to_owned());
        if let Some(child) = &mut self.child
            && tell(child, dir).is_ok()
        {
            return Ok(());
        }
        // There is none yet, or it was killed.
        let another = begin_with(&self.program, self.dirs.iter())?;
        if let Some(mut killed) = self.child.replace(another) {
            // Order: before its input is closed, at which it would begin to remove.
            let _ = killed.kill();
            let _ = killed.wait();
        }
        Ok(())
    }
}

/// Starts a keeper process and tells it of directories.
fn begin_with<'a>(
    program: &str,
    mut dirs: impl Iterator<Item = &'a PathBuf>,
) -> Result<Child, SysError> {
    let mut keeper = begin(program)?;
    dirs.try_for_each(|dir| tell(&mut keeper, dir))?;
    Ok(keeper)
}

/// Starts the keeper process.
fn begin(program: &str) -> Result<Child, SysError> {
    let mut command = Command::new(program);
    command.arg0(NAME).env_clear().current_dir("/");
    // Not in the foreground of the terminal: when that is closed, SIGHUP may come before the new
    // program ignores it (credentials(7)).
    command.process_group(0);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    spawn::spawn(&mut command).map_err(|e| SysError::new("execve", format!("\"{program}\""), e))
}

/// Writes a directory's path to a keeper process, with a NUL after it.
fn tell(keeper: &mut Child, dir: &Path) -> Result<(), SysError> {
    let words = [dir.as_os_str().as_bytes(), b"\0"].concat();
    let written = keeper
        .stdin
        .as_mut()
        .map_or(Ok(()), |to| to.write_all(&words));
    written.map_err(|e| SysError::new("write", format!("{dir:?}"), e))
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
        if let Ok(mut keeper) = begin_with(&self.program, self.left()) {
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

/// Runs as a keeper: removes the directories that standard input names, once it is closed.
pub(super) fn run() {
    for signal in IGNORED {
        process::ignore(signal);
    }
    let mut told = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut told);
    let dirs: Vec<&Path> = named(&told).collect();
    let until = Instant::now() + PATIENCE;
    let left = |dir: &&&Path| removal::remove(dir).is_err();
    while dirs.iter().filter(left).count() > 0 && Instant::now() < until {
        std::thread::sleep(AGAIN);
    }
}

/// The paths that were told to their end.
fn named(told: &[u8]) -> impl Iterator<Item = &Path> {
    let whole = told.split_inclusive(|byte| *byte == 0);
    let paths = whole.filter_map(|path| path.strip_suffix(b"\0"));
    paths.map(|path| Path::new(OsStr::from_bytes(path)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::named;

    #[test]
    fn a_path_that_was_cut_off_is_no_directory() {
        let paths: Vec<&Path> = named(b"/a/isolab-1-2-3\0/a/isolab-4").collect();
        assert_eq!(paths, [Path::new("/a/isolab-1-2-3")]);
    }
}
