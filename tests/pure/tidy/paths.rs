//! Every path that a file names, groups spread out: `use a::{b, c::d}` is `a::b` and `a::c::d`.

use super::File;
use super::lexer::Token;

/// A path as it is written, and its line.
pub(super) struct Named {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    /// Whether it stands after `use`: its last segment is then a name in the file.
    pub(super) is_import: bool,
    /// The inline modules it is written in: `mod tests { … }`.
    inside: Vec<String>,
}

impl Named {
    /// As a person would write it.
    pub(super) fn words(&self) -> String {
        self.segments.join("::")
    }

    /// Whether it begins with these segments: `std::fs`.
    pub(super) fn begins(&self, prefix: &str) -> bool {
        let mut segments = self.segments.iter();
        prefix
            .split("::")
            .all(|part| segments.next().is_some_and(|segment| segment == part))
    }

    /// Whether it ends in these segments, or goes through them: `Instant::now`.
    pub(super) fn goes_through(&self, part: &str) -> bool {
        let part: Vec<_> = part.split("::").collect();
        self.segments
            .windows(part.len())
            .any(|window| window == part)
    }

    /// Whether it is written in an inline module of this name.
    pub(super) fn is_in(&self, module: &str) -> bool {
        self.inside.iter().any(|name| name == module)
    }

    /// The path from the root of the crate, if it is one of this crate's that says so.
    pub(super) fn absolute(&self, file: &File) -> Option<Vec<String>> {
        let mut at = file
            .module()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        at.extend(self.inside.iter().cloned());
        let mut segments = self.segments.iter();
        match self.segments.first()?.as_str() {
            "crate" | "isolab" => at.clear(),
            "self" => {}
            "super" => _ = at.pop(),
            _ => return None,
        }
        segments.next();
        for segment in segments {
            match segment.as_str() {
                "super" => _ = at.pop(),
                "self" => {}
                name => at.push(name.to_owned()),
            }
        }
        Some(at)
    }

    /// The room it leads to, if it is a path of this crate: the first segment below the root.
    pub(super) fn room(&self, file: &File) -> Option<String> {
        let first = self.absolute(file)?.into_iter().next();
        Some(first.unwrap_or_else(|| "the crate itself".to_owned()))
    }
}

/// All paths of a file, in order.
pub(super) fn named(tokens: &[Token]) -> Vec<Named> {
    let mut found = Vec::new();
    // The inline module of each open brace.
    let mut braces: Vec<Option<String>> = Vec::new();
    for at in 0..tokens.len() {
        match text(tokens, at) {
            "{" => braces.push(module_of_brace(tokens, at)),
            "}" => _ = braces.pop(),
            _ if begins_path(tokens, at) => {
                let mut spread = Vec::new();
                tree(tokens, at, &[], &mut spread);
                let inside: Vec<_> = braces.iter().flatten().cloned().collect();
                let line = tokens[at].line;
                let is_import = at > 0 && text(tokens, at - 1) == "use";
                found.extend(spread.into_iter().map(|segments| Named {
                    segments,
                    line,
                    is_import,
                    inside: inside.clone(),
                }));
            }
            _ => {}
        }
    }
    found
}

fn module_of_brace(tokens: &[Token], at: usize) -> Option<String> {
    let name = at.checked_sub(1).map(|at| word(tokens, at))?;
    let keyword = at.checked_sub(2).map(|at| word(tokens, at))?;
    (keyword == "mod").then(|| name.to_owned())
}

/// Whether a path begins here: a name before `::`, or after `use`, and not within a path.
fn begins_path(tokens: &[Token], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map_or("", |at| text(tokens, at));
    let within = before(1) == "::" && (before(2) == ">" || is_name(before(2)));
    let head = text(tokens, at + 1) == "::" || before(1) == "use";
    !word(tokens, at).is_empty() && head && !within
}

/// Spreads out the path tree that begins at `at`; returns where it ends.
fn tree(tokens: &[Token], at: usize, before: &[String], spread: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    let mut at = at;
    loop {
        match text(tokens, at) {
            "{" => return group(tokens, at + 1, &path, spread),
            name if name == "*" || is_word(name) => path.push(name.to_owned()),
            _ => break,
        }
        at += 1;
        if text(tokens, at) != "::" {
            break;
        }
        at += 1;
    }
    spread.push(path);
    if text(tokens, at) == "as" { at + 2 } else { at }
}

/// Spreads out the trees of a group, after its opening brace.
fn group(tokens: &[Token], at: usize, before: &[String], spread: &mut Vec<Vec<String>>) -> usize {
    let mut at = at;
    while at < tokens.len() && text(tokens, at) != "}" {
        let end = tree(tokens, at, before, spread);
        at = end.max(at) + usize::from(text(tokens, end) != "}");
    }
    at + 1
}

fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

/// The name at a place; empty for a mark.
fn word(tokens: &[Token], at: usize) -> &str {
    Some(text(tokens, at))
        .filter(|text| is_word(text))
        .unwrap_or_default()
}

/// Whether it is a name that a path can go on from; `use ::a` begins anew.
fn is_name(text: &str) -> bool {
    is_word(text) && !["use", "return", "in", "as", "dyn", "impl", "mut", "else"].contains(&text)
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::named;

    fn paths(text: &str) -> Vec<String> {
        let file = File::new("src/lab/model.rs", text);
        named(&file.tokens)
            .iter()
            .map(|named| named.segments.join("::"))
            .collect()
    }

    fn rooms(path: &str, text: &str) -> Vec<String> {
        let file = File::new(path, text);
        named(&file.tokens)
            .iter()
            .filter_map(|named| named.room(&file))
            .collect()
    }

    #[test]
    fn groups_are_spread_out() {
        assert_eq!(
            paths("use crate::{a, b::{self, c as d}, e::*};"),
            [
                "crate::a",
                "crate::b::self",
                "crate::b::c",
                "crate::e::*",
                "b::self",
                "b::c",
                "e::*"
            ]
        );
        assert_eq!(
            paths("x.y(::std::fs::read::<T>(), Vec::<u8>::new())"),
            ["std::fs::read", "Vec"]
        );
        assert_eq!(paths("use tokio;"), ["tokio"]);
    }

    #[test]
    fn paths_lead_to_rooms() {
        let path = "src/lab/model.rs";
        assert_eq!(
            rooms(path, "use super::Action; use super::super::sys::x;"),
            ["lab", "sys"]
        );
        assert_eq!(
            rooms(path, "mod tests { use super::*; fn f() {} } use super::*;"),
            ["lab", "lab"]
        );
        assert_eq!(
            rooms("src/lab.rs", "mod tests { use super::*; } use super::ui;"),
            ["lab", "ui"]
        );
        assert_eq!(rooms("src/lab.rs", "use crate as c;"), ["the crate itself"]);
        assert_eq!(
            rooms("src/lab.rs", "pub(crate) fn f() { self::g() }"),
            ["lab"]
        );
        assert_eq!(rooms("src/main.rs", "isolab::cli::run()"), ["cli"]);
    }
}
