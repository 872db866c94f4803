//! Removes what a lab host leaves on the machine besides its processes: control groups and, on
//! older kernels, a directory in `/var/tmp`, with names that tell whose they are (`owner`).
//! Leftovers of earlier runs are removed once nobody needs them; nothing else is ever touched.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::removal::{PLACE, remove_files, remove_group};
use super::{keeper, owner, scratch};
use crate::sys::SysError;

/// Where cgroup hierarchies are mounted.
const CGROUPS: &str = "/sys/fs/cgroup";
/// The result of `clean`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// What was removed or, in a dry run, would be.
    pub removed: Vec<String>,
    /// What is still there, each with the reason.
    pub left: Vec<String>,
}

/// Removes what earlier runs left behind.
pub fn clean(dry_run: bool) -> Cleaned {
    let mut cleaned = Cleaned::default();
    let places = hierarchies(Path::new(CGROUPS));
    // A directory that cannot be read does not stop the rest from being cleaned.
    if let Err(why) = &places {
        cleaned.left.push(format!("{CGROUPS}: {why}"));
    }
    let places = places.iter().flatten();
    let groups: Vec<PathBuf> = places.flat_map(|dir| owner::left_behind(dir)).collect();
    let scratch = owner::left_behind(Path::new(PLACE));
    if dry_run {
        let all = groups.iter().chain(&scratch);
        cleaned
            .removed
            .extend(all.map(|dir| dir.display().to_string()));
        return cleaned;
    }
    for dir in groups {
        cleaned.tell(&dir, remove_group(&dir));
    }
    scratch::have_removed(super::PROGRAM, &scratch);
    keeper::await_all();
    for dir in scratch {
        let there = fs::symlink_metadata(&dir).is_ok();
        // Tried once more for the reason why it is still there.
        let removed = if there { remove_files(&dir) } else { Ok(()) };
        cleaned.tell(&dir, removed);
    }
    cleaned
}

impl Cleaned {
    fn tell(&mut self, dir: &Path, removed: Result<(), SysError>) {
        match removed {
            Ok(()) => self.removed.push(dir.display().to_string()),
            Err(why) => self.left.push(format!("{}: {why}", dir.display())),
        }
    }
}

/// The top directories of the hierarchies: of v2 `top` itself, of v1 the directories in it.
fn hierarchies(top: &Path) -> io::Result<Vec<PathBuf>> {
    if !top.is_dir() {
        return Ok(Vec::new());
    }
    let below = fs::read_dir(top)?
        .filter_map(Result::ok)
        .map(|e| e.path())
        .filter(|p| p.is_dir());
    Ok(std::iter::once(top.to_owned()).chain(below).collect())
}
