//! Files: in small directories each file with its times; below /usr everything that has changed
//! since; in directories that everybody can write to, what a lab could have made.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::{Facts, is_of_a_lab, is_of_tests};

/// The directories that are compared file by file.
const SMALL: [&str; 3] = ["/etc", "/run", "/dev"];
/// Directories where everybody makes files at any time: only those of labs count.
const OPEN: [&str; 2] = ["/tmp", "/var/tmp"];
/// The directory with the machine's programs: too large to compare file by file.
const LARGE: &str = "/usr";
/// The part of it that people fill by hand; quick to search.
const LOCAL: &str = "/usr/local";
/// Devices whose times do not change when they are used.
const STILL: [&str; 5] = ["null", "zero", "full", "random", "urandom"];
/// Devices whose times change by use: terminals and the kernel log.
const RESTLESS: [&str; 7] = ["tty", "pts", "vcs", "console", "ptmx", "kmsg", "input"];

/// The directories of systemd and udev, which work by themselves: when a scope is requested, or a
/// timer is due. Files in them are compared, but not the times of the directories.
const OF_SYSTEMD: [&str; 4] = ["/run/systemd", "/run/credentials", "/run/udev", "/run/log"];

/// A moment, and the files at that moment.
#[derive(Debug)]
pub(super) struct Since {
    files: Facts,
    /// A file made at that moment, by the clock of the file system.
    mark: tempfile::NamedTempFile,
}

impl Since {
    pub(super) fn now() -> Self {
        Self {
            files: small(),
            mark: tempfile::NamedTempFile::new().unwrap(),
        }
    }

    /// What has changed since.
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

/// Whether tests make files in this directory, which changes its own time.
fn holds_tests(path: &Path) -> bool {
    [LOCAL, "/dev/shm", "/run/lock"]
        .iter()
        .any(|dir| path == Path::new(dir))
}

/// Whether its times belong to the machine's own services (see [`OF_SYSTEMD`]), which also write
/// their log at any time.
fn is_restless(path: &Path, meta: &Metadata) -> bool {
    let is_log = path.extension().is_some_and(|kind| kind == "journal");
    let mut dirs = OF_SYSTEMD.iter();
    (meta.is_dir() || is_log) && dirs.any(|dir| path.starts_with(dir))
}

/// Calls `see` for a path and everything below it on the same file system; links are not followed.
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

/// The compared properties of a file.
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
