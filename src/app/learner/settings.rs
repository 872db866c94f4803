//! The file of the person's settings: which it is, and what stands in it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use etcetera::BaseStrategy as _;

use crate::config::Settings;
use crate::sys::file;
use crate::sys::identity::person;
use crate::word;

/// The longest file of settings, in bytes.
const LONGEST: u64 = 64 * 1024;
/// The most that is shown of an error in it, in characters.
const CLIPPED: usize = 200;

/// The path below the configuration directory of the XDG base directory specification.
const FILE: &str = "isolab/settings.yaml";

/// The variable of the environment that names another file.
const VARIABLE: &str = "ISOLAB_CONFIG";

/// The file that the command line names.
static ASKED: OnceLock<PathBuf> = OnceLock::new();

/// Uses this file from now on, whatever the environment says.
pub(crate) fn use_file(path: PathBuf) {
    // The command line is read once.
    let _ = ASKED.set(path);
}

/// The file that the command line or the environment names.
pub(crate) fn named() -> Option<PathBuf> {
    let variable = || std::env::var_os(VARIABLE).filter(|path| !path.is_empty());
    let asked = ASKED.get().cloned();
    asked.or_else(|| variable().map(PathBuf::from))
}

/// The person's settings, and what is wrong with their file, in words.
pub(crate) fn settings() -> (Settings, Option<String>) {
    let named = named();
    let must_be = named.is_some();
    let Some(path) = named.or_else(usual) else {
        return (Settings::default(), None);
    };
    match person::act(|| written(&path, must_be)) {
        Ok(settings) => (settings, None),
        Err(why) => {
            let file = path.display().to_string();
            let wrong = word!("settings-wrong", why = why, file = file);
            (Settings::default(), Some(wrong))
        }
    }
}

/// The file where none is named.
fn usual() -> Option<PathBuf> {
    Some(person::folder(".config", config_dir)?.join(FILE))
}

/// The configuration directory of the user that this process runs as.
fn config_dir() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir())
}

/// The settings of a file, the defaults if there is none and need not be one; or what is wrong
/// with it, in words.
fn written(path: &Path, must_be: bool) -> Result<Settings, String> {
    let opened = match file::open_plain(path) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound && !must_be => {
            return Ok(Settings::default());
        }
        opened => opened.map_err(|why| why.to_string())?,
    };
    let file = opened.ok_or_else(|| word!("settings-no-file"))?;
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
