//! The person's settings: language, look, keys. They are written by hand, in YAML.
//!
//! Invariant: text comes in, settings go out; no path is known here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::word;
use crate::word::Language;

/// All settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The language; `None` means that of the locale.
    pub language: Option<Language>,
    /// How the screen looks.
    pub look: Look,
    /// Which key does what.
    pub keys: Keys,
}

/// The colours of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// In the sixteen colours that the terminal has.
    #[default]
    Terminal,
    /// In colours of its own, for a dark background.
    Dark,
    /// For a light background.
    Light,
    /// With as much contrast as possible: nothing is dimmed, no colour is dark.
    Contrast,
}

impl Look {
    /// All, in the order in which a key goes through them.
    pub const ALL: [Self; 4] = [Self::Terminal, Self::Dark, Self::Light, Self::Contrast];

    /// The look after this one in `ALL`.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|look| *look == self);
        Self::ALL[(at.unwrap_or(0) + 1) % Self::ALL.len()]
    }
}

/// What has a letter that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is what the help says of the letter")]
pub enum KeyName {
    Hint,
    Type,
    Next,
    Back,
    Skip,
    Steps,
    StartOver,
    Rebuild,
    Zoom,
    Present,
    Words,
    Card,
    Language,
    Look,
    Help,
    Quit,
}

impl KeyName {
    /// All, in the order in which the README names them.
    pub const ALL: [Self; 16] = [
        Self::Hint,
        Self::Type,
        Self::Next,
        Self::Back,
        Self::Skip,
        Self::Steps,
        Self::StartOver,
        Self::Rebuild,
        Self::Zoom,
        Self::Present,
        Self::Words,
        Self::Card,
        Self::Language,
        Self::Look,
        Self::Help,
        Self::Quit,
    ];

    /// The letter that it has if nothing else is set.
    pub const fn letter(self) -> char {
        match self {
            Self::Hint => 'h',
            Self::Type => 't',
            Self::Next => 'n',
            Self::Back => 'u',
            Self::Skip => 's',
            Self::Steps => 'g',
            Self::StartOver => 'r',
            Self::Rebuild => 'b',
            Self::Zoom => 'z',
            Self::Present => 'P',
            Self::Words => 'w',
            Self::Card => 'v',
            Self::Language => 'L',
            Self::Look => 'T',
            Self::Help => '?',
            Self::Quit => 'q',
        }
    }
}

/// Which letter does what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Pressed with Ctrl, it leads out of a shell.
    leader: char,
    /// The letters that were set, with what each is there for.
    own: BTreeMap<char, KeyName>,
}

impl Default for Keys {
    fn default() -> Self {
        let own = BTreeMap::new();
        Self { leader: ']', own }
    }
}

impl Keys {
    /// The letter that leads out of a shell, and the letters that were set.
    pub fn of(leader: char, own: BTreeMap<char, KeyName>) -> Self {
        Self { leader, own }
    }

    /// The letters that were set, with what each is there for.
    pub fn own(&self) -> &BTreeMap<char, KeyName> {
        &self.own
    }

    /// The default letter of what `letter` does; `None` if it does nothing since its action was
    /// given to another letter.
    pub fn meaning(&self, letter: char) -> Option<char> {
        if let Some(name) = self.own.get(&letter) {
            return Some(name.letter());
        }
        let moved = self.own.values().any(|name| name.letter() == letter);
        (!moved).then_some(letter)
    }

    /// The letter that does what `meaning` does by default.
    pub fn letter(&self, meaning: char) -> char {
        let found = self.own.iter().find(|(_, name)| name.letter() == meaning);
        found.map_or(meaning, |(letter, _)| *letter)
    }

    /// The key that leads out of a shell, pressed with Ctrl.
    pub fn leader(&self) -> char {
        self.leader
    }

    /// How a key is shown; `key` is its default: `h`, `Ctrl-] g`.
    pub fn label(&self, key: &str) -> String {
        let words: Vec<String> = key.split(' ').map(|word| self.label_word(word)).collect();
        words.join(" ")
    }

    fn label_word(&self, word: &str) -> String {
        let mut letters = word.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => self.letter(letter).to_string(),
            _ if word == "Ctrl-]" => format!("Ctrl-{}", self.leader.to_ascii_uppercase()),
            _ => word.to_owned(),
        }
    }
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Raw {
    language: Option<String>,
    look: Look,
    keys: BTreeMap<KeyName, String>,
    leader: Option<String>,
}

impl Settings {
    /// Reads the text of a settings file.
    ///
    /// # Errors
    /// What is wrong in it, in words; then none of it counts.
    pub fn parse(text: &str) -> Result<Self, String> {
        let options = serde_saphyr::options! { with_snippet: false };
        let read: Option<Raw> =
            serde_saphyr::from_str_with_options(text, options).map_err(|e| e.to_string())?;
        let raw = read.unwrap_or_default();
        let language = match &raw.language {
            None => None,
            Some(tag) => Some(Language::of(tag).ok_or_else(|| {
                let tags: Vec<&str> = Language::ALL.iter().map(|l| l.tag()).collect();
                word!("set-language", tag = tag, tags = tags.join(", "))
            })?),
        };
        let keys = keys(&raw)?;
        let look = raw.look;
        Ok(Self {
            language,
            look,
            keys,
        })
    }
}

/// Whether a letter may lead out of a shell, together with Ctrl.
fn may_lead(letter: char) -> bool {
    letter.is_ascii_lowercase() && !"cdhijmqz".contains(letter) || "]\\^_".contains(letter)
}

fn keys(raw: &Raw) -> Result<Keys, String> {
    let mut keys = Keys::default();
    for (name, word) in &raw.keys {
        let letter = single(word).ok_or_else(|| word!("set-one-letter", word = word))?;
        if letter.is_ascii_digit() {
            return Err(word!("set-digit", letter = letter.to_string()));
        }
        if keys.own.insert(letter, *name).is_some() {
            return Err(word!("set-twice", letter = letter.to_string()));
        }
    }
    let still = KeyName::ALL
        .iter()
        .filter(|name| !raw.keys.contains_key(name));
    for letter in still.map(|name| name.letter()) {
        if keys.own.contains_key(&letter) {
            return Err(word!("set-taken", letter = letter.to_string()));
        }
    }
    if let Some(word) = &raw.leader {
        let letter = word
            .to_ascii_lowercase()
            .strip_prefix("ctrl-")
            .and_then(single);
        keys.leader = letter
            .filter(|letter| may_lead(*letter))
            .ok_or_else(|| word!("set-leader", word = word))?;
    }
    Ok(keys)
}

fn single(word: &str) -> Option<char> {
    let mut letters = word.chars();
    let letter = letters.next()?;
    let seen = !letter.is_whitespace() && !letter.is_control();
    (letters.next().is_none() && seen).then_some(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read() {
        let text = "language: zh\nlook: light\nkeys: {hint: H, zoom: x}\nleader: ctrl-g\n";
        let settings = Settings::parse(text).unwrap_or_default();
        assert_eq!(settings.language, Some(Language::Chinese));
        assert_eq!(settings.look, Look::Light);
        let keys = settings.keys;
        assert_eq!(
            (keys.meaning('H'), keys.meaning('h'), keys.meaning('n')),
            (Some('h'), None, Some('n'))
        );
        assert_eq!(
            (keys.label("z"), keys.label("Ctrl-] z"), keys.label("Enter")),
            ("x".to_owned(), "Ctrl-G x".to_owned(), "Enter".to_owned())
        );
        assert_eq!(Settings::parse(""), Ok(Settings::default()));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, part) in [
            ("language: xx", "none of en, zh-CN"),
            ("look: pink", "pink"),
            ("keys: {hint: hh}", "not one letter"),
            ("keys: {hint: \"\\e\"}", "not one letter"),
            ("keys: {hint: 1}", "chooses answers"),
            ("keys: {hint: n}", "does something else"),
            ("keys: {hint: x, zoom: x}", "there twice"),
            ("leader: ctrl-c", "cannot be it"),
            ("colour: red", "colour"),
            ("a: [", ""),
        ] {
            let said = Settings::parse(text).err().unwrap_or_default();
            assert!(!said.is_empty() && said.contains(part), "{text}: {said}");
        }
    }

    #[test]
    fn a_settings_file_may_be_anything() {
        crate::fuzz::each("config", |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let keys = match Settings::parse(&text) {
                Ok(settings) => settings.keys,
                Err(said) => {
                    assert!(!said.is_empty());
                    return;
                }
            };
            // Each action has one letter, which means it.
            for plain in KeyName::ALL.map(KeyName::letter) {
                let letter = keys.letter(plain);
                assert_eq!(keys.meaning(letter), Some(plain), "{text}");
                assert!(!letter.is_control(), "{text}");
            }
        });
    }
}
