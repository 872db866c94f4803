//! The doors: which room may name which crate. What other rooms need of the kernel's crates comes
//! through `sys`.

use super::File;
use super::lexer::Token;
use super::paths::named;

/// Each crate with the rooms that may name it. Of tests no room is asked.
const CRATES: &[(&str, &[&str])] = &[
    // the kernel
    ("nix", &["sys"]),
    ("rustix", &["sys"]),
    ("libc", &["sys"]),
    ("seccompiler", &["sys"]),
    ("rtnetlink", &["sys", "probe", "lens"]),
    ("syscalls", &["sys", "lab", "lens"]),
    ("goblin", &["action"]),
    ("tokio", &["app", "sandbox", "sys"]),
    ("futures_util", &["app"]),
    // layers
    ("tar", &["action", "sandbox"]),
    ("flate2", &["action"]),
    ("zstd", &["action", "scene"]),
    ("sha2", &["action", "class", "lab"]),
    // labs and words
    ("cel", &["check"]),
    ("serde_saphyr", &["config", "lab", "word"]),
    ("schemars", &["check", "cli", "config", "lab", "snapshot"]),
    ("fluent_bundle", &["word"]),
    ("unic_langid", &["word"]),
    ("strsim", &["catalog", "check", "cli"]),
    // the screen and paper
    ("ratatui", &["app", "cli", "export", "scene", "ui"]),
    ("crossterm", &["app", "cli", "export", "ui"]),
    ("alacritty_terminal", &["ui"]),
    ("similar", &["ui"]),
    ("unicode_width", &["class", "export", "lab", "ui"]),
    ("pulldown_cmark", &["export"]),
    ("maud", &["class", "export"]),
    ("textwrap", &["class", "cli", "export"]),
    ("csv", &["class"]),
    ("rusqlite", &["progress"]),
    // the roof
    ("etcetera", &["app"]),
    ("anyhow", &["app", "cli"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
];

/// Crates that a room names and should not.
pub(super) fn crates(file: &File) -> Vec<String> {
    let room = file.room();
    if room == "fuzz" || file.path.ends_with("tests.rs") || file.path.contains("/tests/") {
        return Vec::new();
    }
    let mut offences = Vec::new();
    for path in named(program(&file.tokens)) {
        let first = path.segments.first();
        let door = CRATES
            .iter()
            .find(|(name, _)| first.is_some_and(|first| first == name));
        if let Some((name, rooms)) = door
            && !rooms.contains(&room)
        {
            offences.push(file.offence(path.line, &format!("{room} must not name {name}")));
        }
    }
    offences
}

/// What stands before the tests of a file.
fn program(tokens: &[Token]) -> &[Token] {
    let is_cfg_test = |three: &[Token]| {
        let texts = three.iter().map(|token| token.text.as_str());
        texts.eq(["cfg", "(", "test"])
    };
    let end = tokens.windows(3).position(is_cfg_test);
    &tokens[..end.unwrap_or(tokens.len())]
}

#[cfg(test)]
mod tests {
    use super::{File, crates};

    fn count(path: &str, text: &str) -> usize {
        crates(&File::new(path, text)).len()
    }

    #[test]
    fn a_crate_in_another_room_is_found() {
        assert_eq!(count("src/action/file.rs", "use nix::libc;"), 1);
        assert_eq!(count("src/ui/view.rs", "fn f() { rusqlite::open() }"), 1);
        assert_eq!(
            count("src/sys/file.rs", "use nix::libc; use rustix::fs;"),
            0
        );
        let tested = "use std::fs; #[cfg(test)] mod tests { use nix::libc; }";
        assert_eq!(count("src/action/file.rs", tested), 0);
    }
}
