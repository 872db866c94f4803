//! A screen from a journal, and the current place in the run.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Paragraph, Widget as _};

use super::keymap;
use super::keymap::table::Place;
use super::text::clock;
use super::theme::Theme;
use crate::word;

/// How a replay goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Going {
    /// Live, as the run happens.
    Live,
    /// The live run has ended.
    Over,
    /// What comes next cannot be read.
    Torn,
    /// It is paused.
    Still,
    /// At a multiple of the original speed, as a power of two.
    Times(i32),
}

/// What the last row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footer {
    /// Milliseconds from the start.
    pub at: u64,
    /// Milliseconds from the start to the last moment that is known.
    pub end: u64,
    /// How it goes on.
    pub pace: Going,
    /// Whether the run is followed live, so that a key leads back to the live run.
    pub follows: bool,
}

/// Draws a screen from a journal, as much of it as fits, and the last row.
pub fn draw(screen: &Buffer, footer: &Footer, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let shown = screen.area.intersection(area);
    let target = frame.buffer_mut();
    for place in shown.positions() {
        if let (Some(from), Some(to)) = (screen.cell(place), target.cell_mut(place)) {
            to.clone_from(from);
        }
    }
    let row = Rect {
        y: area.bottom().saturating_sub(1),
        height: area.height.min(1),
        ..area
    };
    let cut = screen.area.width > area.width || screen.area.height > area.height;
    let size = cut.then(|| {
        word!(
            "replay-cut",
            columns = screen.area.width,
            rows = screen.area.height
        )
    });
    let words = [Some(words(footer)), size].into_iter().flatten();
    let line = format!(" {}", words.collect::<Vec<_>>().join(" · "));
    ratatui::widgets::Clear.render(row, frame.buffer_mut());
    frame.render_widget(Paragraph::new(line).style(theme.strong()), row);
}

fn words(footer: &Footer) -> String {
    let pace = match footer.pace {
        Going::Live => return word!("replay-live"),
        Going::Over => word!("replay-over"),
        Going::Torn => word!("replay-torn"),
        Going::Still => word!("replay-still"),
        Going::Times(power) if power < 0 => format!("1/{}x", 1 << -power),
        Going::Times(power) => format!("{}x", 1 << power),
    };
    let at = clock(footer.at);
    let end = clock(footer.end);
    let keys = keymap::shown(if footer.follows {
        &[Place::Live, Place::Replay]
    } else {
        &[Place::Replay]
    });
    format!("{pace} · {at}/{end} · {keys}")
}
