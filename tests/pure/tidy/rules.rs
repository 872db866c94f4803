//! Names, sizes, places, and what every file says of itself.

use super::File;

/// Files that may be longer than [`LONGEST`], with the reason.
const LONG: &[(&str, &str)] = &[];

/// Lines of a file.
const LONGEST: usize = 400;

/// The whole top level; `target` is what cargo builds, `.git` what git keeps.
const TOP_LEVEL: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "src",
    "labs",
    "assets",
    "tests",
    ".ci",
    ".cargo",
    ".config",
    ".clippy.toml",
    ".deny.toml",
    ".github",
    ".gitignore",
    ".git",
    "target",
];

/// Module names that say nothing, with their plurals.
const EMPTY_NAMES: &[&str] = &["util", "common", "manager", "helper", "handler", "misc"];

/// Code that is not there yet, or a test that is not run.
const UNDONE: &[&str] = &["todo", "unimplemented"];

/// The beginning of the name of a function that may sleep while it waits for an event.
const WAITING: &str = "wait_";

/// `unsafe` outside `sys`.
pub(super) fn unsafe_code(file: &File) -> Vec<String> {
    let unsafes = file.tokens.iter().filter(|token| token.text == "unsafe");
    let unsafes = unsafes.filter(|_| file.room() != "sys");
    unsafes
        .map(|token| file.offence(token.line, "unsafe belongs in sys"))
        .collect()
}

/// A file that does not begin with what it is.
pub(super) fn docs(file: &File) -> Vec<String> {
    let begins = file
        .text
        .strip_prefix("//!")
        .is_some_and(|rest| rest.trim_start().len() > 1);
    offence_unless(
        begins,
        file,
        "a file begins with `//!` and what lives in it",
    )
}

/// A room that does not say what never happens in it.
pub(super) fn invariant(file: &File) -> Vec<String> {
    let said = file
        .text
        .lines()
        .any(|line| line.starts_with("//! Invariant: "));
    offence_unless(
        said || !file.is_door(),
        file,
        "a room has a line `//! Invariant: …`",
    )
}

/// Names that say nothing, and `mod.rs`.
pub(super) fn names(file: &File) -> Vec<String> {
    let mut names: Vec<_> = file.path.trim_end_matches(".rs").split('/').collect();
    let inline = file.tokens.windows(2).filter(|pair| pair[0].text == "mod");
    names.extend(inline.map(|pair| pair[1].text.as_str()));
    let empty = |name: &&str| EMPTY_NAMES.contains(&name.trim_end_matches('s')) || *name == "mod";
    let bad = names.into_iter().filter(empty);
    bad.map(|name| file.offence(1, &format!("the module name `{name}` says nothing")))
        .collect()
}

/// A file that is too long, or an exception that is no longer needed.
pub(super) fn size(file: &File) -> Vec<String> {
    let excepted = LONG.iter().any(|(path, _)| *path == file.path);
    let lines = file.text.lines().count();
    let words = if excepted {
        "it is in LONG and is not"
    } else {
        "split it"
    };
    let words = format!("{lines} lines ({LONGEST} at most): {words}");
    offence_unless((lines > LONGEST) == excepted, file, &words)
}

/// `todo!`, `unimplemented!`, `#[ignore]`.
pub(super) fn undone(file: &File) -> Vec<String> {
    let bad = file.tokens.windows(2).filter(|pair| {
        let (word, next) = (pair[0].text.as_str(), pair[1].text.as_str());
        UNDONE.contains(&word) && next == "!" || word == "[" && next == "ignore"
    });
    bad.map(|pair| file.offence(pair[0].line, "nothing is left undone or untested"))
        .collect()
}

/// A sleep in a test outside a function that waits for an event.
pub(super) fn naps(file: &File) -> Vec<String> {
    let mut function = "";
    let mut bad = Vec::new();
    for pair in file.tokens.windows(2) {
        if pair[0].text == "fn" {
            function = &pair[1].text;
        }
        if pair[0].text == "sleep" && pair[1].text == "(" && !function.starts_with(WAITING) {
            bad.push(file.offence(pair[0].line, "a test waits for an event, it does not sleep"));
        }
    }
    bad
}

/// Anything at the top level that has no place there.
pub(super) fn top_level(names: &[String]) -> Vec<String> {
    let bad = names
        .iter()
        .filter(|name| !TOP_LEVEL.contains(&name.as_str()));
    bad.map(|name| format!("{name}: not a place of the house"))
        .collect()
}

fn offence_unless(good: bool, file: &File, words: &str) -> Vec<String> {
    if good {
        Vec::new()
    } else {
        vec![file.offence(1, words)]
    }
}

#[cfg(test)]
mod tests {
    use super::{docs, invariant, names, naps, size, top_level, undone, unsafe_code};
    use crate::pure::tidy::File;

    /// Whether a rule is broken by the first text and not by the second.
    #[track_caller]
    fn tells(rule: fn(&File) -> Vec<String>, path: &str, bad: &str, good: &str) {
        assert_eq!(rule(&File::new(path, bad)).len(), 1, "{bad}");
        assert!(rule(&File::new(path, good)).is_empty(), "{good}");
    }

    #[test]
    fn each_rule_tells_bad_from_good() {
        tells(
            unsafe_code,
            "src/probe.rs",
            "unsafe { f() }",
            "// unsafe\nlet s = \"unsafe\";",
        );
        tells(
            docs,
            "src/lab.rs",
            "use std::fmt;",
            "//! What a lab may say.",
        );
        tells(docs, "src/lab.rs", "//!", "//! Labs.");
        tells(
            invariant,
            "src/lab.rs",
            "//! Labs.",
            "//! Labs.\n//!\n//! Invariant: text only.",
        );
        tells(undone, "src/lab.rs", "fn f() { todo!() }", "fn todo() {}");
        tells(
            undone,
            "tests/a.rs",
            "#[ignore] fn f() {}",
            "fn ignore() {}",
        );
        tells(names, "src/lab.rs", "mod helpers { }", "mod model;");
        tells(
            naps,
            "tests/a.rs",
            "fn f() { sleep(d) }",
            "fn wait_until() { thread::sleep(d) }",
        );
        let long = "\n".repeat(401);
        tells(size, "src/lab.rs", &long, "\n");
    }

    #[test]
    fn rules_know_their_places() {
        assert!(unsafe_code(&File::new("src/sys/mount.rs", "unsafe { f() }")).is_empty());
        assert!(invariant(&File::new("src/lab/raw.rs", "//! Raw.")).is_empty());
        assert_eq!(names(&File::new("src/lab/mod.rs", "")).len(), 1);
        assert_eq!(names(&File::new("src/utils/io.rs", "")).len(), 1);
        assert_eq!(
            top_level(&["src".to_owned(), "justfile".to_owned()]).len(),
            1
        );
    }
}
