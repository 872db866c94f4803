//! A lab's texts in another language. They are in a file beside the lab, `NN-slug.LANGUAGE.yaml`,
//! which holds only texts: actions and checks cannot differ between languages.
//!
//! A text is identified by its path: `title`, `steps.leave.ask.choices.0.say`. Each group of texts
//! (a step; everything outside of steps) carries the digest of the original texts that were
//! translated: when those change, the group is stale.

mod node;
mod print;
mod texts;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::problem::is_dangerous;
use super::source::Source;
use super::{Lab, Place, Problem, text};
use node::Node;
pub(super) use texts::all;
use texts::{each, group_of};

/// The texts of one translation file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Translation {
    file: String,
    /// The texts by path.
    texts: BTreeMap<String, Translated>,
    /// The digests by group: `steps.leave`, or "" for texts outside of steps.
    digests: BTreeMap<String, Translated>,
}

/// A text and the place of its key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Translated {
    text: String,
    place: Place,
}

impl Translation {
    /// Parses a translation file; `file` is its name for problems.
    ///
    /// # Errors
    /// The file is not YAML, or not a map of texts.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let text = text::decode(file, bytes).map_err(|problem| vec![problem])?;
        let source = Source::new(text);
        let refused = text::refusals(file, text, &source);
        if !refused.is_empty() {
            return Err(refused);
        }
        let node = node::parse(file, text, &source).map_err(|problem| vec![problem])?;
        let mut translation = Self {
            file: file.to_owned(),
            ..Self::default()
        };
        translation.take("", &node, &source);
        let dangerous = translation.dangerous();
        if dangerous.is_empty() {
            Ok(translation)
        } else {
            Err(dangerous)
        }
    }

    /// Problems with control characters: an escape such as "\e" becomes one only when YAML is
    /// parsed.
    fn dangerous(&self) -> Vec<Problem> {
        let all = self.texts.iter().chain(&self.digests);
        all.filter_map(|(path, translated)| self.danger(path, translated))
            .collect()
    }

    fn danger(&self, path: &str, translated: &Translated) -> Option<Problem> {
        let mut letters = path.chars().chain(translated.text.chars());
        let bad = letters.find(|c| is_dangerous(*c))?;
        Some(Problem::dangerous(&self.file, translated.place, bad))
    }

    /// Parses only what comes before the steps.
    ///
    /// # Errors
    /// As `parse`.
    pub fn heading(file: &str, bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let end = bytes.windows(7).position(|part| part == b"\nsteps:");
        Self::parse(file, &bytes[..end.unwrap_or(bytes.len())])
    }

    /// Collects the texts at and below a node.
    fn take(&mut self, path: &str, node: &Node, source: &Source<'_>) {
        match node {
            Node::Text { text, at } => {
                let translated = Translated {
                    text: text.clone(),
                    place: at.map(|at| source.place(at)).unwrap_or_default(),
                };
                match path.rsplit_once('.').unwrap_or(("", path)) {
                    ("", "format") => {}
                    (group, "source") => drop(self.digests.insert(group.to_owned(), translated)),
                    _ => drop(self.texts.insert(path.to_owned(), translated)),
                }
            }
            Node::List(nodes) => {
                for (number, node) in nodes.iter().enumerate() {
                    self.take(&below(path, &number.to_string()), node, source);
                }
            }
            Node::Map(entries) => {
                for (name, node) in entries {
                    // The sentence of a check alone is that of its `else`.
                    let is_else = name == "else" && is_check(path);
                    let at = if is_else {
                        path.to_owned()
                    } else {
                        below(path, name)
                    };
                    self.take(&at, node, source);
                }
            }
        }
    }

    /// What is missing, stale or superfluous in comparison with a lab.
    pub fn lint(&self, lab: &Lab) -> Vec<Problem> {
        let texts = all(lab);
        let mut problems = Vec::new();
        for (path, original) in &texts {
            match self.texts.get(path) {
                None => problems.push(self.missing(path)),
                Some(now) if now.text.trim() == original.trim() && is_prose(original) => {
                    let message = format!("`{path}` is not translated");
                    problems.push(self.problem(now.place, message, "translate it"));
                }
                Some(_) => {}
            }
        }
        for (path, translated) in &self.texts {
            if !texts.contains_key(path) {
                let message = format!("the lab has no text `{path}`");
                problems.push(self.problem(translated.place, message, "take it out"));
            }
        }
        problems.extend(self.stale(&texts));
        problems.sort_by_key(|problem| problem.place.offset);
        problems
    }

    fn problem(&self, place: Place, message: String, help: &str) -> Problem {
        Problem::error(&self.file, place, message, help).as_warning()
    }

    fn missing(&self, path: &str) -> Problem {
        let group = group_of(path);
        let near = self
            .texts
            .iter()
            .find(|(other, _)| group_of(other) == group);
        let place = near.map_or(Place::START, |(_, translated)| translated.place);
        self.problem(place, format!("`{path}` is missing"), "translate it")
    }

    fn stale(&self, texts: &BTreeMap<String, String>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (group, digest) in digests(texts) {
            let known = self.digests.get(&group);
            let what = if group.is_empty() { "lab" } else { &group };
            let help = format!("translate what is new, and write `source: {digest}`");
            match known {
                Some(known) if known.text == digest => {}
                Some(known) => {
                    let message = format!("the original texts of `{what}` have changed");
                    problems.push(self.problem(known.place, message, &help));
                }
                None if self.texts.keys().any(|path| group_of(path) == group) => {
                    let message = format!("`{what}` has no digest of what was translated");
                    let place = self.missing(&format!("{group}.title")).place;
                    problems.push(self.problem(place, message, &help));
                }
                None => {}
            }
        }
        problems
    }

    /// The lab with these texts; untranslated ones stay.
    pub fn apply(&self, lab: &Lab) -> Lab {
        let mut lab = lab.clone();
        each(&mut lab, &mut |path, text| {
            if let Some(translated) = self.texts.get(path) {
                text.clone_from(&translated.text);
            }
        });
        lab
    }

    /// Prints the file as it should be for a lab, with original texts where translations are
    /// missing. Digests are kept, unless `fresh` tells that everything was translated anew.
    pub fn print(&self, lab: &Lab, fresh: bool) -> String {
        let texts = all(lab);
        let mut digests = digests(&texts);
        for (group, digest) in &mut digests {
            if let Some(known) = self.digests.get(group).filter(|_| !fresh) {
                digest.clone_from(&known.text);
            }
        }
        print::file(lab, &digests, &|path| {
            self.texts.get(path).map(|translated| &*translated.text)
        })
    }
}

/// Whether a path is that of a check: `steps.leave.check.0`.
fn is_check(path: &str) -> bool {
    path.rsplit('.').nth(1) == Some("check")
}

/// The path of a name below a path.
fn below(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

/// Whether a text has words to translate: more than a name, a number or a command.
fn is_prose(text: &str) -> bool {
    let in_code = text.starts_with('`') && text.ends_with('`');
    !in_code && text.split_whitespace().count() > 2
}

/// The digest of the original texts of each group.
fn digests(texts: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut groups: BTreeMap<String, Sha256> = BTreeMap::new();
    for (path, text) in texts {
        let digest = groups.entry(group_of(path).to_owned()).or_default();
        digest.update(path.as_bytes());
        digest.update([0]);
        digest.update(text.trim().as_bytes());
        digest.update([0]);
    }
    groups
        .into_iter()
        .map(|(group, digest)| (group, short(digest)))
        .collect()
}

/// The first four bytes of a digest, in hexadecimal.
fn short(digest: Sha256) -> String {
    digest
        .finalize()
        .iter()
        .take(4)
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[cfg(test)]
mod tests;
