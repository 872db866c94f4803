//! The text of a lab file, and places in it.

use std::ops::Range;

use serde_saphyr::Location;

/// Where something stands in a lab file. Lines and columns count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
    /// The byte offset from the start of the file.
    pub offset: usize,
    /// The length in bytes.
    pub length: usize,
}

impl Place {
    /// The start of a file, for a problem of the whole file.
    pub const START: Self = Self {
        line: 1,
        column: 1,
        offset: 0,
        length: 1,
    };
}

/// The text of a lab file, with the start of each line.
pub(super) struct Source<'a> {
    text: &'a str,
    /// The byte offset of each line's start.
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let after = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(after).collect(),
        }
    }

    /// The lines, without their ends.
    pub(super) fn lines(&self) -> impl Iterator<Item = &'a str> {
        self.text
            .split('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line))
    }

    /// The place of a byte offset.
    pub(super) fn at(&self, offset: usize, length: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        Place {
            line,
            column: before.chars().count() + 1,
            offset,
            length,
        }
    }

    /// The place of a parser location, from its line and column. Its byte offsets are wrong after
    /// text was blanked out.
    pub(super) fn place(&self, location: Location) -> Place {
        let (line, column) = (counted(location.line()), counted(location.column()));
        let line = line.min(self.starts.len());
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let text = self.text.get(start..).unwrap_or_default();
        let text = text.split('\n').next().unwrap_or_default();
        let skipped = text
            .char_indices()
            .nth(column - 1)
            .map_or(text.len(), |(at, _)| at);
        let length = location.span().byte_len().unwrap_or(1);
        let length = usize::try_from(length).unwrap_or(1).max(1);
        Place {
            line,
            column,
            offset: start + skipped,
            length,
        }
    }

    /// The place of a word as the value of one of these keys, or in the list that is its value, in the node that begins at `node`;
    /// `node` itself if the word is not found.
    pub(super) fn value(&self, node: Place, keys: &[&str], word: &str) -> Place {
        let text = self.node(node);
        let mut found = text.match_indices(word).map(|(at, _)| at);
        match found.find(|at| !word.is_empty() && is_value(text, *at..*at + word.len(), keys)) {
            Some(at) => self.at(node.offset + at, word.len()),
            None => Place {
                length: node.length.min(1),
                ..node
            },
        }
    }

    /// The text of a node: up to the first line that is indented less.
    fn node(&self, node: Place) -> &'a str {
        let text = self.text.get(node.offset..).unwrap_or_default();
        let mut end = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let indent = line.len() - line.trim_start_matches(' ').len();
            if number > 0 && !line.trim().is_empty() && indent + 1 < node.column {
                break;
            }
            // The next item of the list begins here.
            if number > 0 && line.trim_start().starts_with("- ") && indent + 3 == node.column {
                break;
            }
            end += line.len();
        }
        &text[..end]
    }
}

/// A line or column of the parser; both count from 1.
fn counted(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX).max(1)
}

/// Whether a part of a text is the whole value of one of these keys, or in the list that is it.
fn is_value(text: &str, part: Range<usize>, keys: &[&str]) -> bool {
    let before = unquoted(&text[..part.start]);
    let key = match before.chars().next_back() {
        Some('[' | ',') => before_flow(before),
        Some('-') => before_items(before),
        _ => Some(before),
    };
    let key = key.and_then(|key| key.trim_end().strip_suffix(':'));
    key.is_some_and(|key| ends_with_any(unquoted(key), keys))
        && !text[part.end..].starts_with(is_word)
}

/// What is before the list in brackets that a text ends in.
fn before_flow(text: &str) -> Option<&str> {
    let at = text.rfind(['[', ']'])?;
    text[at..].starts_with('[').then(|| &text[..at])
}

/// What is before the list of lines that a text ends in.
fn before_items(text: &str) -> Option<&str> {
    let mut lines = text.rsplit('\n');
    lines.next().filter(|line| line.trim() == "-")?;
    lines.find(|line| !line.trim_start().starts_with("- "))
}

/// A text without the quotes, spaces and line ends at its end.
fn unquoted(text: &str) -> &str {
    text.trim_end_matches(['"', '\'', ' ', '\n'])
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the last word of a text is one of these.
fn ends_with_any(text: &str, words: &[&str]) -> bool {
    let word = text.rsplit(|c| !is_word(c)).next().unwrap_or(text);
    words.contains(&word)
}
