//! A terminal emulator: it turns what a shell prints into cells, and draws them.

mod above;
mod again;
mod marked;

use std::fmt;
use std::sync::mpsc;
use std::time::Instant;

use alacritty_terminal::Term;
use alacritty_terminal::event::{Event, EventListener};
use alacritty_terminal::grid::{Dimensions, Scroll};
use alacritty_terminal::term::cell::{Cell, Flags};
use alacritty_terminal::term::{Config, TermMode};
use alacritty_terminal::vte::ansi::{Color as Ansi, NamedColor, Processor};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

use crate::ui::text::width;
use crate::word;

/// The most bytes of replies to what is printed at once.
const REPLIES: usize = 4096;

/// Collects the replies to a program's queries. Everything else that the program wants (titles, the
/// clipboard) is ignored.
struct Replies(mpsc::Sender<String>);

impl EventListener for Replies {
    fn send_event(&self, event: Event) {
        if let Event::PtyWrite(text) = event {
            let _ = self.0.send(text);
        }
    }
}

#[derive(Clone, Copy)]
struct Size {
    columns: usize,
    rows: usize,
}

impl Size {
    /// At least two columns: with one, the emulator would look for the place of a wide character
    /// for ever.
    fn new(columns: u16, rows: u16) -> Self {
        Self {
            columns: usize::from(columns.max(2)),
            rows: usize::from(rows.max(1)),
        }
    }
}

impl Dimensions for Size {
    fn total_lines(&self) -> usize {
        self.rows
    }
    fn screen_lines(&self) -> usize {
        self.rows
    }
    fn columns(&self) -> usize {
        self.columns
    }
}

/// A terminal emulator.
pub struct Emulator {
    term: Term<Replies>,
    parser: Processor,
    replies: mpsc::Receiver<String>,
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").finish_non_exhaustive()
    }
}

impl Emulator {
    /// A screen of this size with so many lines of history.
    pub fn new(columns: u16, rows: u16, scrollback: usize) -> Self {
        let (sender, replies) = mpsc::channel();
        let config = Config {
            scrolling_history: scrollback,
            ..Config::default()
        };
        let term = Term::new(config, &Size::new(columns, rows), Replies(sender));
        Self {
            term,
            parser: Processor::new(),
            replies,
        }
    }

    /// Takes what a program printed; returns what is to be written back to it.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.parser.advance(&mut self.term, bytes);
        let mut replies = Vec::new();
        for reply in self.replies.try_iter() {
            if replies.len() + reply.len() <= REPLIES {
                replies.extend_from_slice(reply.as_bytes());
            }
        }
        replies
    }

    /// When a synchronized update that was not ended has to be shown.
    pub fn sync_deadline(&self) -> Option<Instant> {
        self.parser.sync_timeout().sync_timeout()
    }

    /// Shows what a synchronized update held back.
    pub fn end_sync(&mut self) {
        self.parser.stop_sync(&mut self.term);
    }

    /// Keeps so many lines of history from now on.
    pub fn keep_history(&mut self, lines: usize) {
        self.term.set_options(Config {
            scrolling_history: lines,
            ..Config::default()
        });
    }

    /// Gives it another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.term.resize(Size::new(columns, rows));
    }

    /// Scrolls through the history; up is positive.
    pub fn scroll(&mut self, lines: i32) {
        // The emulator adds the lines to where it stands.
        let most = i32::try_from(self.term.grid().history_size()).unwrap_or(0);
        self.term
            .scroll_display(Scroll::Delta(lines.clamp(-most, most)));
    }

    /// Shows the newest lines.
    pub fn scroll_to_bottom(&mut self) {
        self.term.scroll_display(Scroll::Bottom);
    }

    /// How many lines it is scrolled back.
    pub fn scrolled(&self) -> usize {
        self.term.grid().display_offset()
    }

    /// Leaves the alternate screen that a program has left on.
    pub fn leave_alternate_screen(&mut self) {
        if self.term.mode().contains(TermMode::ALT_SCREEN) {
            self.feed(b"\x1b[?1049l");
        }
    }

    /// Whether cursor keys are sent in their application form (DECCKM).
    pub fn application_cursor(&self) -> bool {
        self.term.mode().contains(TermMode::APP_CURSOR)
    }

    /// Whether pasted text is sent in brackets.
    pub fn bracketed_paste(&self) -> bool {
        self.term.mode().contains(TermMode::BRACKETED_PASTE)
    }

    /// The visible text, a line for each row.
    pub fn text(&self) -> String {
        let mut rows = vec![String::new(); self.term.screen_lines()];
        for cell in self.term.grid().display_iter() {
            let row = self.row(cell.point.line.0);
            if let Some(text) = row.and_then(|row| rows.get_mut(row))
                && !cell.flags.intersects(Flags::WIDE_CHAR_SPACER)
            {
                text.push(cell.c);
            }
        }
        let trimmed: Vec<&str> = rows.iter().map(|row| row.trim_end()).collect();
        trimmed.join("\n")
    }

    /// The row on the screen of a line of the grid; lines of the history are negative.
    fn row(&self, line: i32) -> Option<usize> {
        let offset = i32::try_from(self.scrolled()).unwrap_or(0);
        usize::try_from(line + offset).ok()
    }

    /// Where the cursor is; `None` if it is hidden or scrolled away.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        if !self.term.mode().contains(TermMode::SHOW_CURSOR) || self.scrolled() > 0 {
            return None;
        }
        let point = self.term.grid().cursor.point;
        Some((
            u16::try_from(point.column.0).ok()?,
            u16::try_from(point.line.0).ok()?,
        ))
    }

    /// Draws the screen.
    pub fn render(&self, area: Rect, buf: &mut Buffer, colour: bool) {
        let marked = self.range();
        for cell in self.term.grid().display_iter() {
            let Some(line) = self.row(cell.point.line.0) else {
                continue;
            };
            let Ok(row) = u16::try_from(line) else {
                continue;
            };
            let Ok(column) = u16::try_from(cell.point.column.0) else {
                continue;
            };
            if row < area.height && column < area.width {
                let last = column + 1 == area.width;
                let place = Position::new(area.x + column, area.y + row);
                draw(cell.cell, place, last, buf, colour);
                if marked.is_some_and(|marked| marked.contains(cell.point))
                    && let Some(cell) = buf.cell_mut(place)
                {
                    cell.modifier.toggle(Modifier::REVERSED);
                }
            }
        }
        self.mark_scrolled(area, buf);
    }

    fn mark_scrolled(&self, area: Rect, buf: &mut Buffer) {
        if self.scrolled() > 0 {
            let mark = format!(" {} ", word!("shell-scrolled", lines = self.scrolled()));
            let width = u16::try_from(width(&mark)).unwrap_or(0);
            let style = Style::new().add_modifier(Modifier::REVERSED);
            let left = area.right().saturating_sub(width).max(area.x);
            buf.set_stringn(left, area.y, mark, usize::from(area.width), style);
        }
    }
}

fn draw(cell: &Cell, at: Position, last: bool, buf: &mut Buffer, colour: bool) {
    let Some(target) = buf.cell_mut(at) else {
        return;
    };
    target.reset();
    if cell.flags.intersects(Flags::WIDE_CHAR_SPACER) {
        return;
    }
    let cut_off = last && cell.flags.contains(Flags::WIDE_CHAR);
    if cut_off || cell.c.is_control() {
        target.set_char(' ');
    } else if let Some(more) = cell.zerowidth() {
        let text: String = std::iter::once(cell.c)
            .chain(more.iter().copied())
            .collect();
        target.set_symbol(&text);
    } else {
        target.set_char(cell.c);
    }
    target.set_style(style(cell, colour));
}

fn style(cell: &Cell, colour: bool) -> Style {
    const MODIFIERS: [(Flags, Modifier); 7] = [
        (Flags::BOLD, Modifier::BOLD),
        (Flags::DIM, Modifier::DIM),
        (Flags::ITALIC, Modifier::ITALIC),
        (Flags::UNDERLINE, Modifier::UNDERLINED),
        (Flags::INVERSE, Modifier::REVERSED),
        (Flags::HIDDEN, Modifier::HIDDEN),
        (Flags::STRIKEOUT, Modifier::CROSSED_OUT),
    ];
    let mut style = Style::new();
    for (_, modifier) in MODIFIERS
        .iter()
        .filter(|(flag, _)| cell.flags.contains(*flag))
    {
        style = style.add_modifier(*modifier);
    }
    if colour {
        style.fg(paint(cell.fg)).bg(paint(cell.bg))
    } else {
        style
    }
}

fn paint(colour: Ansi) -> Color {
    match colour {
        Ansi::Spec(rgb) => Color::Rgb(rgb.r, rgb.g, rgb.b),
        Ansi::Indexed(index) => Color::Indexed(index),
        // The first sixteen names are the first sixteen of the palette.
        Ansi::Named(name) if (name as usize) < 16 => {
            u8::try_from(name as usize).map_or(Color::Reset, Color::Indexed)
        }
        Ansi::Named(name) => dimmed(name),
    }
}

fn dimmed(name: NamedColor) -> Color {
    match name {
        NamedColor::DimRed => Color::Red,
        NamedColor::DimGreen => Color::Green,
        NamedColor::DimYellow => Color::Yellow,
        NamedColor::DimBlue => Color::Blue,
        NamedColor::DimMagenta => Color::Magenta,
        NamedColor::DimCyan => Color::Cyan,
        _ => Color::Reset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_and_a_tiny_screen() {
        let mut emulator = Emulator::new(10, 3, 100);
        emulator.feed("a命b\r\n".as_bytes());
        assert_eq!(emulator.text(), "a命b\n\n");
        let area = Rect::new(0, 0, 2, 3);
        let mut buffer = Buffer::empty(area);
        emulator.render(area, &mut buffer, true);
        assert_eq!(
            buffer.cell((1, 0)).map(ratatui::buffer::Cell::symbol),
            Some(" ")
        );
        emulator.resize(1, 0);
        emulator.feed("命".as_bytes());
    }

    #[test]
    fn questions_are_answered() {
        let mut emulator = Emulator::new(10, 3, 100);
        assert_eq!(emulator.feed(b"ab\x1b[6n"), b"\x1b[1;3R");
        assert_eq!(emulator.cursor(), Some((2, 0)));
    }

    #[test]
    fn history_is_scrolled() {
        let mut emulator = Emulator::new(10, 2, 100);
        emulator.feed(b"1\r\n2\r\n3\r\n4");
        emulator.scroll(1);
        assert_eq!((emulator.scrolled(), emulator.text().as_str()), (1, "2\n3"));
        emulator.scroll_to_bottom();
        assert_eq!(emulator.text(), "3\n4");
    }
}
