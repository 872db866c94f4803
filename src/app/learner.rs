//! Whose progress is kept, and where. Files that a person asks for are made with their rights.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::catalog::Found;
use crate::config::{Look, Settings};
use crate::progress::{BUILT_IN, Progress, Which};
use crate::sys::identity::person;
use crate::sys::{SysError, file, identity};
use crate::word;
use crate::word::Language;

/// The longest file of settings, in bytes.
const LONGEST: u64 = 64 * 1024;
/// The most that is shown of an error in it, in characters.
const CLIPPED: usize = 200;

/// Finds out who plays: under sudo(8), the caller. From now on, files are made and read with that
/// person's rights.
///
/// # Errors
/// These rights cannot be taken.
pub(crate) fn meet() -> Result<(), SysError> {
    let id = |name| std::env::var(name).ok()?.parse::<u32>().ok();
    let caller = id("SUDO_UID");
    match caller.filter(|uid| *uid != 0 && identity::effective().0 == 0) {
        Some(uid) => person::work_for(uid, id("SUDO_GID")),
        None => Ok(()),
    }
}

/// The path below the state directory of the XDG base directory specification.
const FILE: &str = "isolab/progress.sqlite3";

/// The progress file of the person who plays; under sudo, of the caller. `None` without a home
/// directory.
pub(crate) fn progress() -> Option<Progress> {
    let own = || etcetera::choose_base_strategy().ok()?.state_dir();
    let folder = person::folder(".local/state", own)?;
    Some(Progress::open(folder.join(FILE), person::stay))
}

/// How the book identifies a lab: by its id and its place.
pub(crate) fn which(found: &Found) -> Which {
    let path = found.path();
    let place = path.map_or_else(|| BUILT_IN.to_owned(), |path| path.display().to_string());
    let id = found.id.clone();
    Which { id, place }
}

/// The path below the configuration directory of the same specification.
const SETTINGS: &str = "isolab/settings.yaml";

/// The person's settings, and what is wrong with their file, in words.
fn settings() -> (Settings, Option<String>) {
    let own = || Some(etcetera::choose_base_strategy().ok()?.config_dir());
    let folder = person::folder(".config", own);
    let Some(path) = folder.map(|folder| folder.join(SETTINGS)) else {
        return (Settings::default(), None);
    };
    let wrong = |why: String| {
        Some(word!(
            "settings-wrong",
            why = why,
            file = path.display().to_string()
        ))
    };
    match person::act(|| written(&path)) {
        Ok(settings) => (settings, None),
        Err(why) => (Settings::default(), wrong(why)),
    }
}

/// The settings of a file, the defaults if there is none; or what is wrong with it, in words.
fn written(path: &Path) -> Result<Settings, String> {
    let file = match file::open_plain(path) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
        opened => opened.map_err(|why| why.to_string())?,
    };
    let file = file.ok_or_else(|| word!("settings-no-file"))?;
    let mut text = String::new();
    let read = file.take(LONGEST + 1).read_to_string(&mut text);
    read.map_err(|why| why.to_string())?;
    if text.len() as u64 > LONGEST {
        return Err(word!("settings-long", most = LONGEST / 1024));
    }
    Settings::parse(&text).map_err(|why| clipped(&why))
}

/// The first line of an error, cut short: the file may never have been meant as settings.
fn clipped(why: &str) -> String {
    let mut line: String = why.lines().next().unwrap_or_default().to_owned();
    if line.chars().count() > CLIPPED {
        line = line.chars().take(CLIPPED).chain(['…']).collect();
    }
    line
}

/// Speaks the language of the settings, or of the locale; returns what `settings` does.
pub(crate) fn speak() -> (Settings, Option<String>) {
    let (settings, wrong) = settings();
    word::speak(settings.language.unwrap_or_else(language));
    (settings, wrong)
}

/// The look of the settings; `None` where the person wants no colours (<https://no-color.org>).
pub(crate) fn look(settings: &Settings) -> Option<Look> {
    let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    colour.then_some(settings.look)
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

/// Makes a new file that holds `text`; returns its full path.
pub(crate) fn keep(file: &Path, text: &str) -> std::io::Result<PathBuf> {
    make(file)?.write_all(text.as_bytes())?;
    person::act(|| std::fs::canonicalize(file))
}

/// The user id of the person who plays, also under sudo.
pub(crate) fn person() -> u32 {
    person::user().unwrap_or_else(|| identity::effective().0)
}

/// A folder for files that end with the person's session, or at the latest with the machine.
pub(crate) fn runtime_folder() -> PathBuf {
    let usual = PathBuf::from(format!("/run/user/{}", person()));
    let own = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let own = own.filter(|_| person::user().is_none());
    let mut places = own.into_iter().chain([usual]);
    places
        .find(|place| place.is_dir())
        .unwrap_or_else(std::env::temp_dir)
}
