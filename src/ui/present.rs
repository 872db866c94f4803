//! Presenting to a class: large, one idea at a time, each action in three beats.
//! The line is typed, it runs, and what it changed is held in light.

mod bar;
pub mod fit;
mod light;
mod slide;
mod stage;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use super::keymap::Context;
use super::state::{Focus, UiState};
use super::text::{Page, clean, scrolled};
use super::view::LabView;
use super::{Command, Geometry, Theme, footer, popup};
use crate::session::{Phase, Session};
use crate::snapshot::Snapshot;

/// What a step is shown as, one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slide {
    /// Its title and what it is about.
    #[default]
    Opening,
    /// The question before it.
    Question,
    /// Its actions, in their beats.
    Beats,
    /// What was right of the question.
    Answer,
    /// What there is to say after it.
    Explanation,
}

/// How far an action is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beat {
    /// None has begun.
    #[default]
    Still,
    /// Its line is being typed.
    Typing,
    /// It runs.
    Running,
    /// What it changed is held in light.
    Held,
}

/// The action that is under way, or was last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// How far it is.
    pub beat: Beat,
    /// How many were begun in this run.
    pub count: u64,
    /// Its place in the step; 0 is the first.
    pub index: usize,
    /// Who acts.
    pub actor: String,
    /// Its line, as it is typed.
    pub line: String,
}

/// What the screen knows while it is presented on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Present {
    /// What the step is shown as.
    pub slide: Slide,
    /// The action under way.
    pub stand: Stand,
    /// Nothing is to be seen.
    pub blank: bool,
    /// It goes on by itself.
    pub auto: bool,
    /// The step before is being waited for.
    pub waits: bool,
    /// Seconds since the run began.
    pub seconds: u64,
    /// The number of a step that is being typed.
    pub jump: String,
}

/// The state that what is new is held against: that of when the present action
/// began. As the history, it is not told: who is told the moments keeps it as well.
#[derive(Clone, Debug, Default)]
pub struct Light {
    of: u64,
    base: Option<Arc<Snapshot>>,
    /// How many actions of the step were done before it.
    done: usize,
}

impl PartialEq for Light {
    fn eq(&self, other: &Self) -> bool {
        let base = |light: &Self| light.base.as_ref().map(Arc::as_ptr);
        (self.of, self.done, base(self)) == (other.of, other.done, base(other))
    }
}

impl Eq for Light {}

impl UiState {
    /// Keeps the state of when an action began; called before each drawing.
    pub fn light(&mut self, session: &Session) {
        let stand = self.present.as_ref().map(|present| &present.stand);
        match stand.filter(|stand| stand.beat != Beat::Still) {
            None => self.light = Light::default(),
            Some(stand) if self.light.base.is_none() || self.light.of != stand.count => {
                self.light = Light {
                    of: stand.count,
                    base: Some(Arc::clone(session.now())),
                    done: stand.index,
                };
            }
            Some(_) => {}
        }
    }

    /// The state that what is new is held against, if not that of when the step began.
    pub(super) fn base(&self) -> Option<&Arc<Snapshot>> {
        self.light.base.as_ref()
    }

    /// How many actions of the step were done before the present one.
    pub(super) fn done_before(&self) -> usize {
        self.light.done
    }

    /// Follows what changes in present mode only.
    pub(super) fn apply_present(&mut self, command: &Command) {
        if *command == Command::Present {
            self.present = match self.present {
                Some(_) => None,
                None => Some(Present::default()),
            };
            (self.zoom, self.focus) = (false, Focus::Guide);
            return;
        }
        let Some(present) = &mut self.present else {
            return;
        };
        match command {
            Command::Slide(slide) => {
                present.slide = *slide;
                self.guide_scroll = 0;
            }
            Command::Blank => present.blank = !present.blank,
            Command::Auto => present.auto = !present.auto,
            Command::Jump(Some(digit)) if present.jump.len() < 4 => present.jump.push(*digit),
            Command::Jump(None) => present.jump.clear(),
            _ => {}
        }
    }
}

/// What the step is shown as now.
pub(super) fn shown(session: &Session, state: &UiState, present: &Present) -> Slide {
    let slide = present.slide;
    if let Focus::Shell(_) = state.focus {
        return Slide::Beats;
    }
    match session.phase() {
        Phase::Judged if slide <= Slide::Beats && session.step().is_text() => {
            after(session, Slide::Beats).unwrap_or(Slide::Explanation)
        }
        Phase::Judged => slide.max(Slide::Beats),
        Phase::Applying { .. } | Phase::Observing => Slide::Beats,
        Phase::Predicting | Phase::Briefing if slide > Slide::Question => Slide::Opening,
        _ => slide,
    }
}

/// What comes after a slide of a step that is done; none if the next step does.
fn after(session: &Session, slide: Slide) -> Option<Slide> {
    let step = session.step();
    if slide < Slide::Answer && step.ask.is_some() {
        return Some(Slide::Answer);
    }
    let more = !step.explain.is_empty() || step.then_ask.is_some();
    (slide < Slide::Explanation && more).then_some(Slide::Explanation)
}

/// What one click forward asks for, one after the other.
pub fn onward(session: &Session, state: &UiState, geometry: &Geometry) -> Vec<Command> {
    let Some(present) = &state.present else {
        return Vec::new();
    };
    if state.guide_scroll < geometry.guide_limit {
        // What did not fit is read before it goes on.
        let rows = i32::try_from(geometry.guide_rows.max(2) - 1).unwrap_or(1);
        return vec![Command::Scroll(rows)];
    }
    let text = session.step().is_text();
    let slide = shown(session, state, present);
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

/// How long what is seen now is to be read, in milliseconds; none while something is under way.
pub fn reading(session: &Session, state: &UiState) -> Option<u64> {
    let present = state.present.as_ref()?;
    let slide = shown(session, state, present);
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

/// How long what has changed is held, when it goes on by itself.
const HELD: u64 = 3_000;
/// How long a slide stands at least.
const LEAST: u64 = 2_500;
/// How long a class thinks about a question.
const THINKING: u64 = 8_000;
/// How long a column of text takes to be read aloud.
const LETTER: u64 = 55;

/// The areas of a slide.
struct Areas {
    header: Rect,
    title: Rect,
    body: Rect,
    footer: Rect,
}

/// The rows of a screen from which on a title has room around it.
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
    let slide = shown(view.session, view.state, present);
    let bare = matches!(
        view.session.phase(),
        Phase::Rewinding { .. } | Phase::Lost { .. } | Phase::Finished
    );
    title(view.session, theme, frame, areas.title);
    let opening = slide == Slide::Opening && slide::is_staged(view.session);
    if !bare && (slide == Slide::Beats || opening) {
        let caption = caption(view, present, slide, (areas.body, theme));
        stage::draw(view, &caption, theme, (frame, geometry), areas.body);
    } else {
        let mut place = column(areas.body);
        let page = slide::page(view, slide, usize::from(place.width), theme);
        // A short text stands where one looks.
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

fn caption(
    view: &LabView<'_>,
    present: &Present,
    slide: Slide,
    (body, theme): (Rect, Theme),
) -> Page {
    if slide == Slide::Opening {
        let width = usize::from(column(body).width);
        slide::lead(view.session.step(), width, theme)
    } else {
        stage::caption(view, present, body, theme)
    }
}
