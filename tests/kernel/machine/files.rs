//! Files: in the small directories each with its times; below /usr, whatever has
//! changed since; of the directories for everybody, what a lab could have made.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::{Facts, is_of_a_lab, is_of_tests};

/// Compared file by file.
const SMALL: [&str; 3] = ["/etc", "/run", "/dev"];
/// Where everybody makes files at any time: there only those of labs count.
const OPEN: [&str; 2] = ["/tmp", "/var/tmp"];
/// What is as large as a machine's programs are.
const LARGE: &str = "/usr";
/// A part of it that people fill by hand, quickly looked at.
const LOCAL: &str = "/usr/local";
/// Devices whose access time nobody changes by using them.
const STILL: [&str; 5] = ["null", "zero", "full", "random", "urandom"];
/// What changes by being used: terminals and the machine's log.
const RESTLESS: [&str; 7] = ["tty", "pts", "vcs", "console", "ptmx", "kmsg", "input"];

/// Where systemd and udev work of themselves: when a scope is asked for, when a timer is due.
/// What is in these directories is compared, but not when an entry came or went.
const OF_SYSTEMD: [&str; 4] = ["/run/systemd", "/run/credentials", "/run/udev", "/run/log"];

/// A moment, and the files that were there.
#[derive(Debug)]
pub(super) struct Since {
    files: Facts,
    /// A file that is no older than that moment, by the clock of file systems.
    mark: tempfile::NamedTempFile,
}

impl Since {
    pub(super) fn now() -> Self {
        Self {
            files: small(),
            mark: tempfile::NamedTempFile::new().unwrap(),
        }
    }

    /// What is another now.
    pub(super) fn changed(&self, whole: bool) -> Facts {
        let mut changed = super::compare(&self.files, &small());
        let top = Path::new(if whole { LARGE } else { LOCAL });
        let since = time(&self.mark.as_file().metadata().unwrap());
        each(top, &mut |path, meta| {
            if time(meta) > since && !holds_tests(path) {
                changed.insert(path.display().to_string(), "changed".to_owned());
            }
        });
        changed
    }
}

fn time(meta: &Metadata) -> (i64, i64) {
    (meta.ctime(), meta.ctime_nsec())
}

/// Where tests make files of theirs, so that the directory's own time changes.
fn holds_tests(path: &Path) -> bool {
    [LOCAL, "/dev/shm", "/run/lock"]
        .iter()
        .any(|dir| path == Path::new(dir))
}

/// Whether its times are those of the machine's own services: see [`OF_SYSTEMD`]. They
/// write their log at any time.
fn is_restless(path: &Path, meta: &Metadata) -> bool {
    let is_log = path.extension().is_some_and(|kind| kind == "journal");
    let mut dirs = OF_SYSTEMD.iter();
    (meta.is_dir() || is_log) && dirs.any(|dir| path.starts_with(dir))
}

/// A directory's entries, and all below it on the same file system; links are not followed.
fn each(path: &Path, see: &mut impl FnMut(&Path, &Metadata)) {
    let Ok(meta) = fs::symlink_metadata(path) else {
        return;
    };
    let name = path.to_string_lossy();
    if is_of_tests(&name) {
        return;
    }
    see(path, &meta);
    if !meta.is_dir() {
        return;
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        each(&entry.path(), see);
    }
}

fn small() -> Facts {
    let mut files = Facts::new();
    for top in SMALL {
        each(Path::new(top), &mut |path, meta| {
            if let Some(words) = words(path, meta) {
                files.insert(path.display().to_string(), words);
            }
        });
    }
    for top in OPEN {
        each(Path::new(top), &mut |path, meta| {
            if is_of_a_lab(meta.uid()) || is_of_a_lab(meta.gid()) {
                files.insert(path.display().to_string(), owner(meta));
            }
        });
    }
    files
}

fn owner(meta: &Metadata) -> String {
    format!("{}:{} {:o}", meta.uid(), meta.gid(), meta.mode())
}

/// What is compared of a file.
fn words(path: &Path, meta: &Metadata) -> Option<String> {
    let device = path
        .strip_prefix("/dev")
        .ok()
        .and_then(|name| name.to_str());
    if device.is_some_and(|name| RESTLESS.iter().any(|restless| name.starts_with(restless))) {
        return None;
    }
    let owner = owner(meta);
    if holds_tests(path) || path.starts_with("/run/user") || is_restless(path, meta) {
        return Some(owner);
    }
    let times = format!(
        "{} {}.{} {}",
        meta.mtime(),
        meta.ctime(),
        meta.ctime_nsec(),
        meta.size()
    );
    let still = device.is_some_and(|name| STILL.contains(&name));
    let read = if still { meta.atime() } else { 0 };
    Some(format!("{owner} {times} {read}"))
}
