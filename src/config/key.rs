//! The keys that can be set: what they are called, and what each asks for.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What has keys that can be set.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
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
    Changes,
    Lens,
    Language,
    Look,
    Help,
    Quit,
}

impl KeyName {
    /// All, in the order in which the README names them.
    pub const ALL: [Self; 18] = [
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
        Self::Changes,
        Self::Lens,
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
            Self::Changes => 'c',
            Self::Lens => 'l',
            Self::Language => 'L',
            Self::Look => 'T',
            Self::Help => '?',
            Self::Quit => 'q',
        }
    }

    /// Its name in a settings file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Type => "type",
            Self::Next => "next",
            Self::Back => "back",
            Self::Skip => "skip",
            Self::Steps => "steps",
            Self::StartOver => "start-over",
            Self::Rebuild => "rebuild",
            Self::Zoom => "zoom",
            Self::Present => "present",
            Self::Words => "words",
            Self::Card => "card",
            Self::Changes => "changes",
            Self::Lens => "lens",
            Self::Language => "language",
            Self::Look => "look",
            Self::Help => "help",
            Self::Quit => "quit",
        }
    }

    /// What has a letter if nothing else is set.
    fn of(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.letter() == letter)
    }
}

/// A key without those that are held with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A letter or a mark.
    Letter(char),
    /// F1 to F12.
    F(u8),
    /// Insert.
    Insert,
    /// Delete.
    Delete,
}

/// A key together with those that are held: `H`, `f1`, `ctrl-h`, `alt-x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Chord {
    /// Whether Ctrl is held.
    pub control: bool,
    /// Whether Alt is held.
    pub alt: bool,
    /// The key.
    pub code: Code,
}

impl Chord {
    /// A letter alone.
    pub const fn letter(letter: char) -> Self {
        Self {
            control: false,
            alt: false,
            code: Code::Letter(letter),
        }
    }

    /// Reads how a person writes it; `None` if that is no such key.
    pub fn read(word: &str) -> Option<Self> {
        let mut chord = Self::letter(' ');
        let mut rest = word;
        loop {
            let (held, key) = match rest.split_once('-') {
                // `-` alone is a letter.
                Some((held, key)) if !held.is_empty() && !key.is_empty() => (held, key),
                _ => break,
            };
            let flag = match held.to_ascii_lowercase().as_str() {
                "ctrl" => &mut chord.control,
                "alt" => &mut chord.alt,
                _ => return None,
            };
            if std::mem::replace(flag, true) {
                return None;
            }
            rest = key;
        }
        chord.code = code(rest)?;
        if let Code::Letter(letter) = &mut chord.code
            && chord.control
        {
            letter.make_ascii_lowercase();
        }
        Some(chord)
    }

    /// As the screen names it: `H`, `F1`, `Ctrl-H`.
    pub fn label(self) -> String {
        let control = if self.control { "Ctrl-" } else { "" };
        let alt = if self.alt { "Alt-" } else { "" };
        let code = match self.code {
            Code::Letter(letter) if self.control => letter.to_ascii_uppercase().to_string(),
            Code::Letter(letter) => letter.to_string(),
            Code::F(number) => format!("F{number}"),
            Code::Insert => "Insert".to_owned(),
            Code::Delete => "Delete".to_owned(),
        };
        format!("{control}{alt}{code}")
    }
}

/// The key of a word without what is held.
fn code(word: &str) -> Option<Code> {
    let mut letters = word.chars();
    let first = letters.next()?;
    if letters.next().is_none() {
        let seen = !first.is_whitespace() && !first.is_control();
        return seen.then_some(Code::Letter(first));
    }
    let small = word.to_ascii_lowercase();
    match small.as_str() {
        "insert" => Some(Code::Insert),
        "delete" => Some(Code::Delete),
        _ => {
            let number = small.strip_prefix('f')?;
            let plain =
                number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
            let number = number.parse().ok().filter(|_| plain)?;
            (1..=12).contains(&number).then_some(Code::F(number))
        }
    }
}

impl fmt::Display for Chord {
    /// As it is written in a settings file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let control = if self.control { "ctrl-" } else { "" };
        let alt = if self.alt { "alt-" } else { "" };
        write!(f, "{control}{alt}")?;
        match self.code {
            Code::Letter(letter) => write!(f, "{letter}"),
            Code::F(number) => write!(f, "f{number}"),
            Code::Insert => f.write_str("insert"),
            Code::Delete => f.write_str("delete"),
        }
    }
}

impl From<Chord> for String {
    fn from(chord: Chord) -> Self {
        chord.to_string()
    }
}

impl TryFrom<String> for Chord {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Self::read(&word).ok_or_else(|| format!("`{word}` is no key"))
    }
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// What it was set for, or has been there for since nothing was set.
    Own(KeyName),
    /// It cannot be set.
    Itself,
    /// Nothing since its action was given to other keys.
    Nothing,
}

/// Which key does what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Pressed with Ctrl, it leads out of a shell.
    leader: char,
    /// What was set, with its keys; the first is the one that is shown.
    own: BTreeMap<KeyName, Vec<Chord>>,
}

impl Default for Keys {
    fn default() -> Self {
        let own = BTreeMap::new();
        Self { leader: ']', own }
    }
}

impl Keys {
    /// The letter that leads out of a shell, and what was set. What is set to what it has anyway
    /// is as if it were not set.
    pub fn new(leader: char, mut own: BTreeMap<KeyName, Vec<Chord>>) -> Self {
        own.retain(|name, chords| *chords != [Chord::letter(name.letter())]);
        Self { leader, own }
    }

    /// The same from the keys that are shown.
    pub fn of(leader: char, shown: BTreeMap<Chord, KeyName>) -> Self {
        let own = shown.into_iter().map(|(chord, name)| (name, vec![chord]));
        Self::new(leader, own.collect())
    }

    /// Of what was set, the keys that are shown.
    pub fn shown(&self) -> BTreeMap<Chord, KeyName> {
        let first = |(name, chords): (&KeyName, &Vec<Chord>)| Some((*chords.first()?, *name));
        self.own.iter().filter_map(first).collect()
    }

    /// What a key asks for.
    pub fn meaning(&self, chord: Chord) -> Meaning {
        let mut own = self.own.iter();
        if let Some((name, _)) = own.find(|(_, chords)| chords.contains(&chord)) {
            return Meaning::Own(*name);
        }
        let Code::Letter(letter) = chord.code else {
            return Meaning::Itself;
        };
        match KeyName::of(letter).filter(|_| !chord.control) {
            Some(name) if self.own.contains_key(&name) => Meaning::Nothing,
            Some(name) => Meaning::Own(name),
            None => Meaning::Itself,
        }
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
        if word == "Ctrl-]" {
            return format!("Ctrl-{}", self.leader.to_ascii_uppercase());
        }
        let mut letters = word.chars();
        let (Some(letter), None) = (letters.next(), letters.next()) else {
            return word.to_owned();
        };
        let own = KeyName::of(letter).and_then(|name| self.own.get(&name)?.first());
        own.map_or_else(|| word.to_owned(), |chord| chord.label())
    }
}
