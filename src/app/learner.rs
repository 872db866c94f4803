//! Whose progress is kept, and where; and files that a person asks for, made as theirs.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::config::{Look, Settings};
use crate::progress::Progress;
use crate::sys::identity;
use crate::word;
use crate::word::Language;

/// Below the directory for state of the XDG base directory specification.
const FILE: &str = "isolab/progress.sqlite3";

/// The book of who plays: started with sudo, of who called sudo. None where there is no home.
pub(crate) fn progress() -> Option<Progress> {
    if let Some((path, uid, gid)) = caller() {
        return Some(Progress::open(path, move || {
            identity::own_files_as(uid, gid);
        }));
    }
    let strategy = etcetera::choose_base_strategy().ok()?;
    let path = strategy.state_dir()?.join(FILE);
    Some(Progress::open(path, || {}))
}

/// The file of settings, below the directory for configuration of the same specification.
const SETTINGS: &str = "isolab/settings.yaml";

/// What the person has set; where something is wrong, that in words.
fn settings() -> (Settings, Option<String>) {
    let folder = match caller_home() {
        Some((home, ..)) => Some(home.join(".config")),
        None => etcetera::choose_base_strategy()
            .ok()
            .map(|s| s.config_dir()),
    };
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
    match std::fs::read_to_string(&path) {
        Ok(text) => match Settings::parse(&text) {
            Ok(settings) => (settings, None),
            Err(why) => (Settings::default(), wrong(why)),
        },
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => (Settings::default(), None),
        Err(why) => (Settings::default(), wrong(why.to_string())),
    }
}

/// Speaks the language that the person has set, or that of the locale; gives the settings.
pub(crate) fn speak() -> (Settings, Option<String>) {
    let (settings, wrong) = settings();
    word::speak(settings.language.unwrap_or_else(language));
    (settings, wrong)
}

/// The look that the person has set; none where they want no colours
/// (<https://no-color.org>).
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

/// Makes a new file of who plays, also where they called sudo.
pub(crate) fn make(file: &Path) -> std::io::Result<File> {
    let new = File::create_new(file)?;
    if let Some((_, uid, gid)) = caller_home() {
        std::os::unix::fs::fchown(&new, Some(uid), Some(gid))?;
    }
    Ok(new)
}

/// The same with a text in it; its full path.
pub(crate) fn keep(file: &Path, text: &str) -> std::io::Result<PathBuf> {
    make(file)?.write_all(text.as_bytes())?;
    std::fs::canonicalize(file)
}

/// The user id of who plays, also where they called sudo.
pub(crate) fn person() -> u32 {
    caller_home().map_or_else(|| identity::effective().0, |(_, uid, _)| uid)
}

/// Where files of theirs may be that end with their session, or at the latest with the machine.
pub(crate) fn runtime_folder() -> PathBuf {
    let usual = PathBuf::from(format!("/run/user/{}", person()));
    let own = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let own = own.filter(|_| caller_home().is_none());
    let mut places = own.into_iter().chain([usual]);
    places
        .find(|place| place.is_dir())
        .unwrap_or_else(std::env::temp_dir)
}

/// Who called sudo(8), which keeps no directory of theirs.
fn caller() -> Option<(PathBuf, u32, u32)> {
    let (home, uid, gid) = caller_home()?;
    Some((home.join(".local/state").join(FILE), uid, gid))
}

fn caller_home() -> Option<(PathBuf, u32, u32)> {
    let uid: u32 = std::env::var("SUDO_UID").ok()?.parse().ok()?;
    if identity::effective().0 != 0 || uid == 0 {
        return None;
    }
    let (home, gid) = identity::home_of(uid)?;
    Some((home, uid, gid))
}
