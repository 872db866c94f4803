//! Presents a lab to a class: large, one idea at a time, each action in three beats. The line is
//! typed, it runs, and what it changed is highlighted.

mod bar;
pub mod fit;
mod light;
mod slide;
mod stage;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use super::keymap::Context;
use super::state::{Beat, Present, Slide, UiState, after, shown};
use super::text::{Page, clean, scrolled};
use super::view::LabView;
use super::{Command, Geometry, Theme, footer, popup};
use crate::session::{Phase, Session};

/// The commands of one click forward, in their order.
pub fn onward(session: &Session, state: &UiState, geometry: &Geometry) -> Vec<Command> {
    let Some(present) = state.mode.present() else {
        return Vec::new();
    };
    if state.guide_scroll < geometry.guide_limit {
        // A text that does not fit is read to its end first.
        let rows = i32::try_from(geometry.guide_rows.max(2) - 1).unwrap_or(1);
        return vec![Command::Scroll(rows)];
    }
    let text = session.step().is_text();
    let slide = shown(session, state.focus, present);
    match session.phase() {
        Phase::Rewinding { .. } | Phase::Finished | Phase::Observing => Vec::new(),
        Phase::Lost { .. } => vec![Command::Rebuild],
        Phase::Applying { .. } => vec![Command::Beat],
        Phase::Predicting if slide < Slide::Question => vec![Command::Slide(Slide::Question)],
        Phase::Predicting if text => vec![Command::Decline],
        Phase::Predicting => vec![Command::Decline, Command::Run],
        Phase::Briefing if text => vec![Command::Next],
        Phase::Briefing if session.step().script().is_empty() => vec![Command::Skip],
        Phase::Briefing => vec![Command::Run],
        Phase::Judged => vec![after(session, slide).map_or(Command::Next, Command::Slide)],
    }
}

/// How long to read what is shown, in milliseconds; `None` while something is under way.
pub fn reading(session: &Session, state: &UiState) -> Option<u64> {
    let present = state.mode.present()?;
    let slide = shown(session, state.focus, present);
    let busy = matches!(present.stand.beat, Beat::Typing | Beat::Running);
    match session.phase() {
        Phase::Rewinding { .. } | Phase::Lost { .. } | Phase::Finished | Phase::Observing => None,
        Phase::Applying { .. } if busy => None,
        Phase::Applying { .. } => Some(HELD),
        _ if slide == Slide::Beats => Some(HELD),
        _ => {
            let letters = slide::letters(session, slide);
            let thinking = if slide == Slide::Question {
                THINKING
            } else {
                0
            };
            Some(LEAST + thinking + letters * LETTER)
        }
    }
}

/// How long autoplay shows a change, in milliseconds.
const HELD: u64 = 3_000;
/// The shortest time for a slide, in milliseconds.
const LEAST: u64 = 2_500;
/// The additional time for a question, in milliseconds.
const THINKING: u64 = 8_000;
/// The time to read a column of text aloud, in milliseconds.
const LETTER: u64 = 55;

/// The areas of a slide.
struct Areas {
    header: Rect,
    title: Rect,
    body: Rect,
    footer: Rect,
}

/// The rows of a screen from which the title has room around it.
const ROOMY: u16 = 32;
/// The most columns of a text.
const COLUMNS: u16 = 96;

impl Areas {
    fn of(area: Rect) -> Self {
        let title = if area.height < ROOMY { 2 } else { 4 };
        let rows = [
            Constraint::Length(1),
            Constraint::Length(title),
            Constraint::Fill(1),
            Constraint::Length(1),
        ];
        let [header, title, body, footer] = Layout::vertical(rows).areas(area);
        Self {
            header,
            title,
            body,
            footer,
        }
    }
}

/// The place of a text: a column in the middle.
fn column(body: Rect) -> Rect {
    let width = body.width.saturating_sub(2).min(COLUMNS);
    body.centered_horizontally(Constraint::Length(width))
}

/// Draws the lab for a class.
pub(super) fn draw(
    view: &LabView<'_>,
    present: &Present,
    theme: Theme,
    frame: &mut Frame<'_>,
    geometry: &mut Geometry,
) {
    let area = frame.area();
    geometry.hits.push((area, Command::Onward));
    if present.blank {
        return;
    }
    let areas = Areas::of(area);
    bar::draw(view, present, theme, frame, areas.header);
    let slide = shown(view.session, view.state.focus, present);
    let bare = matches!(
        view.session.phase(),
        Phase::Rewinding { .. } | Phase::Lost { .. } | Phase::Finished
    );
    title(view.session, theme, frame, areas.title);
    let opening = slide == Slide::Opening && slide::is_staged(view.session);
    if !bare && (slide == Slide::Beats || opening) {
        let caption = caption(view, present, slide, areas.body, theme);
        let told = stage::Told {
            caption: &caption,
            stand: &present.stand,
        };
        let mut canvas = stage::Canvas { frame, geometry };
        stage::draw(view, &told, theme, &mut canvas, areas.body);
    } else {
        let mut place = column(areas.body);
        let page = slide::page(view, slide, usize::from(place.width), theme);
        // A short text stands a third of the way down, where people look first.
        let lines = u16::try_from(page.lines.len()).unwrap_or(u16::MAX);
        let above = place.height.saturating_sub(lines) / 3;
        (place.y, place.height) = (place.y + above, place.height - above);
        geometry.guide_rows = usize::from(place.height);
        let scroll = view.state.guide_scroll;
        geometry.guide_limit = scrolled(&page, scroll, frame, place, &mut geometry.hits);
    }
    let context = Context::lab(view.session, view.state);
    footer::draw(&context, theme, frame, areas.footer, geometry);
    popup::draw(view.state, Some(view.session), theme, frame, geometry);
}

fn title(session: &Session, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let words = slide::title(session);
    let line = Line::styled(clean(&words), theme.accent()).centered();
    let row = Rect {
        y: area.y + u16::from(area.height > 2),
        height: 1,
        ..area
    };
    frame.render_widget(line, row);
}

fn caption(view: &LabView<'_>, present: &Present, slide: Slide, body: Rect, theme: Theme) -> Page {
    if slide == Slide::Opening {
        let width = usize::from(column(body).width);
        slide::lead(view.session.step(), width, theme)
    } else {
        stage::caption(view, present, body, theme)
    }
}
