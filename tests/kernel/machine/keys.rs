//! Keyrings: the keys that this process may see, and the content of its session keyring.

use std::fs;

use super::{Facts, printed};

/// Keyrings that the kernel makes on demand and drops later.
const PASSING: [&str; 5] = ["_ses", "_uid", "_pid", "_tid", "_persistent"];

pub(super) fn all() -> Facts {
    let text = fs::read_to_string("/proc/keys").unwrap_or_default();
    let mut facts: Facts = text.lines().filter_map(key).collect();
    // The first columns are ids and rights, which stay. keyctl(1) may be missing.
    if let Some(session) = printed("keyctl", &["show", "@s"]) {
        facts.insert("session keyring".to_owned(), session);
    }
    facts
}

/// Parses a line of /proc/keys: id, flags, uses, time left, rights, owner, group, type, name.
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
