//! Text on the screen: cleaned, marked up, wrapped.

mod markdown;
mod page;
mod wrap;

pub(super) use markdown::markdown;
pub(super) use page::{Page, scrolled, stacked};
pub(super) use wrap::wrap;

use unicode_width::UnicodeWidthStr;

pub(crate) use crate::word::clean::steers;

/// The text without characters that act on the terminal or change the direction of writing; a tab
/// becomes a space.
pub(super) fn clean(text: &str) -> String {
    let text = text.replace('\t', " ");
    text.chars().filter(|letter| !steers(*letter)).collect()
}

/// A time in milliseconds, as minutes and seconds: `4:07`.
pub(super) fn clock(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The text cleaned and cut to so many columns; `…` at its end if something is missing.
pub(super) fn cut(text: &str, columns: usize) -> String {
    let text = clean(text);
    if width(&text) <= columns {
        return text;
    }
    let mut short = String::new();
    for letter in text.chars() {
        short.push(letter);
        if width(&short) >= columns {
            short.pop();
            break;
        }
    }
    if columns > 0 {
        short.push('…');
    }
    short
}

/// The text cut and filled with spaces to so many columns.
pub(super) fn column(text: &str, columns: usize) -> String {
    let mut text = cut(text, columns);
    let missing = columns.saturating_sub(width(&text));
    text.extend(std::iter::repeat_n(' ', missing));
    text
}
