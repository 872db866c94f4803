//! Keyrings: the keys that this process may see, and what is in its session's.

use std::fs;

use super::{Facts, printed};

/// Keyrings that the kernel makes for whoever asks, and forgets in its own time.
const PASSING: [&str; 5] = ["_ses", "_uid", "_pid", "_tid", "_persistent"];

pub(super) fn all() -> Facts {
    let text = fs::read_to_string("/proc/keys").unwrap_or_default();
    let mut facts: Facts = text.lines().filter_map(key).collect();
    // Words on the left are numbers and rights, which stay; there may be no keyctl(1).
    if let Some(session) = printed("keyctl", &["show", "@s"]) {
        facts.insert("session keyring".to_owned(), session);
    }
    facts
}

/// A line of /proc/keys: number, flags, uses, time left, rights, owner, group, kind, name.
fn key(line: &str) -> Option<(String, String)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let name = *words.get(8)?;
    if words[7] == "keyring" && PASSING.iter().any(|kind| name.starts_with(kind)) {
        return None;
    }
    let value = format!(
        "{} {} {} {}",
        words[4],
        words[5],
        words[7],
        words[8..].join(" ")
    );
    Some((format!("key {}", words[0]), value))
}
