//! The panel in front, as it was drawn: all of its lines, and nothing else.

use crate::config::Look;
use crate::lab::PanelName;
use crate::scene::Moment;
use crate::ui::{Focus, Mode};
use ratatui::layout::Size;

use super::paint::{Run, row};
use super::reel::Reel;

/// The columns, and the fewest rows of the screen.
const SIZE: Size = Size::new(100, 24);
/// The most rows of the screen; a longer panel is cut.
const MOST: u16 = 400;
/// The rows above a panel that has the screen to itself: the header and the panel's frame.
const ABOVE: u16 = 2;
/// The rows below it: the keys.
const BELOW: u16 = 1;

/// A panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Panel {
    pub(super) name: PanelName,
    /// Its lines.
    pub(super) rows: Vec<Vec<Run>>,
}

/// Draws the panel in front. `None` for the journal panel: its calls are in the hand-out itself.
pub(super) fn draw(reel: &mut Reel) -> Option<Panel> {
    let name = reel.scene.state().panel;
    if name == PanelName::Journal {
        return None;
    }
    let (state, size, look) = (reel.scene.state().clone(), reel.size, reel.look);
    let alone = reel.scene.state();
    (alone.zoom, alone.focus, alone.popup) = (true, Focus::Panel, None);
    (alone.panel_scroll, alone.after, alone.mode) = (0, None, Mode::Study);
    (alone.panel_held, alone.paper) = (true, true);
    reel.scene.take(Moment::Look(Some(Look::Terminal)));
    let rows = whole(reel);
    *reel.scene.state() = state;
    reel.scene.take(Moment::Look(look));
    reel.scene.take(Moment::Screen(size));
    reel.draw();
    let some = rows.iter().any(|row| !row.is_empty());
    some.then_some(Panel { name, rows })
}

/// Draws the screen with so many rows; returns how many rows of the panel are below it.
fn draw_rows(reel: &mut Reel, rows: u16) -> u16 {
    reel.scene.take(Moment::Screen(Size::new(SIZE.width, rows)));
    reel.scene.draw();
    let below = reel.scene.geometry().panel_limit;
    u16::try_from(below).unwrap_or(MOST).min(MOST)
}

/// Draws the panel on a screen that is high enough for all of it.
fn whole(reel: &mut Reel) -> Vec<Vec<Run>> {
    let mut height = SIZE.height;
    let below = draw_rows(reel, height);
    if below > 0 {
        // The line about more lines needs a row as well.
        height += below + 1;
        draw_rows(reel, height);
    }
    let buffer = reel.scene.buffer();
    let rows = (ABOVE..height - BELOW).map(|y| row(buffer, y));
    tight(rows)
}

/// The rows without blank ones at the end, and with at most one blank row between others.
fn tight(rows: impl Iterator<Item = Vec<Run>>) -> Vec<Vec<Run>> {
    let mut tight: Vec<Vec<Run>> = Vec::new();
    for row in rows {
        if !row.is_empty() || tight.last().is_some_and(|last| !last.is_empty()) {
            tight.push(row);
        }
    }
    tight.pop_if(|last| last.is_empty());
    tight
}
