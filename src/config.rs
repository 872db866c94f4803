//! The person's settings: language, look, keys. They are written by hand, in YAML.
//!
//! Invariant: text comes in, settings go out; no path is known here.

mod key;
mod look;
mod raw;
#[cfg(test)]
mod tests;

pub use key::{Chord, Code, KeyName, Keys, Meaning};
pub use look::{Colour, Dress, Look, Looks, Paint, Wanted};

use std::collections::BTreeMap;

use crate::word;
use crate::word::Language;
use raw::{Presses, Raw, RawPaint};

/// The settings that count without a file, with comments.
pub const DEFAULT: &str = include_str!("../assets/settings.yaml");

/// The letters of the screens on which keys can be set that are fixed.
pub const FIXED: &str = " +-./<=>aeijkp";

/// All settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The language; `None` means that of the locale.
    pub language: Option<Language>,
    /// How the screen looks.
    pub looks: Looks,
    /// Which key does what.
    pub keys: Keys,
}

/// The JSON schema of the file.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Raw);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

impl Settings {
    /// Reads the text of a settings file.
    ///
    /// # Errors
    /// What is wrong in it, in words; then none of it counts.
    pub fn parse(text: &str) -> Result<Self, String> {
        let options = serde_saphyr::options! { with_snippet: false, strict_booleans: true };
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
        let looks = looks(&raw)?;
        let leader = leader(&raw)?;
        Ok(Self {
            language,
            looks,
            keys: Keys::new(leader, keys(&raw, leader)?),
        })
    }
}

/// The looks of a file.
fn looks(raw: &Raw) -> Result<Looks, String> {
    let mut themes = BTreeMap::new();
    for (name, theme) in &raw.themes {
        if name == "auto" || Look::of(name).is_some() {
            return Err(word!("set-theme-there", name = name));
        }
        let paint = paint(&theme.colours)?;
        let look = theme.like;
        themes.insert(name.clone(), Dress { look, paint });
    }
    let wanted = match raw.look.as_deref() {
        None => Wanted::default(),
        Some("auto") => Wanted::Auto,
        Some(name) if themes.contains_key(name) => Wanted::Theme(name.to_owned()),
        Some(name) => Wanted::Look(Look::of(name).ok_or_else(|| {
            let own: Vec<&str> = themes.keys().map(String::as_str).collect();
            let looks = ["terminal", "dark", "light", "contrast", "auto"];
            let names = [&looks[..], &own].concat().join(", ");
            word!("set-look", name = name, names = names)
        })?),
    };
    let paint = paint(&raw.colours)?;
    Ok(Looks {
        wanted,
        paint,
        themes,
    })
}

fn paint(raw: &RawPaint) -> Result<Paint, String> {
    Ok(Paint {
        code: colour(raw.code.as_deref())?,
        accent: colour(raw.accent.as_deref())?,
        good: colour(raw.good.as_deref())?,
        own: colour(raw.own.as_deref())?,
        notice: colour(raw.notice.as_deref())?,
    })
}

fn colour(word: Option<&str>) -> Result<Option<Colour>, String> {
    let Some(word) = word else { return Ok(None) };
    let colour = Colour::read(word);
    colour
        .map(Some)
        .ok_or_else(|| word!("set-colour", word = word))
}

/// Whether a letter may lead out of a shell, together with Ctrl.
fn may_lead(letter: char) -> bool {
    letter.is_ascii_lowercase() && !"cdhijmqz".contains(letter) || "]\\^_".contains(letter)
}

fn leader(raw: &Raw) -> Result<char, String> {
    let Some(word) = &raw.leader else {
        return Ok(Keys::default().leader());
    };
    let chord = Chord::read(word).filter(|chord| chord.control && !chord.alt);
    match chord.map(|chord| chord.code) {
        Some(Code::Letter(letter)) if may_lead(letter) => Ok(letter),
        _ => Err(word!("set-leader", word = word)),
    }
}

/// The keys that were set; no key is there twice.
fn keys(raw: &Raw, leader: char) -> Result<BTreeMap<KeyName, Vec<Chord>>, String> {
    let mut own: BTreeMap<KeyName, Vec<Chord>> = BTreeMap::new();
    let mut taken: BTreeMap<Chord, KeyName> = BTreeMap::new();
    for (word, presses) in &raw.keys {
        let name = named(word)?;
        let chords = chords(name, presses, leader)?;
        for chord in &chords {
            if let Some(other) = taken.insert(*chord, name) {
                let (one, other) = (other.name(), name.name());
                let key = chord.to_string();
                return Err(word!("set-twice", letter = key, one = one, other = other));
            }
        }
        own.insert(name, chords);
    }
    let still = KeyName::ALL.iter().filter(|name| !own.contains_key(name));
    for name in still {
        if taken.contains_key(&Chord::letter(name.letter())) {
            let letter = name.letter().to_string();
            return Err(word!("set-taken", letter = letter, name = name.name()));
        }
    }
    Ok(own)
}

/// The action of a name.
fn named(word: &str) -> Result<KeyName, String> {
    let found = KeyName::ALL.into_iter().find(|name| name.name() == word);
    found.ok_or_else(|| {
        let names = KeyName::ALL.map(KeyName::name).join(" ");
        word!("set-no-action", word = word, names = names)
    })
}

/// The keys of an action.
fn chords(name: KeyName, presses: &Presses, leader: char) -> Result<Vec<Chord>, String> {
    if presses.0.is_empty() {
        return Err(word!("set-none", name = name.name()));
    }
    let read = presses.0.iter().map(|word| chord(word, leader));
    read.collect()
}

fn chord(word: &str, leader: char) -> Result<Chord, String> {
    let chord = Chord::read(word).ok_or_else(|| word!("set-no-key", word = word))?;
    let Code::Letter(letter) = chord.code else {
        return Ok(chord);
    };
    if letter.is_ascii_digit() {
        return Err(word!("set-digit", letter = letter.to_string()));
    }
    if chord.control {
        // The others are Tab, Enter, Escape or no letters for a terminal, or end programs.
        let known = letter.is_ascii_lowercase() && !"cdijmqz".contains(letter);
        if !known || letter == leader {
            return Err(word!("set-held", word = word));
        }
    } else if chord.alt && "[O".contains(letter) {
        // Escape and one of these begin what a terminal sends for other keys.
        return Err(word!("set-held", word = word));
    } else if !chord.alt && FIXED.contains(letter) {
        return Err(word!("set-fixed", letter = letter.to_string()));
    }
    Ok(chord)
}
