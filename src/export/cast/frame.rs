//! The bytes that make a terminal show one screen after another.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::{Terminal, TerminalOptions, Viewport};

/// The first bytes: they empty the terminal.
const FIRST: &str = "\x1b[0m\x1b[2J\x1b[H";
/// The last bytes: they reset the terminal for its next user.
pub(super) const LAST: &str = "\x1b[0m\x1b[?25h";

/// Bytes for a terminal.
#[derive(Clone, Default)]
struct Sent(Rc<RefCell<Vec<u8>>>);

impl Write for Sent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal that gets only the differences.
pub(super) struct Screen {
    terminal: Option<Terminal<CrosstermBackend<Sent>>>,
    sent: Sent,
    size: (u16, u16),
    /// What it shows.
    shown: Option<(Buffer, Option<Position>)>,
}

impl Screen {
    /// An empty terminal; `size` is columns and rows.
    pub(super) fn new(size: (u16, u16)) -> Self {
        let sent = Sent::default();
        // Otherwise colours would depend on the environment of whoever makes the film.
        crossterm::style::force_color_output(true);
        let viewport = Viewport::Fixed(Rect::new(0, 0, size.0, size.1));
        let options = TerminalOptions { viewport };
        let backend = CrosstermBackend::new(sent.clone());
        Self {
            // Writing to memory cannot fail.
            terminal: Terminal::with_options(backend, options).ok(),
            sent,
            size,
            shown: None,
        }
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        self.size
    }

    /// The bytes that make the terminal show this screen; nothing if it is shown already.
    pub(super) fn draw(&mut self, buffer: &Buffer, cursor: Option<Position>) -> String {
        let new = (buffer.clone(), cursor);
        if self.shown.as_ref() == Some(&new)
            || buffer.area != Rect::new(0, 0, self.size.0, self.size.1)
        {
            return String::new();
        }
        let first = self.shown.replace(new).is_none();
        if let Some(terminal) = &mut self.terminal {
            let _ = terminal.draw(|frame| {
                frame.buffer_mut().clone_from(buffer);
                if let Some(cursor) = cursor {
                    frame.set_cursor_position(cursor);
                }
            });
        }
        let bytes = std::mem::take(&mut *self.sent.0.borrow_mut());
        let text = String::from_utf8_lossy(&bytes);
        if first {
            format!("{FIRST}{text}")
        } else {
            text.into_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Style};

    use super::*;
    use crate::ui::widget::terminal::Emulator;

    #[test]
    fn a_terminal_shows_what_was_drawn() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 3));
        buffer.set_string(0, 0, "容器 one", Style::new().fg(Color::Rgb(1, 2, 3)));
        let mut screen = Screen::new((12, 3));
        let mut terminal = Emulator::new(12, 3, 0);
        terminal.feed(screen.draw(&buffer, None).as_bytes());
        assert_eq!(terminal.text(), "容器 one\n\n");
        assert_eq!(screen.draw(&buffer, None), "");
        buffer.set_string(5, 0, "two", Style::new());
        let more = screen.draw(&buffer, Some(Position::new(2, 1)));
        assert!(more.len() < 60, "{more:?}");
        terminal.feed(more.as_bytes());
        assert_eq!(terminal.text(), "容器 two\n\n");
        assert_eq!(terminal.cursor(), Some((2, 1)));
    }
}
