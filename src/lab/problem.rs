//! Problems of a lab file: what is wrong, where, and how to mend it.

use std::fmt::{self, Write};

use super::source::Place;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The lab cannot be played.
    Error,
    /// The lab can be played, but something is odd.
    Warning,
}

/// Something wrong in a lab file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file name as it was given.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, lower case, no period.
    pub message: String,
    /// How to mend it; may be empty.
    pub help: String,
}

impl Problem {
    /// A problem that keeps the lab from being played.
    pub fn error(
        file: impl Into<String>,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            place,
            severity: Severity::Error,
            message: message.into(),
            help: help.into(),
        }
    }

    /// A problem with a character that can act on a terminal, or hide what it shows.
    pub(super) fn dangerous(file: impl Into<String>, place: Place, character: char) -> Self {
        let message = format!("control character U+{:04X}", u32::from(character));
        let help = "remove it: it could act on the terminal or hide text";
        Self::error(file, place, message, help)
    }

    /// The same problem as a warning.
    #[must_use]
    pub fn as_warning(self) -> Self {
        Self {
            severity: Severity::Warning,
            ..self
        }
    }

    /// Whether the lab cannot be played with it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Renders the problem with its line and carets below the wrong part. `source` is the text of
    /// the file; control characters in it are replaced.
    pub fn render(&self, source: &str, colour: bool) -> String {
        let (bold, tint, plain) = self.styles(colour);
        let mut out = format!(
            "{bold}{}:{}:{}: {tint}{}{plain}{bold}: {}{plain}",
            shown(&self.file),
            self.place.line,
            self.place.column,
            self.word(),
            shown(&self.message)
        );
        if let Some(line) = source.lines().nth(self.place.line.saturating_sub(1)) {
            let number = self.place.line.to_string();
            let margin = " ".repeat(number.len());
            let (indent, carets) = self.carets(line);
            let line = shown(line);
            // Writing to a string cannot fail.
            let _ = write!(
                out,
                "\n {margin} |\n {number} | {line}\n {margin} | {indent}{tint}{carets}{plain}"
            );
        }
        if !self.help.is_empty() {
            let _ = write!(out, "\n  help: {}", shown(&self.help));
        }
        out
    }

    fn word(&self) -> &'static str {
        match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }

    fn styles(&self, colour: bool) -> (&'static str, &'static str, &'static str) {
        match (colour, self.severity) {
            (false, _) => ("", "", ""),
            (true, Severity::Error) => ("\x1b[1m", "\x1b[1;31m", "\x1b[0m"),
            (true, Severity::Warning) => ("\x1b[1m", "\x1b[1;33m", "\x1b[0m"),
        }
    }

    /// The indentation and the carets, as wide as a terminal shows the text.
    fn carets(&self, line: &str) -> (String, String) {
        use unicode_width::UnicodeWidthStr;
        let before: String = line
            .chars()
            .take(self.place.column.saturating_sub(1))
            .collect();
        let after = &line[before.len()..];
        let mut end = self.place.length.min(after.trim_end().len());
        while !after.is_char_boundary(end) {
            end -= 1;
        }
        let width = shown(&after[..end]).width().max(1);
        (" ".repeat(shown(&before).width()), "^".repeat(width))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column, .. } = self.place;
        let word = if self.is_error() { "" } else { "warning: " };
        let (file, message) = (shown(&self.file), shown(&self.message));
        write!(f, "{file}:{line}:{column}: {word}{message}")?;
        if self.help.is_empty() {
            return Ok(());
        }
        write!(f, "\n  help: {}", shown(&self.help))
    }
}

/// Whether a character can act on a terminal, or hide what it shows.
pub(super) fn is_dangerous(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t' | '\r')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text from a file, safe to print: dangerous characters and tabs are shown as one harmless character.
fn shown(text: &str) -> String {
    text.chars().map(harmless).collect()
}

fn harmless(c: char) -> char {
    match c {
        '\t' | '\r' => ' ',
        c if is_dangerous(c) => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem() -> Problem {
        let place = Place {
            line: 2,
            column: 4,
            offset: 0,
            length: 3,
        };
        Problem::error("a.yaml", place, "no actor `foo`", "declare it")
    }

    #[test]
    fn a_line_for_machines() {
        let text = problem().to_string();
        assert_eq!(text, "a.yaml:2:4: no actor `foo`\n  help: declare it");
    }

    #[test]
    fn an_excerpt_for_people() {
        let text = problem().render("x\nä\t\u{1b}foo\n", false);
        let want = "a.yaml:2:4: error: no actor `foo`\n   |\n 2 | ä \u{fffd}foo\n   |    ^^^\n  help: declare it";
        assert_eq!(text, want);
    }

    #[test]
    fn a_place_that_is_not_there() {
        assert!(problem().render("", true).contains("help"));
        assert!(problem().render("\nx", true).contains('^'));
    }
}
