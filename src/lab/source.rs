//! The text of a lab file, and places in it.

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
        let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).max(1);
        let (line, column) = (number(location.line()), number(location.column()));
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

    /// The place of a word as the value of one of these keys, in the node that begins at `node`;
    /// `node` itself if the word is not found.
    pub(super) fn value(&self, node: Place, keys: &[&str], word: &str) -> Place {
        let text = self.node(node);
        let is_value = |at: usize| {
            let before = text[..at].trim_end_matches(['"', '\'', ' ']);
            let key = before
                .strip_suffix(':')
                .map(|rest| rest.trim_end_matches(['"', '\'']));
            key.is_some_and(|rest| keys.iter().any(|key| ends_with_word(rest, key)))
        };
        let whole = |at: usize| !text[at + word.len()..].starts_with(is_word);
        let found = text.match_indices(word).map(|(at, _)| at);
        match found
            .filter(|at| !word.is_empty() && whole(*at))
            .find(|at| is_value(*at))
        {
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

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|rest| !rest.ends_with(is_word))
}
