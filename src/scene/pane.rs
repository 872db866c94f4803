//! An actor's pane, as it is shown.

use crate::ui::widget::terminal::Emulator;
use ratatui::layout::Size;

use super::moment::{Bytes, PaneChange};

/// Lines of history.
pub const SCROLLBACK: usize = 5000;

/// The most cells of history: the wider the lines, the fewer.
const CELLS: usize = 1_000_000;

/// How many lines of history a pane of so many columns has.
fn history(columns: u16) -> usize {
    SCROLLBACK.min(CELLS / usize::from(columns.max(1)))
}

/// An actor's pane. Only `PaneChange`s change it.
#[derive(Debug)]
pub struct Pane {
    /// The actor.
    pub actor: String,
    screen: Emulator,
    /// Columns and rows.
    size: Size,
    /// How many shells are stacked in it.
    depth: usize,
    /// Whether a shell was ever in it.
    was_there: bool,
}

impl Pane {
    /// A pane without a shell; `size` is columns and rows.
    pub fn new(actor: &str, size: Size) -> Self {
        Self {
            actor: actor.to_owned(),
            screen: Emulator::new(size.width, size.height, history(size.width)),
            size,
            depth: 0,
            was_there: false,
        }
    }

    /// What is on it.
    pub fn screen(&self) -> &Emulator {
        &self.screen
    }

    /// The same, for what only the person at it sees: what is marked on it.
    pub fn screen_mut(&mut self) -> &mut Emulator {
        &mut self.screen
    }

    /// Columns and rows.
    pub fn size(&self) -> Size {
        self.size
    }

    /// How many shells are stacked in it.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Whether a shell is in it, or was.
    pub fn was_there(&self) -> bool {
        self.was_there
    }

    /// Whether its last shell has ended; what that printed is still on it.
    pub fn has_ended(&self) -> bool {
        self.was_there && self.depth == 0
    }

    /// The changes that make a new pane of the same actor show the same.
    pub fn again(&self) -> Vec<PaneChange> {
        let Size {
            width: columns,
            height: rows,
        } = self.size;
        let scrolled = i32::try_from(self.screen.scrolled()).unwrap_or(0);
        vec![
            PaneChange::Resized(columns, rows),
            PaneChange::Shells(usize::from(self.was_there)),
            PaneChange::Shells(self.depth),
            PaneChange::Fed(Bytes(self.screen.again())),
            PaneChange::Scrolled(scrolled),
        ]
    }

    /// Empties the pane for a new lab host.
    pub fn clear(&mut self) {
        *self = Self::new(&self.actor, self.size);
    }

    /// Applies a change; returns the terminal's replies to the program.
    pub fn change(&mut self, change: &PaneChange) -> Vec<u8> {
        match change {
            PaneChange::Fed(bytes) => return self.screen.feed(&bytes.0),
            PaneChange::Shells(depth) => {
                self.depth = *depth;
                self.was_there |= *depth > 0;
            }
            PaneChange::Left => self.screen.leave_alternate_screen(),
            PaneChange::Resized(columns, rows) => {
                self.size = Size::new(*columns, *rows);
                self.screen.keep_history(history(*columns));
                self.screen.resize(*columns, *rows);
            }
            PaneChange::Synced => self.screen.end_sync(),
            PaneChange::Scrolled(by) => self.screen.scroll(*by),
            PaneChange::Down => self.screen.scroll_to_bottom(),
        }
        Vec::new()
    }
}
