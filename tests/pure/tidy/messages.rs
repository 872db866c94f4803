//! The program's words: each that is said is there, and each that is there is said; some
//! rooms keep messages and choose no language for them.

use std::collections::BTreeSet;

use super::File;
use super::paths::named;

/// The rooms that keep messages for later: the language is chosen where they are drawn.
const SILENT: &[&str] = &["snapshot", "check", "session"];

/// The names of a language's messages. A line that begins with a name begins a message.
pub(super) fn names(words: &str) -> BTreeSet<&str> {
    let lines = words.lines().filter_map(|line| line.split_once(" ="));
    let name = |name: &&str| name.starts_with(|c: char| c.is_ascii_lowercase());
    lines.map(|(first, _)| first).filter(name).collect()
}

/// The messages that a file uses but that do not exist. Its tests use such ones on purpose.
pub(super) fn unknown(file: &File, names: &BTreeSet<&str>) -> Vec<String> {
    let code = file.text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let said = code.split("word!(").skip(1);
    let said = said.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    let bad = said.filter(|name| !names.contains(name));
    bad.map(|name| file.offence(1, &format!("there is no message `{name}`")))
        .collect()
}

/// The messages that no file uses.
pub(super) fn unsaid(files: &[File], names: &BTreeSet<&str>) -> Vec<String> {
    let said = |name: &&&str| {
        let name = format!("\"{name}\"");
        files.iter().any(|file| file.text.contains(&name))
    };
    let bad = names.iter().filter(|name| !said(name));
    bad.map(|name| format!("assets/words: nobody says `{name}`"))
        .collect()
}

/// Where a room that keeps messages puts one into words, or asks for a language.
pub(super) fn spoken(file: &File) -> Vec<String> {
    if !SILENT.contains(&file.room()) {
        return Vec::new();
    }
    let pairs = file.tokens.windows(2);
    let said = pairs.filter(|pair| pair[0].text == "word" && pair[1].text == "!");
    let said = said.map(|pair| pair[0].line);
    let paths = named(&file.tokens).into_iter();
    let asked = paths.filter(|path| {
        let own = path.room(file).is_some_and(|room| room == "word");
        own && !path.goes_through("word::later")
    });
    let lines = said.chain(asked.map(|path| path.line));
    let words = "a message is kept here (`later_word!`) and told where it is drawn";
    lines.map(|line| file.offence(line, words)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_that_chooses_a_language_is_found() {
        let spoken = |path: &str, text: &str| spoken(&File::new(path, text)).len();
        let bad = "use crate::word;\nfn f() { word!(\"none\") }";
        for path in [
            "src/check.rs",
            "src/snapshot/diff.rs",
            "src/session/walk.rs",
        ] {
            assert_eq!(spoken(path, bad), 2, "{path}");
            assert_eq!(
                spoken(path, "fn f() { crate::word::speak(l) }"),
                1,
                "{path}"
            );
            assert_eq!(
                spoken(path, "use crate::word::{later::Later, tell};"),
                1,
                "{path}"
            );
        }
        let good = "use crate::word::later::{Later, later_word};\nfn f() { later_word!(\"none\") }";
        assert_eq!(spoken("src/check.rs", good), 0);
        assert_eq!(spoken("src/ui.rs", bad), 0);
    }

    #[test]
    fn both_rules_tell() {
        let known = names("## Keys\nkey-quit = quit\nkey-long =\n    a long one { $x -> \n");
        assert_eq!(known, BTreeSet::from(["key-long", "key-quit"]));
        let bad =
            "fn f() { word!(\n  \"key-wuit\", x = 1) }\n#[cfg(test)] mod t { word!(\"other\") }";
        let file = File::new("src/ui.rs", bad);
        assert_eq!(unknown(&file, &known).len(), 1);
        let good = File::new("src/ui.rs", "// word!(\"x\")\nword!(\"key-quit\")");
        assert!(unknown(&good, &known).is_empty());
        assert_eq!(unsaid(&[file, good], &known).len(), 1);
    }
}
