//! The floors: which room may import which, and what the thinking wing and the
//! rooms below the roof must not touch.

use super::File;
use super::paths::named;

/// Each room with the rooms it may import, from the ground up.
const FLOORS: &[(&str, &[&str])] = &[
    // ground
    ("fuzz", &[]),
    ("word", &[]),
    ("snapshot", &["word"]),
    ("lab", &["snapshot", "fuzz"]),
    ("sys", &["fuzz"]),
    ("config", &["word", "fuzz"]),
    // first
    ("check", &["lab", "snapshot", "word"]),
    ("typed", &["lab", "snapshot"]),
    ("action", &["lab", "snapshot", "sys", "fuzz"]),
    ("probe", &["snapshot", "sys", "fuzz"]),
    ("lens", &["snapshot", "probe", "sys", "word", "fuzz"]),
    ("catalog", &["lab", "check", "sys", "word", "fuzz"]),
    // second
    ("session", &["lab", "snapshot", "check", "typed", "word"]),
    (
        "sandbox",
        &["lab", "snapshot", "action", "lens", "probe", "sys", "word"],
    ),
    // third
    (
        "ui",
        &[
            "session", "check", "typed", "snapshot", "lab", "config", "word",
        ],
    ),
    ("progress", &["session", "lab", "word"]),
    (
        "scene",
        &[
            "ui", "session", "typed", "snapshot", "lab", "config", "word", "fuzz",
        ],
    ),
    // fourth
    ("class", &["lab", "session", "progress", "word", "fuzz"]),
    (
        "export",
        &[
            "scene", "ui", "session", "typed", "snapshot", "lab", "config", "word",
        ],
    ),
    // roof
    (
        "app",
        &[
            "snapshot", "lab", "sys", "config", "check", "typed", "action", "probe", "catalog",
            "session", "sandbox", "ui", "progress", "scene", "export", "word", "fuzz",
        ],
    ),
    (
        "cli",
        &[
            "snapshot", "lab", "sys", "config", "check", "typed", "action", "probe", "catalog",
            "session", "sandbox", "ui", "progress", "scene", "class", "export", "word", "app",
        ],
    ),
    ("main", &["cli", "sandbox"]),
    ("lib", &[]),
];

/// The rooms that decide and never touch the machine.
const THINKING: &[&str] = &[
    "lab", "snapshot", "check", "typed", "session", "ui", "class",
];

/// What they must not name.
const MACHINE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "tokio",
    "nix",
    "rustix",
    "libc",
];

/// What they must not ask for either: the time comes in with events.
const CLOCK: &[&str] = &["Instant::now", "SystemTime::now"];

/// The rooms that may read the environment and the arguments; `fuzz` is in tests alone.
const ROOF: &[&str] = &["app", "cli", "main", "fuzz"];

/// Imports that do not go down.
pub(super) fn edges(file: &File) -> Vec<String> {
    let room = file.room();
    let below = FLOORS
        .iter()
        .find(|(name, _)| *name == room)
        .map_or(&[][..], |(_, below)| below);
    let paths = named(&file.tokens);
    let up = paths
        .iter()
        .filter_map(|path| Some((path.line, path.room(file)?)));
    let up = up.filter(|(_, to)| to != room && !below.contains(&to.as_str()));
    up.map(|(line, to)| file.offence(line, &format!("{room} must not import {to}")))
        .collect()
}

/// A room that the table does not know.
pub(super) fn unknown_room(file: &File) -> Vec<String> {
    let known = FLOORS.iter().any(|(name, _)| *name == file.room());
    let words = format!(
        "the room {} has no floor in tests/pure/tidy/floors.rs",
        file.room()
    );
    if known {
        Vec::new()
    } else {
        vec![file.offence(1, &words)]
    }
}

/// What the thinking wing touches.
pub(super) fn wing(file: &File) -> Vec<String> {
    if !THINKING.contains(&file.room()) {
        return Vec::new();
    }
    let paths = named(&file.tokens);
    let bad = paths.iter().filter(|path| {
        MACHINE.iter().any(|machine| path.begins(machine))
            || CLOCK.iter().any(|clock| path.goes_through(clock))
            || path.segments == ["std"]
    });
    bad.map(|path| {
        file.offence(
            path.line,
            &format!("the thinking wing must not use {}", path.words()),
        )
    })
    .collect()
}

/// The environment read below the roof.
pub(super) fn environment(file: &File) -> Vec<String> {
    if ROOF.contains(&file.room()) {
        return Vec::new();
    }
    let paths = named(&file.tokens);
    let bad = paths.iter().filter(|path| path.begins("std::env"));
    bad.map(|path| file.offence(path.line, "the environment is read in app and cli only"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{FLOORS, edges, environment, unknown_room, wing};
    use crate::pure::tidy::File;

    fn count(rule: fn(&File) -> Vec<String>, path: &str, text: &str) -> usize {
        rule(&File::new(path, text)).len()
    }

    #[test]
    fn the_table_itself_goes_down_only() {
        for (at, (room, below)) in FLOORS.iter().enumerate() {
            let known = |name: &&str| FLOORS[..at].iter().any(|(lower, _)| lower == name);
            assert!(
                below.iter().all(known),
                "{room} stands on something not below it"
            );
        }
    }

    #[test]
    fn an_edge_that_goes_up_is_found() {
        assert_eq!(
            count(
                edges,
                "src/lab/raw.rs",
                "use crate::{snapshot, session::Session};"
            ),
            1
        );
        assert_eq!(
            count(
                edges,
                "src/ui/view.rs",
                "fn f() { super::super::sys::mount() }"
            ),
            1
        );
        assert_eq!(count(edges, "src/session.rs", "use crate::*;"), 1);
        assert_eq!(count(edges, "src/lib.rs", "pub use crate::lab::Lab;"), 1);
        assert_eq!(count(edges, "src/main.rs", "use isolab::{cli, app};"), 1);
        assert_eq!(
            count(edges, "src/session.rs", "use crate::lab::Lab; // crate::ui"),
            0
        );
    }

    #[test]
    fn a_new_room_is_found() {
        assert_eq!(count(unknown_room, "src/kitchen.rs", ""), 1);
        assert_eq!(count(unknown_room, "src/lab/raw.rs", ""), 0);
    }

    #[test]
    fn a_thinking_room_that_touches_the_machine_is_found() {
        assert_eq!(
            count(wing, "src/ui.rs", "use std::{fmt, fs::File, net};"),
            2
        );
        assert_eq!(
            count(wing, "src/check.rs", "let t = std::time::Instant::now();"),
            1
        );
        assert_eq!(
            count(
                wing,
                "src/lab.rs",
                "use tokio; use ::nix::mount; use std as s;"
            ),
            3
        );
        assert_eq!(count(wing, "src/sys.rs", "use std::fs;"), 0);
        assert_eq!(
            count(wing, "src/ui.rs", "let fs = \"std::fs\"; // std::fs::read"),
            0
        );
    }

    #[test]
    fn the_environment_below_the_roof_is_found() {
        assert_eq!(
            count(environment, "src/catalog.rs", "std::env::var_os(\"HOME\")"),
            1
        );
        assert_eq!(count(environment, "src/cli/play.rs", "std::env::args()"), 0);
    }
}
