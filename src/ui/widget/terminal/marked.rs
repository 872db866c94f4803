//! What is marked on a terminal, to be copied.

use alacritty_terminal::grid::Dimensions as _;
use alacritty_terminal::index::{Column, Line, Point, Side};
use alacritty_terminal::selection::{Selection, SelectionRange, SelectionType};
use ratatui::layout::Position;

use super::Emulator;

impl Emulator {
    /// Marks what lies between two cells of the screen, with both of them.
    pub fn mark(&mut self, one: Position, other: Position) {
        let (one, other) = (self.point(one), self.point(other));
        let (first, last) = (one.min(other), one.max(other));
        let mut selection = Selection::new(SelectionType::Simple, first, Side::Left);
        selection.update(last, Side::Right);
        self.term.selection = Some(selection);
    }

    /// Takes the mark away; whether there was one.
    pub fn unmark(&mut self) -> bool {
        self.term.selection.take().is_some()
    }

    /// The marked text.
    pub fn marked(&self) -> Option<String> {
        self.term.selection_to_string()
    }

    /// The marked cells.
    pub(super) fn range(&self) -> Option<SelectionRange> {
        self.term.selection.as_ref()?.to_range(&self.term)
    }

    /// The cell of the grid at a place on the screen.
    fn point(&self, place: Position) -> Point {
        let column = usize::from(place.x).min(self.term.columns() - 1);
        let row = usize::from(place.y).min(self.term.screen_lines() - 1);
        let up = i32::try_from(self.scrolled()).unwrap_or(0);
        let row = i32::try_from(row).unwrap_or(0);
        Point::new(Line(row - up), Column(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_is_read_in_either_direction_and_in_the_history() {
        let mut emulator = Emulator::new(10, 2, 100);
        assert_eq!((emulator.marked(), emulator.unmark()), (None, false));
        emulator.feed(b"first\r\nsecond\r\nthird");
        emulator.mark(Position::new(99, 9), Position::new(1, 0));
        assert_eq!(emulator.marked().as_deref(), Some("econd\nthird"));
        emulator.scroll(1);
        emulator.mark(Position::new(0, 0), Position::new(2, 0));
        assert_eq!(emulator.marked().as_deref(), Some("fir"));
        assert!(emulator.unmark());
    }
}
