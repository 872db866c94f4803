//! The shells, side by side.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders, Paragraph};

use super::state::Focus;
use super::text::{clean, width};
use super::view::{LabView, Pane};
use super::{Command, Geometry, Theme};
use crate::word;

/// A frame that shows whether it has the focus. It has a line at its left, except at the left edge
/// of the screen.
pub(super) fn framed(
    title: Line<'static>,
    focused: bool,
    area: Rect,
    theme: Theme,
) -> Block<'static> {
    let borders = if area.x == 0 {
        Borders::TOP
    } else {
        Borders::TOP | Borders::LEFT
    };
    let (style, kind) = if focused {
        (theme.accent(), BorderType::Thick)
    } else {
        (theme.frame(), BorderType::Plain)
    };
    Block::new()
        .borders(borders)
        .border_type(kind)
        .border_style(style)
        .title(title)
}

/// Draws the shells that are shown.
pub(super) fn draw(
    view: &LabView<'_>,
    theme: Theme,
    frame: &mut Frame<'_>,
    places: &[(usize, Rect)],
    geometry: &mut Geometry,
) {
    for (index, area) in places {
        if let Some(pane) = view.panes.get(*index) {
            let focused = view.state.focus == Focus::Shell(*index);
            let title = title(pane, *index, focused, theme);
            let block = framed(title, focused, *area, theme);
            let inner = block.inner(*area);
            frame.render_widget(block, *area);
            geometry.panes.push((*index, inner));
            let focus = Command::Focus(Focus::Shell(*index));
            geometry.hits.push((*area, focus));
            content(
                pane,
                focused && view.state.popup.is_none(),
                theme,
                frame,
                inner,
            );
        }
    }
    if places.len() < view.panes.len() && !places.is_empty() {
        tabs(view, theme, frame, places, geometry);
    }
}

fn title(pane: &Pane<'_>, index: usize, focused: bool, theme: Theme) -> Line<'static> {
    let mark = if focused { "▶ " } else { "" };
    let name = format!(" {mark}{} {} ", index + 1, clean(pane.actor));
    let mut spans = vec![Span::styled(name, theme.strong())];
    if !pane.title.is_empty() {
        spans.push(Span::styled(
            format!("{} ", clean(pane.title)),
            theme.plain(),
        ));
    }
    Line::from(spans)
}

fn content(pane: &Pane<'_>, focused: bool, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let Some(screen) = pane.screen else {
        let line = Line::styled(format!(" {}", word!("not-there-yet")), theme.dim());
        frame.render_widget(Paragraph::new(line), area);
        return;
    };
    screen.render(area, frame.buffer_mut(), focused);
    if let Some((x, y)) = screen.cursor().filter(|_| focused) {
        let place = Position {
            x: area.x.saturating_add(x),
            y: area.y.saturating_add(y),
        };
        if area.contains(place) {
            frame.set_cursor_position(place);
        }
    }
}

/// The names of the hidden shells, at the right of the first row.
fn tabs(
    view: &LabView<'_>,
    theme: Theme,
    frame: &mut Frame<'_>,
    places: &[(usize, Rect)],
    geometry: &mut Geometry,
) {
    let Some((_, last)) = places.last() else {
        return;
    };
    let shown = |index: &usize| places.iter().any(|(place, _)| place == index);
    let mut x = last.right();
    for index in (0..view.panes.len()).rev().filter(|index| !shown(index)) {
        let name = format!(" {} {} ", index + 1, clean(view.panes[index].actor));
        let columns = u16::try_from(width(&name)).unwrap_or(u16::MAX);
        let Some(left) = x
            .checked_sub(columns + 1)
            .filter(|left| *left > last.x + 16)
        else {
            return;
        };
        let place = Rect {
            x: left,
            y: last.y,
            width: columns,
            height: 1,
        };
        frame.render_widget(Line::styled(name, theme.dim()), place);
        geometry
            .hits
            .push((place, Command::Focus(Focus::Shell(index))));
        x = left;
    }
}
