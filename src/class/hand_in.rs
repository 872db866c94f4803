//! The file that a learner hands in: `isolab progress --json`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::progress::Known;
use crate::word;

/// The format that is written. Format 1 was a bare list of labs, without the learner and the time.
pub const FORMAT: u64 = 2;
/// The most bytes of a hand-in: all labs, with a long answer in each step, take a tenth of this.
pub const LARGEST: u64 = 4 << 20;
/// The most labs in a file, and the most steps in a lab.
const MOST: usize = 1000;
/// The most letters of an id or a name.
const LONGEST: usize = 80;

/// What a learner hands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandIn {
    /// The format, see [`FORMAT`].
    pub format: u64,
    /// The version of isolab that wrote it.
    #[serde(default)]
    pub isolab: String,
    /// The learner: a random number, in 16 hexadecimal digits.
    pub learner: String,
    /// The person's name, if they gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was made, in seconds since 1970.
    pub exported: i64,
    /// Whether it covers all labs in which anything was done.
    pub whole: bool,
    /// What was done, with the steps of all attempts combined.
    pub labs: Vec<Known>,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It is empty.
    Empty,
    /// It is no JSON from this line and column on, both from 1.
    Damaged(usize, usize),
    /// It is JSON, but no hand-in.
    Other,
    /// Its format is known only to a newer isolab.
    Newer(u64),
}

impl std::fmt::Display for NotTaken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = match self {
            Self::Empty => word!("hand-in-empty"),
            Self::Damaged(line, column) => {
                word!("hand-in-damaged", line = *line, column = *column)
            }
            Self::Other => word!("hand-in-other"),
            Self::Newer(format) => word!("hand-in-newer", format = format.to_string()),
        };
        f.write_str(&words)
    }
}

/// What is common to all formats but the first.
#[derive(Deserialize)]
struct Head {
    format: u64,
}

impl HandIn {
    /// Reads a hand-in.
    ///
    /// # Errors
    /// It is no hand-in, or of a newer isolab.
    pub fn read(bytes: &[u8]) -> Result<Self, NotTaken> {
        let bytes = &*utf8(bytes);
        let hand_in = match bytes.trim_ascii_start().first() {
            None => return Err(NotTaken::Empty),
            Some(b'[') => Self::first(bytes)?,
            Some(_) => Self::later(bytes)?,
        };
        hand_in.sound().then_some(hand_in).ok_or(NotTaken::Other)
    }

    fn later(bytes: &[u8]) -> Result<Self, NotTaken> {
        let format = parse::<Head>(bytes)?.format;
        if format > FORMAT {
            return Err(NotTaken::Newer(format));
        }
        parse(bytes)
    }

    /// Reads format 1. The learner is unknown, so the digest of the file stands for it: equal files
    /// are one learner.
    fn first(bytes: &[u8]) -> Result<Self, NotTaken> {
        let labs: Vec<Known> = parse(bytes)?;
        let digest = Sha256::digest(bytes);
        let digits = digest.iter().take(8).map(|byte| format!("{byte:02x}"));
        Ok(Self {
            format: 1,
            isolab: String::new(),
            learner: digits.collect(),
            name: None,
            exported: labs.iter().map(|lab| lab.last).max().unwrap_or(0),
            whole: true,
            labs,
        })
    }

    /// Whether isolab can have written it.
    fn sound(&self) -> bool {
        let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let named = self.name.as_ref().is_none_or(|said| name(said).is_some());
        let lab = |lab: &Known| {
            let steps = lab.steps.keys().chain(&lab.at).all(|step| is_id(step));
            is_id(&lab.lab) && lab.attempts > 0 && lab.steps.len() <= MOST && steps
        };
        let learner = self.learner.len() == 16 && self.learner.chars().all(digit);
        learner && named && self.labs.len() <= MOST && self.labs.iter().all(lab)
    }
}

/// The text without a byte order mark. UTF-16, which `PowerShell` writes, becomes UTF-8.
fn utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let word: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).into(),
    };
    let pairs = bytes[2..].chunks_exact(2);
    let words: Vec<u16> = pairs.map(|pair| word([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&words).into_bytes().into()
}

fn parse<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, NotTaken> {
    // The error of serde quotes the file, perhaps all of it, so only the place is kept.
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() {
            NotTaken::Other
        } else {
            NotTaken::Damaged(error.line(), error.column())
        }
    })
}

/// Whether a text can be the id of a lab or a step.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().count() <= LONGEST && !id.chars().any(unseen)
}

/// A name as it may be shown; `None` if it is empty, too long, or has invisible letters.
pub fn name(said: &str) -> Option<String> {
    let name = said.trim();
    let fit = !name.is_empty() && name.chars().count() <= LONGEST && !name.chars().any(unseen);
    fit.then(|| name.to_owned())
}

/// Whether a letter is invisible or does more than being seen: it moves the cursor, changes the
/// direction of writing, breaks the line, or has no width.
fn unseen(c: char) -> bool {
    let format = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}');
    c.is_control() || format
}

#[cfg(test)]
mod tests {
    use super::super::{csv, figures, html, merge, text};
    use super::*;

    #[test]
    fn what_is_handed_in_may_be_anything() {
        crate::fuzz::each("hand-in", |bytes| {
            let Ok(hand_in) = HandIn::read(bytes) else {
                return;
            };
            if hand_in.format == FORMAT {
                let written = serde_json::to_vec(&hand_in).unwrap();
                assert_eq!(HandIn::read(&written), Ok(hand_in.clone()));
            }
            let class = merge(vec![("one.json".to_owned(), hand_in)]);
            let all = figures(&class, |_| true, |_| None);
            let table = csv(&all).unwrap();
            let pages = [text(&class, &all), html(&class, &all, &[])];
            assert!(pages.iter().all(|page| !page.contains('\u{1b}')));
            assert!(!table.contains(&0x1b));
        });
    }
}
