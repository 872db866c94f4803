//! The settings file as it is written.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::key::KeyName;
use super::look::Look;

/// The settings of isolab. Whatever is left out is as it is without a file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "isolab settings")]
pub(super) struct Raw {
    /// The language of the screen and of the command line: `en` or `zh-CN`. That of the locale if
    /// it is left out.
    pub(super) language: Option<String>,
    /// How the screen looks: `terminal` (its own sixteen colours), `dark`, `light`, `contrast`,
    /// `auto` (dark or light, as the terminal is), or the name of one of the `themes`.
    pub(super) look: Option<String>,
    /// Own colours, by what they are for, over each look.
    #[serde(deserialize_with = "or_none")]
    #[schemars(with = "Option<RawPaint>")]
    pub(super) colours: RawPaint,
    /// Looks of your own, by their names.
    #[serde(deserialize_with = "or_none")]
    #[schemars(with = "Option<BTreeMap<String, RawTheme>>")]
    pub(super) themes: BTreeMap<String, RawTheme>,
    /// What leads out of a shell: `ctrl-` and a letter other than `c d h i j m q z`, or one of
    /// `] \ ^ _`.
    pub(super) leader: Option<String>,
    /// Other keys: for each action one, or a list of which the first is shown.
    #[serde(deserialize_with = "or_none")]
    #[schemars(with = "Option<BTreeMap<KeyName, Presses>>")]
    pub(super) keys: BTreeMap<String, Presses>,
}

/// Colours: one of `black red green yellow blue magenta cyan white`, also with `bright-` before it;
/// a number from 0 to 255; or `#rrggbb`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawPaint {
    /// What is typed into a machine, or printed by it.
    #[schemars(with = "Option<Tint>")]
    pub(super) code: Option<String>,
    /// Headings, keys, and the frame that has the focus.
    #[schemars(with = "Option<Tint>")]
    pub(super) accent: Option<String>,
    /// A success.
    #[schemars(with = "Option<Tint>")]
    pub(super) good: Option<String>,
    /// What is new, or an actor's own.
    #[schemars(with = "Option<Tint>")]
    pub(super) own: Option<String>,
    /// A warning.
    #[schemars(with = "Option<Tint>")]
    pub(super) notice: Option<String>,
}

/// A look of a person's own.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawTheme {
    /// The look that the colours are laid over.
    pub(super) like: Look,
    /// The colours.
    #[serde(deserialize_with = "or_none")]
    #[schemars(with = "Option<RawPaint>")]
    pub(super) colours: RawPaint,
}

/// Reads a part of which all lines may be comments: YAML has null there.
fn or_none<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// A colour in the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is wanted")]
enum Tint {
    Name(String),
    Number(u8),
}

/// One key, or several.
#[derive(Debug, Default, JsonSchema)]
#[schemars(with = "OneOrMore")]
pub(super) struct Presses(pub(super) Vec<String>);

/// One or more keys in the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is wanted")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl<'de> Deserialize<'de> for Presses {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Read)
    }
}

/// Reads a word as it stands in the file, or a list of words.
struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Presses;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key, or a list of keys")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Presses, E> {
        Ok(Presses(vec![word.to_owned()]))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Presses, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Presses, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Presses, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = all.next_element::<String>()? {
            words.push(word);
        }
        Ok(Presses(words))
    }
}
