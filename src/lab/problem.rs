//! What is wrong in a lab file: where, what, and how to mend it.

use std::fmt;

use super::Place;

/// A mistake in a lab file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// Where.
    pub place: Place,
    /// What, in one line.
    pub message: String,
    /// How to mend it; may be empty.
    pub help: String,
}

impl Problem {
    /// A mistake that makes the lab unplayable.
    pub fn error(
        file: &str,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            place,
            message: message.into(),
            help: help.into(),
        }
    }

    /// With the line it is about and a mark under the very words.
    pub fn render(&self, source: &str) -> String {
        let line = source
            .lines()
            .nth(self.place.line.saturating_sub(1))
            .unwrap_or_default();
        let clean: String = line
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let before: String = " ".repeat(self.place.column.saturating_sub(1));
        let room = clean
            .chars()
            .count()
            .saturating_sub(self.place.column.saturating_sub(1));
        let mark = "^".repeat(self.place.length.clamp(1, room.max(1)));
        let number = self.place.line;
        format!("{self}\n{number:>5} | {clean}\n      | {before}{mark}\n")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column, .. } = self.place;
        write!(f, "{}:{line}:{column}: {}", self.file, self.message)?;
        if self.help.is_empty() {
            Ok(())
        } else {
            write!(f, "\n  help: {}", self.help)
        }
    }
}
