//! Words that are kept until they are shown: errors are often found in another thread, and shown
//! again after the language has changed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ToWord, tell};

/// The name of a message, or of what stands in one; one that was read is owned.
type Name = Cow<'static, str>;

/// A message that is put into words when it is shown, in the language of then. Written down
/// it is a plain text, or `{"message": "host-is-gone-why", "with": {"why": "…"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub enum Later {
    /// A text that is in no file of messages: from the kernel, from a program.
    Text(String),
    /// A message by its name, with its arguments.
    Message(Name, Vec<(Name, Self)>),
}

/// How it is written down.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Message {
        message: String,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        with: BTreeMap<String, Self>,
    },
}

impl From<Written> for Later {
    fn from(written: Written) -> Self {
        match written {
            Written::Text(text) => Self::Text(text),
            Written::Message { message, with } => {
                let words = with.into_iter();
                let with = words.map(|(key, value)| (key.into(), value.into()));
                Self::Message(message.into(), with.collect())
            }
        }
    }
}

impl From<Later> for Written {
    fn from(later: Later) -> Self {
        match later {
            Later::Text(text) => Self::Text(text),
            Later::Message(name, args) => {
                let args = args.into_iter();
                let with = args.map(|(key, value)| (key.into(), value.into()));
                Self::Message {
                    message: name.into(),
                    with: with.collect(),
                }
            }
        }
    }
}

impl fmt::Display for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Message(name, args) => {
                let args: Vec<_> = args
                    .iter()
                    .map(|(key, value)| (key.as_ref(), value.to_string().to_word()))
                    .collect();
                f.write_str(&tell(name, &args))
            }
        }
    }
}

impl From<String> for Later {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Later {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Later {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Later {
            fn from(number: $kind) -> Self {
                Self::Text(number.to_string())
            }
        }
    )*};
}
numbers!(i64, usize, u64, u32, u16, i32);

/// A message that is put into words later, by its name.
macro_rules! later_word {
    ($name:literal $(, $key:ident = $value:expr)* $(,)?) => {
        $crate::word::later::Later::Message(
            ::std::borrow::Cow::Borrowed($name),
            vec![$((::std::borrow::Cow::Borrowed(stringify!($key)), $value.into())),*],
        )
    };
}
pub(crate) use later_word;

#[cfg(test)]
mod tests {
    use super::super::{Language, speak};
    use super::*;

    #[test]
    fn it_is_told_in_the_language_of_then() {
        let inner = later_word!("key-quit");
        let kept = later_word!("host-is", state = inner);
        assert_eq!(kept.to_string(), "lab host: quit");
        speak(Language::Chinese);
        assert_eq!(kept.to_string(), "实验主机：退出");
        speak(Language::English);
        assert_eq!(Later::from("as it is").to_string(), "as it is");
    }

    #[test]
    fn it_is_written_down_as_a_message_or_as_a_plain_text() {
        let kept = later_word!("host-is-gone-why", why = later_word!("key-quit"));
        let written = serde_json::to_string(&kept).unwrap();
        let expected = r#"{"message":"host-is-gone-why","with":{"why":{"message":"key-quit"}}}"#;
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_str::<Later>(&written).unwrap(), kept);
        let plain: Later = serde_json::from_str("\"killed\"").unwrap();
        assert_eq!(plain, Later::from("killed"));
        assert_eq!(serde_json::to_string(&plain).unwrap(), "\"killed\"");
        assert!(serde_json::from_str::<Later>("7").is_err());
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(later_word!("bytes", count = 1_i64).to_string(), "1 byte");
        assert_eq!(later_word!("bytes", count = "2").to_string(), "2 bytes");
    }
}
