//! The shells, side by side.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders, Clear, Paragraph};

use super::state::Focus;
use super::text::{Page, clean, width};
use super::view::{LabView, Pane, Screen};
use super::{Command, Geometry, Theme};
use crate::session::Session;
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
            let has_keys = focused && view.state.popup.is_none();
            content(pane, has_keys, theme, frame, inner);
            if pane.ended {
                let words = ending(view.session, pane.actor);
                farewell(&words, pane, theme, frame, inner);
            }
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

/// The signals that end a shell, by their numbers, signal(7).
const SIGNALS: [(i64, &str); 6] = [
    (1, "HUP"),
    (6, "ABRT"),
    (9, "KILL"),
    (11, "SEGV"),
    (13, "PIPE"),
    (15, "TERM"),
];

/// How an actor's shell has ended, and what begins another one.
fn ending(session: &Session, actor: &str) -> String {
    let seen = session.now().actors.get(actor);
    let status = seen.filter(|seen| !seen.alive).map(|seen| seen.exit);
    let signal = SIGNALS
        .iter()
        .find(|(number, _)| status == Some(128 + number));
    let how = match (status, signal) {
        (Some(status), Some((number, name))) => {
            word!(
                "shell-killed",
                status = status.to_string(),
                signal = number.to_string(),
                name = *name
            )
        }
        (Some(status), None) => word!("shell-ended-with", status = status.to_string()),
        (None, _) => word!("shell-ended"),
    };
    format!("{how} · {}", word!("shell-anew"))
}

/// Draws how a shell has ended below what it has printed.
fn farewell(words: &str, pane: &Pane<'_>, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let mut page = Page::new(usize::from(area.width).saturating_sub(1), theme);
    page.say(words, theme.notice(), 0);
    let height = u16::try_from(page.lines.len()).unwrap_or(u16::MAX);
    let lowest = area.height.saturating_sub(height);
    let cursor = pane.screen.and_then(Screen::cursor);
    let below = cursor.map(|(column, row)| row + u16::from(column > 0));
    let row = below.map_or(lowest, |row| row.min(lowest));
    let place = Rect {
        y: area.y + row,
        height: height.min(area.height),
        ..area
    };
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(page.lines), place);
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
    let mut x = last.right();
    for index in (0..view.panes.len()).rev() {
        if places.iter().any(|(shown, _)| *shown == index) {
            continue;
        }
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
