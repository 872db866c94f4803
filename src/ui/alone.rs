//! A shell in a terminal of its own.

use ratatui::Frame;
use ratatui::layout::{Rect, Size};

use super::view::Screen;

/// Draws a shell of a size, as much of it as fits.
pub fn draw(shell: &dyn Screen, size: Size, frame: &mut Frame<'_>) {
    let area = frame.area();
    let place = Rect {
        width: area.width.min(size.width),
        height: area.height.min(size.height),
        ..area
    };
    shell.render(place, frame.buffer_mut(), true);
    if let Some((x, y)) = shell.cursor()
        && x < place.width
        && y < place.height
    {
        frame.set_cursor_position((x, y));
    }
}
