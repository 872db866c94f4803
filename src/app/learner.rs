//! Whose progress is kept, and where. Files that a person asks for are made with their rights.

mod ground;
mod settings;

pub(crate) use settings::{named, settings, use_file};

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::catalog::Found;
use crate::config::{Dress, Settings, Wanted};
use crate::progress::{BUILT_IN, Progress, Which};
use crate::sys::identity::person;
use crate::sys::{SysError, identity};
use crate::word;
use crate::word::Language;

/// Finds out who plays: under sudo(8), the caller. From now on, files are made and read with that
/// person's rights.
///
/// # Errors
/// These rights cannot be taken.
pub(crate) fn meet() -> Result<(), SysError> {
    let caller = id("SUDO_UID");
    match caller.filter(|uid| *uid != 0 && identity::effective().0 == 0) {
        Some(uid) => person::work_for(uid, id("SUDO_GID")),
        None => Ok(()),
    }
}

/// The user or group id that a variable of the environment holds.
fn id(variable: &str) -> Option<u32> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The path below the state directory of the XDG base directory specification.
const FILE: &str = "isolab/progress.sqlite3";

/// The progress file of the person who plays; under sudo, of the caller. `None` without a home
/// directory.
pub(crate) fn progress() -> Option<Progress> {
    let folder = person::folder(".local/state", state_dir)?;
    Some(Progress::open(folder.join(FILE), person::stay))
}

/// The state directory of the user that this process runs as.
fn state_dir() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok()?.state_dir()
}

/// How the book identifies a lab: by its id and its place.
pub(crate) fn which(found: &Found) -> Which {
    let path = found.path();
    let place = path.map_or_else(|| BUILT_IN.to_owned(), |path| path.display().to_string());
    let id = found.id.clone();
    Which { id, place }
}

/// Speaks the language of the settings, or of the locale; returns what `settings` does.
pub(crate) fn speak() -> (Settings, Option<String>) {
    // Order: what is wrong in the settings is told in words, too.
    word::speak(language());
    let (settings, wrong) = settings();
    if let Some(own) = settings.language {
        word::speak(own);
    }
    (settings, wrong)
}

/// The look of the settings; `None` where the person wants no colours (<https://no-color.org>).
/// The terminal must be taken over, so that it can be asked for its colours.
pub(crate) fn dress(settings: &Settings) -> Option<Dress> {
    let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let is_light = match settings.looks.wanted {
        Wanted::Auto if colour => ground::is_light(),
        _ => None,
    };
    colour.then(|| settings.looks.first(is_light))
}

/// The language that the person's locale asks for, locale(7).
fn language() -> Language {
    let wanted = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let mut set = wanted.filter_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    let first = set.next().and_then(|locale| Language::of(&locale));
    first.unwrap_or_default()
}

/// Makes a new file with the rights of the person who plays, also under sudo.
pub(crate) fn make(file: &Path) -> std::io::Result<File> {
    person::act(|| File::create_new(file))
}

/// Makes a new file that holds these bytes; returns its full path.
pub(crate) fn keep(file: &Path, bytes: &[u8]) -> std::io::Result<PathBuf> {
    make(file)?.write_all(bytes)?;
    person::act(|| std::fs::canonicalize(file))
}

/// The user id of the person who plays, also under sudo.
pub(crate) fn person() -> u32 {
    person::user().unwrap_or_else(|| identity::effective().0)
}

/// A folder for files that end with the person's session, or at the latest with the machine.
pub(crate) fn runtime_folder() -> PathBuf {
    let usual = PathBuf::from(format!("/run/user/{}", person()));
    let own = std::env::var_os("XDG_RUNTIME_DIR").filter(|_| person::user().is_none());
    let mut places = own.map(PathBuf::from).into_iter().chain([usual]);
    places
        .find(|place| place.is_dir())
        .unwrap_or_else(std::env::temp_dir)
}
