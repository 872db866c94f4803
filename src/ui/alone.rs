//! A shell in a terminal of its own.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::view::Screen;

/// Draws a shell of so many columns and rows, as much of it as fits.
pub fn draw(shell: &dyn Screen, (columns, rows): (u16, u16), frame: &mut Frame<'_>) {
    let area = frame.area();
    let place = Rect {
        width: area.width.min(columns),
        height: area.height.min(rows),
        ..area
    };
    shell.render(place, frame.buffer_mut(), true);
    let inside = |(x, y): &(u16, u16)| *x < place.width && *y < place.height;
    if let Some(cursor) = shell.cursor().filter(inside) {
        frame.set_cursor_position(cursor);
    }
}
