//! The program's own words, in the language of the person: Fluent messages, by name.
//!
//! `word!("step-of", step = 3, steps = 9)` is the message `step-of` of `assets/words/LANGUAGE.ftl`.
//! Each thread has its own language, which may change between two frames.
//!
//! Invariant: holds words, knows nothing of what they are about.

pub mod book;
pub mod clean;
pub mod later;

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use later::Later;

/// A language that the program speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, in which labs are written.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// All, in the order in which a key goes through them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The tag, as in the names of translation files (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// Its own name for itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
        }
    }

    /// The language that a tag or a locale (`zh_CN.UTF-8`, locale(7)) asks for.
    pub fn of(locale: &str) -> Option<Self> {
        let word = locale.split(['_', '-', '.', '@']).next()?;
        match word.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Chinese),
            "en" | "c" | "posix" => Some(Self::English),
            _ => None,
        }
    }

    /// The language after this one in `ALL`.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|language| *language == self);
        Self::ALL[(at.unwrap_or(0) + 1) % Self::ALL.len()]
    }

    fn words(self) -> &'static str {
        match self {
            Self::English => include_str!("../assets/words/en.ftl"),
            Self::Chinese => include_str!("../assets/words/zh-CN.ftl"),
        }
    }
}

/// The messages of a language.
struct Book {
    bundle: FluentBundle<FluentResource>,
}

impl Book {
    fn open(language: Language) -> Self {
        let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![tag]);
        // A terminal would draw the marks that isolate scripts.
        bundle.set_use_isolating(false);
        let (Ok(resource) | Err((resource, _))) =
            FluentResource::try_new(language.words().to_owned());
        // A test reads all files, so no message is there twice.
        let _ = bundle.add_resource(resource);
        Self { bundle }
    }

    fn find(&self, name: &str, args: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(name)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut errors);
        Some(text.into_owned())
    }
}

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
    /// A book for each language, in the order of `Language::ALL`; opened when it is first read.
    static BOOKS: [OnceCell<Book>; Language::ALL.len()] = const { [OnceCell::new(), OnceCell::new()] };
}

/// Speaks a language from now on, in this thread.
pub fn speak(language: Language) {
    SPOKEN.set(language);
}

/// Speaks a language in this thread as long as the value lives.
#[must_use]
pub fn for_now(language: Language) -> ForNow {
    let before = self::language();
    speak(language);
    ForNow { before }
}

/// The thread speaks another language for now.
#[derive(Debug)]
pub struct ForNow {
    before: Language,
}

impl Drop for ForNow {
    fn drop(&mut self) {
        speak(self.before);
    }
}

/// The language of this thread.
pub fn language() -> Language {
    SPOKEN.get()
}

/// A message in words; its name if there is no such message.
pub fn tell<'a>(name: &str, args: &[(&'a str, FluentValue<'a>)]) -> String {
    let args: FluentArgs<'a> = args
        .iter()
        .map(|(key, value)| (*key, value.clone()))
        .collect();
    let spoken = language();
    let found = BOOKS.with(|books| {
        let book = books.get(spoken as usize)?;
        book.get_or_init(|| Book::open(spoken)).find(name, &args)
    });
    found.unwrap_or_else(|| name.to_owned())
}

/// A number or a text as an argument of a message.
pub fn value<'a>(value: impl ToWord<'a>) -> FluentValue<'a> {
    value.to_word()
}

/// What can be an argument of a message.
pub trait ToWord<'a> {
    /// The argument as Fluent wants it.
    fn to_word(self) -> FluentValue<'a>;
}

impl<'a> ToWord<'a> for &'a str {
    fn to_word(self) -> FluentValue<'a> {
        text(self.into())
    }
}

impl<'a> ToWord<'a> for &'a String {
    fn to_word(self) -> FluentValue<'a> {
        text(self.as_str().into())
    }
}

impl<'a> ToWord<'a> for &Later {
    fn to_word(self) -> FluentValue<'a> {
        text(self.to_string().into())
    }
}

impl<'a> ToWord<'a> for String {
    fn to_word(self) -> FluentValue<'a> {
        text(self.into())
    }
}

/// A text. A short number in it counts as a number, so that it gets its plural form; a longer one
/// would be printed otherwise.
fn text(text: Cow<'_, str>) -> FluentValue<'_> {
    let plain = text == "0" || !text.starts_with('0');
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(number) if plain && digits => FluentValue::from(number),
        _ => FluentValue::String(text),
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl<'a> ToWord<'a> for $kind {
            fn to_word(self) -> FluentValue<'a> {
                // Printed as it is: no language puts separators between its digits.
                FluentValue::from(self)
            }
        }
    )*};
}
numbers!(i64, usize, u64, u32, u16, i32);

/// A message by its name, with its arguments.
#[macro_export]
macro_rules! word {
    ($name:literal $(, $key:ident = $value:expr)* $(,)?) => {
        $crate::word::tell($name, &[$((stringify!($key), $crate::word::value($value))),*])
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn locales_ask_for_languages() {
        for (locale, language) in [
            ("zh_CN.UTF-8", Some(Language::Chinese)),
            ("zh-CN", Some(Language::Chinese)),
            ("en_US.UTF-8", Some(Language::English)),
            ("C.UTF-8", Some(Language::English)),
            ("de_DE", None),
            ("", None),
        ] {
            assert_eq!(Language::of(locale), language, "{locale}");
        }
    }

    /// The names of the messages, each with the names of its arguments.
    fn messages(language: Language) -> BTreeSet<(String, BTreeSet<String>)> {
        assert!(FluentResource::try_new(language.words().to_owned()).is_ok());
        let begins = |line: &str| line.starts_with(|c: char| c.is_ascii_lowercase());
        let mut all: Vec<(String, BTreeSet<String>)> = Vec::new();
        for line in language.words().lines() {
            if begins(line) {
                let name = line.split('=').next().unwrap_or_default().trim();
                all.push((name.to_owned(), BTreeSet::new()));
            }
            let args = line.split("{ $").skip(1);
            let args = args.filter_map(|rest| rest.split([' ', '}']).next());
            if let Some(last) = all.last_mut() {
                last.1.extend(args.map(str::to_owned));
            }
        }
        let names: BTreeSet<&String> = all.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), all.len(), "a name is there twice");
        all.into_iter().collect()
    }

    #[test]
    fn every_language_has_the_same_messages() {
        let (english, chinese) = (messages(Language::English), messages(Language::Chinese));
        let apart: Vec<_> = english.symmetric_difference(&chinese).collect();
        assert!(apart.is_empty(), "{apart:#?}");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(word!("bytes", count = 1), "1 byte");
        assert_eq!(word!("bytes", count = "1"), "1 byte");
        assert_eq!(word!("bytes", count = 0), "0 bytes");
        let bad = |faults: usize, steps: usize| {
            word!("prove-bad", lab = "x", faults = faults, steps = steps)
        };
        assert_eq!(bad(1, 1), "x: 1 fault in 1 step");
        assert_eq!(bad(2, 1), "x: 2 faults in 1 step");
        let own = |kind: &str| word!("df-ns-own", actor = "b", kind = kind, inode = 7);
        assert!(own("ipc").starts_with("b has an ipc namespace of its own"));
        assert!(own("uts").starts_with("b has a uts namespace of its own"));
        // What is longer, or begins with a zero, is not a number.
        assert_eq!(word!("bytes", count = "007"), "007 bytes");
        assert_eq!(
            word!("bytes", count = "1".repeat(12)),
            format!("{} bytes", "1".repeat(12))
        );
    }

    /// Lines where a plural noun stands right behind a number, in a message that has no singular.
    fn unasked(words: &str) -> Vec<&str> {
        let nouns = [
            "bytes",
            "layers",
            "steps",
            "names",
            "checks",
            "faults",
            "labs",
            "rules",
            "notes",
            "commands",
            "jumps",
            "guesses",
            "messages",
            "processes",
            "minutes",
            "people",
            "ids",
        ];
        let asks = |line: &str| line.trim_start().starts_with(['[', '*']);
        let follows = |line: &str| {
            let mut rest = line.split(" } ").skip(1);
            rest.any(|rest| {
                let word = rest.split(|c: char| !c.is_ascii_alphabetic()).next();
                nouns.contains(&word.unwrap_or_default())
            })
        };
        let lines = words.lines();
        lines.filter(|line| follows(line) && !asks(line)).collect()
    }

    #[test]
    fn a_message_with_a_number_asks_how_many() {
        assert_eq!(unasked("a = { $count } bytes\n").len(), 1);
        assert_eq!(
            unasked("a = { $count ->\n   *[other] { $count } bytes\n }\n").len(),
            0
        );
        // Nouns that are always plural.
        let never = [
            "packets of up to",
            "report-legend",
            "which no lab is",
            "capabilities",
            "columns and",
        ];
        let left = unasked(Language::English.words()).into_iter();
        let left: Vec<&str> = left
            .filter(|line| !never.iter().any(|n| line.contains(n)))
            .collect();
        assert!(left.is_empty(), "{left:#?}");
    }

    #[test]
    fn a_language_is_changed_between_two_frames() {
        speak(Language::Chinese);
        assert_eq!(word!("key-quit"), "退出");
        speak(Language::English);
        assert_eq!(word!("key-quit"), "quit");
        assert_eq!(word!("no-such-message"), "no-such-message");
    }

    #[test]
    fn a_language_is_spoken_for_now() {
        speak(Language::English);
        {
            let _chinese = for_now(Language::Chinese);
            assert_eq!(word!("key-quit"), "退出");
            let _english = for_now(Language::English);
            assert_eq!(word!("key-quit"), "quit");
        }
        assert_eq!(word!("key-quit"), "quit");
    }
}
