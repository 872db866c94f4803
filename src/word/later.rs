//! Words that are kept before they are told: what went wrong is often found out
//! in another thread, or told again after the language has changed.

use std::borrow::Cow;
use std::fmt;

use super::{ToWord, tell};

/// The name of a message, or of what stands in one; one that was read is owned.
type Name = Cow<'static, str>;

/// A message that is put into words when it is shown, in the language of then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Later {
    /// What no file of messages has: from the kernel, from a program.
    Text(String),
    /// A message by its name, with what is to stand in it.
    Message(Name, Vec<(Name, Self)>),
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

/// A message that is told later, by its name.
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
    fn one_is_not_many() {
        assert_eq!(later_word!("bytes", count = 1_i64).to_string(), "1 byte");
        assert_eq!(later_word!("bytes", count = "2").to_string(), "2 bytes");
    }
}
