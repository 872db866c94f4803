//! The catalogue: the labs by track, and the selected one in a few words.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::text::{Page, clean, column, cut, scrolled, width};
use super::view::{CatalogueRow, CatalogueView, Standing};
use super::{Command, Context, Geometry, Theme, footer, popup};
use crate::word;

/// The rows of the description of a lab.
const ABOUT: u16 = 7;

/// Draws the catalog.
pub(super) fn draw(
    view: &CatalogueView<'_>,
    theme: Theme,
    frame: &mut Frame<'_>,
    geometry: &mut Geometry,
) {
    let about = about(view, theme, frame.area());
    let rows = [
        Constraint::Length(2),
        Constraint::Fill(1),
        Constraint::Length(height(view, &about, frame.area())),
        Constraint::Length(1),
        Constraint::Length(1),
    ];
    let [header, list, room, below, keys] = Layout::vertical(rows).areas(frame.area());
    geometry.rows = view.rows.len();
    let mut words = Line::from(vec![
        Span::styled(" isolab", theme.accent()),
        Span::styled(format!(" · {}", word!("about")), theme.plain()),
    ]);
    let state = view.state;
    if state.search.typing || !state.search.words.is_empty() {
        let cursor = if state.search.typing { "▏" } else { "" };
        let text = format!("   / {}{cursor}", clean(&state.search.words));
        words.push_span(Span::styled(text, theme.key()));
    }
    frame.render_widget(words, header);
    draw_list(view, theme, frame, list, geometry);
    let inner = Rect {
        x: room.x + 1,
        width: columns(room),
        ..room
    };
    scrolled(&about, 0, frame, inner, &mut Vec::new());
    let words = format!(
        " {}",
        cut(view.note, usize::from(below.width).saturating_sub(2))
    );
    frame.render_widget(Line::styled(words, theme.notice()), below);
    let context = Context::catalogue(view.state);
    footer::draw(&context, theme, frame, keys, geometry);
    popup::draw(view.state, None, theme, frame, geometry);
}

fn draw_list(
    view: &CatalogueView<'_>,
    theme: Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    geometry: &mut Geometry,
) {
    let mut page = Page::new(usize::from(area.width), theme);
    let mut track = None;
    let mut selected = 0;
    for (index, row) in view.rows.iter().enumerate() {
        if track.replace(&row.track) != Some(&row.track) && !row.track.is_empty() {
            page.gap();
            page.say(&format!(" {}", clean(&row.track)), theme.strong(), 0);
        }
        if index == view.state.selected {
            selected = page.lines.len();
        }
        add_row(&mut page, index, row, view.state.selected);
    }
    if view.rows.is_empty() {
        let words = if view.state.search.words.is_empty() {
            word!("no-labs")
        } else {
            word!("nothing-found")
        };
        page.say(&format!(" {words}"), theme.plain(), 1);
    }
    let height = usize::from(area.height).saturating_sub(2);
    let scroll = (selected + 1).saturating_sub(height);
    scrolled(&page, scroll, frame, area, &mut geometry.hits);
}

fn add_row(page: &mut Page, index: usize, row: &CatalogueRow, selected: usize) {
    let theme = page.theme;
    let (mark, style) = if index == selected {
        ("▸", theme.selected())
    } else {
        (" ", theme.plain())
    };
    let style = if row.missing.is_empty() && row.standing != Standing::Untried {
        style
    } else {
        style.patch(theme.dim())
    };
    let number: String = row.id.chars().take_while(char::is_ascii_digit).collect();
    let side = side(row);
    let room = page.width.saturating_sub(width(&side) + 12);
    let name = column(&row.title, room);
    let state = match row.passed {
        _ if row.done => "●",
        0 => " ",
        _ => "◐",
    };
    let text = format!(" {mark} {} {state} {name} {side} ", column(&number, 2));
    let first = page.lines.len();
    page.lines.push(Line::styled(text, style));
    let command = if index == selected {
        Command::OpenLab(index)
    } else {
        Command::SelectRow(index)
    };
    page.hit(first, &command);
}

/// The right end of a row: how far the person is, how long the lab takes, or why it cannot be
/// played.
fn side(row: &CatalogueRow) -> String {
    let minutes = word!("minutes", count = row.minutes);
    match row.passed {
        _ if row.standing == Standing::Wrong => word!("not-in-order"),
        _ if !row.missing.is_empty() => word!("not-here"),
        _ if row.standing == Standing::Untried => format!("… · {minutes}"),
        passed if passed > 0 && !row.done => format!("{passed}/{} · {minutes}", row.steps),
        _ if row.next => format!("{} · {minutes}", word!("play-next")),
        _ => minutes,
    }
}

/// The columns of the description.
fn columns(area: Rect) -> u16 {
    area.width.saturating_sub(2).min(100)
}

/// The rows of the description: more than `ABOUT` only for a remedy that must be read to its end.
fn height(view: &CatalogueView<'_>, about: &Page, area: Rect) -> u16 {
    let row = view.rows.get(view.state.selected);
    if row.is_none_or(|row| row.missing.is_empty()) {
        return ABOUT;
    }
    let lines = u16::try_from(about.lines.len()).unwrap_or(u16::MAX);
    lines.clamp(ABOUT, ABOUT.max(area.height / 2))
}

/// The description of the selected lab, or why it cannot be played here and what helps.
fn about(view: &CatalogueView<'_>, theme: Theme, area: Rect) -> Page {
    let mut page = Page::new(usize::from(columns(area)), theme);
    let Some(row) = view.rows.get(view.state.selected) else {
        return page;
    };
    page.say(&"─".repeat(page.width), theme.dim(), 0);
    page.say(&row.title, theme.strong(), 0);
    if !row.note.is_empty() {
        page.say(&row.note, theme.notice(), 2);
    }
    for missing in &row.missing {
        page.item("! ", theme.notice(), missing);
    }
    if row.missing.is_empty() {
        page.markdown(&row.summary);
        if !row.story.is_empty() {
            page.say(&row.story, theme.good(), 2);
        }
    }
    page
}
