//! Whose progress is kept, and where.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use crate::progress::Progress;
use crate::sys::identity;
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

/// The language that the person's locale asks for, locale(7).
pub(crate) fn language() -> Language {
    let wanted = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let mut set = wanted.filter_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    let first = set.next().and_then(|locale| Language::of(&locale));
    first.unwrap_or_default()
}

/// Who called sudo(8), which keeps no directory of theirs.
fn caller() -> Option<(PathBuf, u32, u32)> {
    let uid: u32 = std::env::var("SUDO_UID").ok()?.parse().ok()?;
    if identity::effective().0 != 0 || uid == 0 {
        return None;
    }
    let (home, gid) = identity::home_of(uid)?;
    Some((home.join(".local/state").join(FILE), uid, gid))
}
