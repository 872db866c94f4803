//! Lines that are put above the prompt of a shell.

use std::fmt::Write as _;

use alacritty_terminal::grid::Dimensions as _;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::TermMode;
use alacritty_terminal::term::cell::Flags;

use super::Emulator;

impl Emulator {
    /// The bytes that put dim lines above the line in which the cursor stands, which may be broken
    /// into several rows. `None` if a full-screen program has the screen, or if there is no room.
    /// The lines must not be longer than a row.
    pub fn above(&self, lines: &[String]) -> Option<Vec<u8>> {
        if lines.is_empty() || self.term.mode().contains(TermMode::ALT_SCREEN) {
            return None;
        }
        let rows = i32::try_from(self.term.screen_lines()).ok()?;
        let cursor = self.term.grid().cursor.point;
        let (row, column) = (cursor.line.0, cursor.column.0 + 1);
        let first = self.first_row(row);
        let count = i32::try_from(lines.len()).ok()?;
        if count + (row - first) >= rows {
            return None;
        }
        // What does not fit below is made room for by scrolling.
        let beyond = (row + count + 1 - rows).max(0);
        let top = first - beyond;
        let mut sent = format!("\x1b[{rows};1H");
        sent.extend((0..beyond).map(|_| '\n'));
        let _ = write!(sent, "\x1b[{};1H\x1b[{count}L", top + 1);
        for (line, row) in lines.iter().zip(top + 1..) {
            let _ = write!(sent, "\x1b[{row};1H\x1b[0;2m{line}\x1b[0m");
        }
        let _ = write!(sent, "\x1b[{};{column}H", row - beyond + count + 1);
        Some(sent.into_bytes())
    }

    /// The first row of the line that goes on in a row.
    fn first_row(&self, row: i32) -> i32 {
        let grid = self.term.grid();
        let last = Column(self.term.columns().saturating_sub(1));
        let goes_on = |row: i32| grid[Line(row)][last].flags.contains(Flags::WRAPLINE);
        let mut first = row;
        while first > 0 && goes_on(first - 1) {
            first -= 1;
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str, lines: &[&str]) -> (String, Option<(u16, u16)>) {
        let mut emulator = Emulator::new(10, 4, 100);
        emulator.feed(text.as_bytes());
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let sent = emulator.above(&lines).unwrap_or_default();
        emulator.feed(&sent);
        (emulator.text(), emulator.cursor())
    }

    #[test]
    fn the_prompt_and_the_cursor_move_below_the_lines() {
        assert_eq!(
            with("$ a\r\n$ ", &["one", "two"]),
            ("$ a\none\ntwo\n$".to_owned(), Some((2, 3)))
        );
        // At the bottom the screen scrolls.
        assert_eq!(
            with("1\r\n2\r\n$ a\r\n$ ", &["one", "two"]),
            ("$ a\none\ntwo\n$".to_owned(), Some((2, 3)))
        );
    }

    #[test]
    fn a_line_that_is_broken_into_rows_stays_whole() {
        assert_eq!(
            with("$ a\r\n$ 123456789", &["one"]),
            ("$ a\none\n$ 12345678\n9".to_owned(), Some((1, 3)))
        );
    }

    #[test]
    fn a_full_screen_program_and_a_small_screen_are_left_alone() {
        for (text, lines) in [("\x1b[?1049h$ ", &["one"][..]), ("$ ", &["x"; 4])] {
            let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            let mut emulator = Emulator::new(10, 4, 100);
            emulator.feed(text.as_bytes());
            assert_eq!(emulator.above(&lines), None);
        }
    }
}
