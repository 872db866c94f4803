//! The first row: the lab, the step, the time.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::ui::Theme;
use crate::ui::header::{dots, name};
use crate::ui::state::Present;
use crate::ui::text::{clock, cut, width};
use crate::ui::view::LabView;
use crate::word;

/// Draws the header.
pub(super) fn draw(
    view: &LabView<'_>,
    present: &Present,
    theme: Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let session = view.session;
    let steps = session.lab().steps.len();
    let number = match present.jump.as_str() {
        "" => word!("step-of", step = session.index() + 1, steps = steps),
        jump => word!("present-jump", step = jump),
    };
    let step = format!(" {number} ");
    let (clock, over) = time(present.seconds, session.lab().minutes);
    let mut state = String::new();
    if present.waits {
        state = format!(" {} ", word!("present-waits"));
    } else if present.auto {
        state = format!(" {} ", word!("present-auto"));
    }
    let taken = width(&step) + width(&clock) + width(&state) + 4;
    let room = usize::from(area.width).saturating_sub(taken);
    let name = cut(&name(session), room);
    let left = room.saturating_sub(width(&name));
    let mut dots = format!("{} ", dots(session));
    if width(&dots) > left {
        dots.clear();
    }
    let rule = "─".repeat(4 + left - width(&dots));
    let line = Line::from(vec![
        Span::styled(name, theme.strong()),
        Span::styled(rule, theme.dim()),
        Span::styled(state, theme.own()),
        Span::styled(step, theme.plain()),
        Span::styled(dots, theme.accent()),
        Span::styled(clock, if over { theme.notice() } else { theme.good() }),
    ]);
    frame.render_widget(line, area);
}

/// The time since the start with what is left of the lab's minutes, and whether these are over.
fn time(seconds: u64, minutes: u32) -> (String, bool) {
    let (gone, all) = (seconds / 60, u64::from(minutes));
    let time = clock(seconds * 1000);
    let words = if gone < all {
        word!("present-left", time = time, minutes = all - gone)
    } else {
        word!("present-over", time = time, minutes = gone - all)
    };
    (format!(" {words} "), gone >= all)
}
