//! What is seen of a run, and the moments that it was made of: a run that was written
//! down moment by moment is seen again as it was, without a lab host.
//!
//! `Seen` draws a run, live or not; `Scene` is one that is followed from its `Moment`s;
//! `journal` writes them down and reads them, in the format that `record` documents.
//!
//! Invariant: what is seen depends on the moments alone: no clock, no kernel, not the
//! language of the thread.

pub mod journal;
mod line;
pub mod moment;
mod pane;
pub mod record;
mod seen;

pub use line::{line, lines};
pub use moment::{Head, Moment};
pub use pane::{Pane, SCROLLBACK};
use seen::Drawn;
pub use seen::Seen;

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Size};

use crate::lab::{Lab, Translation};
use crate::session::{Effect, Event, Session, Telling};
use crate::snapshot::diff::{Change, diff};
use crate::snapshot::overlay::Detail;
use crate::ui::{Geometry, Screen, Theme, UiState};
use crate::word::{self, Language};

/// A run that is rebuilt from its moments.
pub struct Scene {
    head: Head,
    lab: Lab,
    session: Session,
    panes: Vec<Pane>,
    state: UiState,
    /// The language of what is drawn.
    language: Language,
    changes: Vec<Change>,
    detail: Option<Detail>,
    stuck: bool,
    theme: Theme,
    colour: bool,
    geometry: Geometry,
    screen: Terminal<TestBackend>,
    buffer: Buffer,
}

impl Scene {
    /// A run before its first moment.
    ///
    /// # Errors
    /// The lab in the head is invalid; why, in words.
    pub fn new(head: Head) -> Result<Self, String> {
        let lab = head.lab()?;
        let language = Language::of(&head.language).unwrap_or_default();
        let _spoken = word::for_now(language);
        let told = told(&head, &lab, language);
        let actors = lab.actors.iter();
        let panes = actors
            .map(|actor| Pane::new(&actor.name, head.pane))
            .collect();
        let screen = screen(head.screen);
        Ok(Self {
            session: Session::new(Arc::new(told), head.start),
            panes,
            state: UiState::default(),
            language,
            changes: Vec::new(),
            detail: None,
            stuck: false,
            theme: Theme::of(head.look),
            colour: head.look.is_some(),
            geometry: Geometry::default(),
            screen,
            buffer: Buffer::default(),
            lab,
            head,
        })
    }

    /// Applies a moment.
    pub fn take(&mut self, moment: Moment) {
        let _spoken = word::for_now(self.language);
        match moment {
            Moment::Event { at, event } => self.event(at, event),
            Moment::Detail(detail) => self.detail = detail,
            Moment::State(state) => {
                let history = std::mem::take(&mut self.state.history);
                let light = std::mem::take(&mut self.state.light);
                self.state = UiState {
                    history,
                    light,
                    ..*state
                };
            }
            Moment::Anew(start, size) => self.begin(start, size),
            Moment::Lived(at) => drop(self.state.history.record(at, self.session.now())),
            Moment::Look(look) => {
                (self.theme, self.colour) = (Theme::of(look), look.is_some());
            }
            Moment::Screen(size) => self.screen = screen(size),
            Moment::Drawn { stuck } => {
                self.stuck = stuck;
                self.state.light(&self.session);
                self.draw();
            }
            Moment::Pane(index, change) => {
                if let Some(pane) = self.panes.get_mut(index) {
                    pane.change(&change);
                }
            }
        }
    }

    fn event(&mut self, at: u64, event: Event) {
        let observed = matches!(event, Event::Observed(_));
        let event = match event {
            Event::Retell(telling) => Event::Retell(self.speak(telling)),
            other => other,
        };
        for effect in self.session.handle(at, event) {
            match effect {
                Effect::StartHost => self.panes.iter_mut().for_each(Pane::clear),
                Effect::BeginStep => self.changes.clear(),
                _ => {}
            }
        }
        if observed {
            self.changes = diff(self.session.before(), self.session.now());
        }
    }

    /// Begins another run of the same lab.
    fn begin(&mut self, start: usize, size: Size) {
        let lab = Arc::clone(self.session.lab());
        self.session = Session::new(lab, start);
        for pane in &mut self.panes {
            *pane = Pane::new(&pane.actor, size);
        }
        self.changes.clear();
        self.detail = None;
    }

    /// Speaks another language from now on; the lab in it.
    fn speak(&mut self, telling: Telling) -> Telling {
        self.language = Language::of(&telling.language).unwrap_or_default();
        let told = told(&self.head, &self.lab, self.language);
        Telling {
            lab: Some(Arc::new(told)),
            ..telling
        }
    }

    /// Draws the run into `buffer`.
    pub fn draw(&mut self) {
        let _spoken = word::for_now(self.language);
        let panes: Vec<&Pane> = self.panes.iter().collect();
        let seen = Seen {
            session: &self.session,
            state: &self.state,
            panes: &panes,
            changes: &self.changes,
            detail: self.detail.as_ref(),
            stuck: self.stuck,
            colour: self.colour,
        };
        let (theme, geometry) = (&self.theme, &mut self.geometry);
        // Drawing into memory cannot fail. The backend keeps what was behind wide characters
        // before, so the buffer of the frame is copied.
        let Ok(frame) = self
            .screen
            .draw(|frame| *geometry = seen.draw(theme, frame));
        self.buffer.clone_from(frame.buffer);
    }

    /// The screen, as it was drawn last.
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Where the cursor was drawn, if it was.
    pub fn cursor(&self) -> Option<Position> {
        let screen = self.screen.backend();
        screen.cursor_visible().then(|| screen.cursor_position())
    }

    /// The run itself.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The language of what is drawn.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The state of the screen, which may be changed to see the run otherwise.
    pub fn state(&mut self) -> &mut UiState {
        &mut self.state
    }

    /// Where everything is on the screen.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// What changed since the step began.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// An actor's shell as a `Screen`, and its columns and rows.
    pub fn shell(&self, actor: &str) -> Option<(impl Screen + '_, Size)> {
        let pane = self.panes.iter().find(|pane| pane.actor == actor)?;
        let colour = self.colour;
        Some((Drawn { pane, colour }, pane.size()))
    }

    /// The panes of all actors, in the lab's order.
    pub fn panes(&self) -> &[Pane] {
        &self.panes
    }
}

/// The lab in a language, as far as the head has its translation.
fn told(head: &Head, lab: &Lab, language: Language) -> Lab {
    let text = head.translations.get(language.tag());
    let file = format!("{}.{}.yaml", head.lab, language.tag());
    let translation = text.map(|text| Translation::parse(&file, text.as_bytes()));
    match translation {
        Some(Ok(translation)) => translation.apply(lab),
        _ => lab.clone(),
    }
}

fn screen(size: Size) -> Terminal<TestBackend> {
    let Ok(screen) = Terminal::new(TestBackend::new(size.width, size.height));
    screen
}

#[cfg(test)]
mod tests;
