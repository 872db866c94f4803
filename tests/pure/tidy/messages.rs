//! The program's words: each that is said is there, and each that is there is said.

use std::collections::BTreeSet;

use super::File;

/// The names of a language's messages; one begins each line that does not go on with another.
pub(super) fn names(words: &str) -> BTreeSet<&str> {
    let lines = words.lines().filter_map(|line| line.split_once(" ="));
    let name = |name: &&str| name.starts_with(|c: char| c.is_ascii_lowercase());
    lines.map(|(first, _)| first).filter(name).collect()
}

/// The messages that a file says which are not there; its tests ask for such ones on purpose.
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

/// The messages that no file says.
pub(super) fn unsaid(files: &[File], names: &BTreeSet<&str>) -> Vec<String> {
    let said = |name: &&&str| {
        let name = format!("\"{name}\"");
        files.iter().any(|file| file.text.contains(&name))
    };
    let bad = names.iter().filter(|name| !said(name));
    bad.map(|name| format!("assets/words: nobody says `{name}`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
