//! Lines for whoever reads the standard output without a screen.

use std::io::Write as _;

use crate::word::clean;

/// A line, without what would steer a terminal. A reader that has gone away is no error of
/// ours.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{}", clean::line(text));
}

/// The same in several lines.
pub(super) fn lines(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{}", clean::lines(text));
}

/// JSON in one line, which says the same.
pub(super) fn json(value: &serde_json::Value) {
    let text = clean::json(&value.to_string());
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// A line in a style, by its number in `SGR`, `console_codes(4)`.
pub(super) fn styled(style: &str, text: &str) {
    let text = clean::line(text);
    let _ = writeln!(std::io::stdout().lock(), "\x1b[{style}m{text}\x1b[0m");
}
