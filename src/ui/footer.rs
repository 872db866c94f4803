//! The last row: the keys that work now, or a word about the last one.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::keymap::{Context, Offer, offers};
use super::text::{cut, width};
use super::{Geometry, Theme};

/// Draws the footer: as many keys as fit.
pub(super) fn draw(
    context: &Context<'_>,
    theme: Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    geometry: &mut Geometry,
) {
    let said = &context.state.said;
    if !said.is_empty() {
        let words = cut(&format!(" {said}"), usize::from(area.width));
        frame.render_widget(Line::styled(words, theme.notice()), area);
        return;
    }
    let mut spans = Vec::new();
    let mut x = area.x + 1;
    for Offer {
        about,
        key,
        word,
        command,
    } in offers(context)
    {
        let key = context.state.keys.label(&key);
        let columns = width(&about) + width(&key) + width(&word) + 1;
        let columns = u16::try_from(columns).unwrap_or(u16::MAX);
        if x.saturating_add(columns) > area.right() {
            break;
        }
        let lead = if spans.is_empty() { " " } else { " · " };
        spans.push(Span::styled(lead, theme.dim()));
        spans.push(Span::styled(about, theme.plain()));
        spans.push(Span::styled(key, theme.key()));
        spans.push(Span::styled(format!(" {word}"), theme.plain()));
        let place = Rect {
            x,
            width: columns,
            ..area
        };
        geometry.hits.push((place, command));
        x += columns + 3;
    }
    frame.render_widget(Line::from(spans), area);
}
