//! The glossary, the system calls and the verbs of labs, in one file for each language. The English
//! texts of the verbs are with their types.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::{Language, language};

/// A term.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Term {
    /// Its name.
    pub term: String,
    /// Other forms of it.
    pub also: Vec<String>,
    /// What it means.
    pub text: String,
    /// Where to read on: a man page.
    pub see: String,
}

/// A system call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Call {
    /// Its name.
    pub call: String,
    /// Its man page.
    pub man: String,
    /// What it does.
    pub text: String,
}

/// A verb of lab files, in another language than English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Verb {
    /// Its name.
    pub verb: String,
    /// The digest of the English text that was translated: a test fails when that changes.
    pub source: String,
    /// What it does, with an example.
    pub text: String,
    /// What its fields mean, by their names.
    pub fields: BTreeMap<String, String>,
}

impl Term {
    /// Whether it occurs in a lower-case text, in any form.
    pub fn is_in(&self, text: &str) -> bool {
        let mut forms = std::iter::once(&self.term).chain(&self.also);
        forms.any(|form| occurs(text, &form.to_lowercase()))
    }
}

/// A text of a lab in which terms can be found: in lower case, without line ends and the marks of
/// strong text.
pub fn flat(text: &str) -> String {
    let mut flat = String::new();
    for line in text.replace("**", "").lines().map(str::trim) {
        let both = is_chinese(flat.chars().next_back()) && is_chinese(line.chars().next());
        if !flat.is_empty() && !both {
            flat.push(' ');
        }
        flat.push_str(line);
    }
    flat.to_lowercase()
}

/// Whether there is a letter, and it is a Chinese one.
fn is_chinese(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| letter > '\u{2e7f}')
}

/// Whether a word stands in a text as a word of its own. In Chinese, no space is needed around it.
fn occurs(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        let starts = is_letter(word.chars().next()) && is_letter(before);
        let ends = is_letter(word.chars().next_back()) && is_letter(after);
        !starts && !ends
    })
}

/// Whether there is a letter, and it may stand in a word of English or of a program.
fn is_letter(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A list in each language.
type Shelf<T> = [OnceLock<Vec<T>>; 2];

/// The terms, in the current language.
pub fn terms() -> &'static [Term] {
    static SHELF: Shelf<Term> = [OnceLock::new(), OnceLock::new()];
    let texts = [
        include_str!("../../assets/glossary/en.yaml"),
        include_str!("../../assets/glossary/zh-CN.yaml"),
    ];
    of(&SHELF, texts)
}

/// The system calls, in the current language.
pub fn calls() -> &'static [Call] {
    static SHELF: Shelf<Call> = [OnceLock::new(), OnceLock::new()];
    let texts = [
        include_str!("../../assets/calls/en.yaml"),
        include_str!("../../assets/calls/zh-CN.yaml"),
    ];
    of(&SHELF, texts)
}

/// The verbs, in the current language; none in English.
pub fn verbs() -> &'static [Verb] {
    static SHELF: Shelf<Verb> = [OnceLock::new(), OnceLock::new()];
    let texts = ["[]", include_str!("../../assets/verbs/zh-CN.yaml")];
    of(&SHELF, texts)
}

/// The texts of `--help`: each English one with the one in the current language; none in English.
pub fn helps() -> impl Iterator<Item = (&'static String, &'static String)> {
    static SHELF: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let text = include_str!("../../assets/help/zh-CN.yaml");
    // A test reads the file, so it does not fail to parse here.
    let all = SHELF.get_or_init(|| serde_saphyr::from_str(text).unwrap_or_default());
    let spoken = language() == Language::Chinese;
    all.iter().filter(move |_| spoken)
}

/// An English text of `--help` in the current language; none where there is no other.
pub fn help(english: &str) -> Option<&'static str> {
    let mut all = helps();
    all.find(|(text, _)| *text == english)
        .map(|(_, told)| told.as_str())
}

fn of<T: serde::de::DeserializeOwned>(shelf: &'static Shelf<T>, texts: [&str; 2]) -> &'static [T] {
    let at = match language() {
        Language::English => 0,
        Language::Chinese => 1,
    };
    // A test reads all files, so none fails to parse here.
    shelf[at].get_or_init(|| serde_saphyr::from_str(texts[at]).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::speak;
    use super::*;

    #[test]
    fn both_languages_have_the_same() {
        let mut counts = Vec::new();
        for language in Language::ALL {
            speak(language);
            let calls: Vec<&str> = calls().iter().map(|call| call.call.as_str()).collect();
            let all = terms().iter();
            assert!({ all }.all(|term| !term.text.is_empty() && !term.term.is_empty()));
            counts.push((terms().len(), calls));
        }
        speak(Language::English);
        assert!(counts[0].0 > 40 && counts[0].1.len() > 20, "{counts:?}");
        assert_eq!(counts[0], counts[1]);
    }

    #[test]
    fn a_term_is_a_word_of_its_own() {
        let term = |term: &str| Term {
            term: term.to_owned(),
            ..Term::default()
        };
        assert!(term("PID").is_in("the pid of it"));
        assert!(!term("pid").is_in("rapid cupids"));
        assert!(term("命名空间").is_in("一个命名空间里"));
    }
}
