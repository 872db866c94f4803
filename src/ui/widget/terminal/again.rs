//! The bytes that make another terminal show the same.

use std::fmt::Write as _;

use alacritty_terminal::grid::Dimensions as _;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::TermMode;
use alacritty_terminal::term::cell::{Cell, Flags};
use alacritty_terminal::vte::ansi::Color;

use super::Emulator;

/// How many lines of the history are sent, besides the visible ones.
const HISTORY: i32 = 500;
/// A cell's flags, with their numbers in `SGR`, `console_codes(4)`.
const FLAGS: [(Flags, u8); 7] = [
    (Flags::BOLD, 1),
    (Flags::DIM, 2),
    (Flags::ITALIC, 3),
    (Flags::UNDERLINE, 4),
    (Flags::INVERSE, 7),
    (Flags::HIDDEN, 8),
    (Flags::STRIKEOUT, 9),
];
/// Modes, the value of each that is not the default, and the sequence that sets it.
const MODES: [(TermMode, bool, &str); 6] = [
    (TermMode::SHOW_CURSOR, false, "\x1b[?25l"),
    (TermMode::LINE_WRAP, false, "\x1b[?7l"),
    (TermMode::APP_CURSOR, true, "\x1b[?1h"),
    (TermMode::APP_KEYPAD, true, "\x1b="),
    (TermMode::BRACKETED_PASTE, true, "\x1b[?2004h"),
    (TermMode::INSERT, true, "\x1b[4h"),
];

impl Emulator {
    /// Bytes that make a terminal of the same size show the same: the screen, the last lines of the
    /// history, the cursor, the modes.
    pub fn again(&self) -> Vec<u8> {
        let mut sent = "\x1bc".to_owned();
        if self.term.mode().contains(TermMode::ALT_SCREEN) {
            sent.push_str("\x1b[?1049h");
        }
        self.lines(&mut sent);
        let cursor = &self.term.grid().cursor;
        let (row, column) = (cursor.point.line.0 + 1, cursor.point.column.0 + 1);
        let _ = write!(sent, "\x1b[{row};{column}H");
        sent.push_str(&pen(&cursor.template));
        for (mode, on, set) in MODES {
            if self.term.mode().contains(mode) == on {
                sent.push_str(set);
            }
        }
        sent.into_bytes()
    }

    fn lines(&self, sent: &mut String) {
        let grid = self.term.grid();
        let history = i32::try_from(grid.history_size()).unwrap_or(HISTORY);
        let mut now = pen(&Cell::default());
        let mut begins = true;
        for line in -history.min(HISTORY)..=grid.bottommost_line().0 {
            if !begins {
                sent.push_str("\r\n");
            }
            let cells = &grid[Line(line)];
            let row = (0..grid.columns()).map(|column| &cells[Column(column)]);
            put(row.collect(), &mut now, sent);
            // A row that continues in the next one ends without a line break: the other terminal
            // wraps it too.
            begins = cells[grid.last_column()].flags.contains(Flags::WRAPLINE);
        }
    }
}

/// A row, up to its last cell that is not empty.
fn put(mut row: Vec<&Cell>, now: &mut String, sent: &mut String) {
    let wraps = |cell: &&Cell| cell.flags.contains(Flags::WRAPLINE);
    let empty = |cell: &&Cell| cell.c == ' ' && pen(cell) == pen(&Cell::default());
    while row.last().is_some_and(|cell| empty(cell) && !wraps(cell)) {
        row.pop();
    }
    let spacers = Flags::WIDE_CHAR_SPACER | Flags::LEADING_WIDE_CHAR_SPACER;
    for cell in row {
        if cell.flags.intersects(spacers) {
            continue;
        }
        let pen = pen(cell);
        if pen != *now {
            sent.push_str(&pen);
            *now = pen;
        }
        sent.push(if cell.c.is_control() { ' ' } else { cell.c });
        sent.extend(cell.zerowidth().into_iter().flatten());
    }
}

/// The sequence that sets the style of a cell.
fn pen(cell: &Cell) -> String {
    let mut pen = "\x1b[0".to_owned();
    for (_, number) in FLAGS.iter().filter(|(flag, _)| cell.flags.contains(*flag)) {
        let _ = write!(pen, ";{number}");
    }
    pen.push_str(&colour(cell.fg, 30));
    pen.push_str(&colour(cell.bg, 40));
    pen.push('m');
    pen
}

/// The parameters of a colour: from 30 for the foreground, from 40 for the background.
fn colour(colour: Color, from: usize) -> String {
    match colour {
        Color::Named(name) if (name as usize) < 8 => format!(";{}", from + name as usize),
        // The bright ones: from 90 and from 100.
        Color::Named(name) if (name as usize) < 16 => format!(";{}", from + 52 + name as usize),
        Color::Named(_) => String::new(),
        Color::Indexed(index) => format!(";{};5;{index}", from + 8),
        Color::Spec(rgb) => format!(";{};2;{};{};{}", from + 8, rgb.r, rgb.g, rgb.b),
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::Emulator;

    fn seen(emulator: &Emulator) -> Buffer {
        let area = Rect::new(0, 0, 12, 4);
        let mut buffer = Buffer::empty(area);
        emulator.render(area, &mut buffer, true);
        buffer
    }

    #[test]
    fn another_terminal_shows_the_same() {
        for printed in [
            "one\r\ntwo",
            "\x1b[1;31mred\x1b[0m \x1b[94;48;5;7mx\x1b[0m\r\n\x1b[38;2;1;2;3mt\x1b[7;9mq",
            "容器容器容器容器器 wide\r\ne\u{301}",
            "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n\x1b[2;2H",
            "a line that is wrapped in two rows\r\n",
            "main\x1b[?1049h\x1b[Hother\x1b[?25l\x1b[?1h\x1b[?2004h",
            "\x1b[44m\x1b[2J\x1b[3;5Hblue",
        ] {
            let mut first = Emulator::new(12, 4, 100);
            first.feed(printed.as_bytes());
            let mut second = Emulator::new(12, 4, 100);
            second.feed(b"what was there before\x1b[?1h");
            second.feed(&first.again());
            assert_eq!(seen(&second), seen(&first), "{printed:?}");
            assert_eq!(second.cursor(), first.cursor(), "{printed:?}");
            let modes = |e: &Emulator| (e.application_cursor(), e.bracketed_paste());
            assert_eq!(modes(&second), modes(&first), "{printed:?}");
            for emulator in [&mut first, &mut second] {
                emulator.feed(b"more");
                emulator.scroll(1);
            }
            assert_eq!(seen(&second), seen(&first), "{printed:?}, scrolled");
        }
    }
}
