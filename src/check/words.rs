//! Values and suggestions in words.

use cel::Value;

use crate::word::later::{Later, later_word};

/// The most characters of a value that are shown.
const MOST: usize = 60;

/// A value on one short line.
pub(super) fn short(value: &Value) -> Later {
    match value {
        Value::List(list) => short_list(list),
        Value::Map(map) => short_map(map),
        Value::String(text) => short_text(text).into(),
        other => scalar(other).unwrap_or_else(|| "…".to_owned()).into(),
    }
}

/// A string, number or boolean as a person would type it.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::UInt(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null => Some("null".to_owned()),
        _ => None,
    }
}

/// The elements of a list of plain values if they fit, else their number.
fn short_list(list: &[Value]) -> Later {
    let number = match list.len() {
        0 => return later_word!("none"),
        number => later_word!("of-them", count = number),
    };
    let words: Option<Vec<String>> = list.iter().map(scalar).collect();
    let all = words.map(|words| one_line(&words.join(", ")));
    all.filter(|all| all.chars().count() <= MOST)
        .map_or(number, Later::from)
}

/// The names in a map if they fit, else their number.
fn short_map(map: &cel::objects::Map) -> Later {
    let mut names: Vec<String> = map.map.keys().map(ToString::to_string).collect();
    names.sort();
    let all = one_line(&names.join(", "));
    if all.chars().count() <= MOST && !all.is_empty() {
        all.into()
    } else {
        later_word!("of-them", count = names.len())
    }
}

/// A text on one line. Of several lines the end is kept, because it is the newest.
fn short_text(text: &str) -> String {
    let line = one_line(text);
    let count = line.chars().count();
    if line.is_empty() {
        "\"\"".to_owned()
    } else if count <= MOST {
        line
    } else if text.trim().contains('\n') {
        let tail: String = line.chars().skip(count - (MOST - 1)).collect();
        format!("…{tail}")
    } else {
        let head: String = line.chars().take(MOST - 1).collect();
        format!("{head}…")
    }
}

fn one_line(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name that may have been meant by a word, or else all names there are.
pub(super) fn help(word: &str, there_are: &[&str]) -> String {
    let near = there_are
        .iter()
        .map(|name| (strsim::levenshtein(name, word), name))
        .filter(|(far, name)| *far <= 2 && *far < name.chars().count())
        .min();
    match near {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None if there_are.is_empty() => String::new(),
        None => format!("there are: {}", there_are.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(value: impl Into<Value>) -> String {
        short(&value.into()).to_string()
    }

    #[test]
    fn values_fit_one_line() {
        assert_eq!(told(""), "\"\"");
        assert_eq!(told("a\n\u{1b}b\tc"), "a b c");
        let long = told("x".repeat(99));
        assert!(long.chars().count() == MOST && long.ends_with('…'));
        let lines = told(format!("{}\nthe end", "x".repeat(99)));
        assert!(lines.chars().count() == MOST && lines.ends_with("the end"));
        assert_eq!(told(vec![1_i64, 2]), "1, 2");
        assert_eq!(told(Vec::<i64>::new()), "none");
        let many: Vec<i64> = (1000..1040).collect();
        assert_eq!(told(many), "40 of them");
    }

    #[test]
    fn a_near_miss_is_named() {
        assert_eq!(
            help("hostnam", &["root", "hostname"]),
            "did you mean `hostname`?"
        );
        assert_eq!(help("c", &["host", "b"]), "there are: host, b");
        assert_eq!(help("c", &[]), "");
    }
}
