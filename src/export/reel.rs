//! A run that is told again for an export, moment by moment, in the language of the reader, and at
//! another size if one is wanted.

use ratatui::buffer::Buffer;

use crate::config::Look;
use crate::scene::journal::Line;
use crate::scene::moment::PaneChange;
use crate::scene::{Head, Moment, Scene};
use crate::session::{Event, Phase, Session};
use crate::word;

/// What is wanted of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Up to the end of the step with this index; `None` for all of it.
    pub until: Option<usize>,
    /// Columns and rows of the screen; `None` for its own.
    pub size: Option<(u16, u16)>,
}

/// Why no file can be made of a run.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unmade {
    /// The lab is invalid; why, in words.
    #[error("{0}")]
    Lab(String),
    /// The run did not pass the step.
    #[error("{}", word!("export-unreached", step = *step))]
    Unreached {
        /// Its number, from 1.
        step: usize,
    },
}

/// A run that passes moment by moment.
pub(super) struct Reel {
    pub(super) scene: Scene,
    wanted: Wanted,
    /// Columns and rows of the screen.
    pub(super) size: (u16, u16),
    /// The look; `None` without colours.
    pub(super) look: Option<Look>,
    /// Whether the moments tell how the screen looked; a run without a screen does not.
    told: bool,
    /// The step whose panel was brought forward.
    shown: usize,
}

impl Reel {
    /// A run before its first moment.
    pub(super) fn new(head: Head, wanted: Wanted) -> Result<Self, Unmade> {
        let head = Head {
            language: word::language().tag().to_owned(),
            screen: wanted.size.unwrap_or(head.screen),
            ..head
        };
        let (size, look) = (head.screen, head.look);
        Ok(Self {
            scene: Scene::new(head).map_err(Unmade::Lab)?,
            wanted,
            size,
            look,
            told: false,
            shown: usize::MAX,
        })
    }

    /// The run.
    pub(super) fn session(&self) -> &Session {
        self.scene.session()
    }

    /// Whether a moment lies beyond what is wanted.
    pub(super) fn is_over(&self, moment: &Moment) -> bool {
        let Moment::Event { event, .. } = moment else {
            return false;
        };
        self.wanted.until == Some(self.session().index()) && leaves(self.session(), event)
    }

    /// Takes a moment; whether the screen changed.
    pub(super) fn take(&mut self, moment: Moment) -> bool {
        let sized = self.wanted.size.is_some();
        match &moment {
            Moment::Language(_) => return false,
            Moment::Screen(..) | Moment::Pane(_, PaneChange::Resized(..)) if sized => return false,
            Moment::Screen(columns, rows) => self.size = (*columns, *rows),
            Moment::Look(look) => self.look = *look,
            Moment::State(_) => self.told = true,
            Moment::Drawn { .. } => {
                self.scene.take(moment);
                self.fit();
                return true;
            }
            _ => {}
        }
        let shows = matches!(moment, Moment::Event { .. } | Moment::Pane(..));
        self.scene.take(moment);
        if !self.told && shows {
            self.bring();
            self.draw();
            return true;
        }
        false
    }

    /// Brings the step's panel forward in a run that does not tell which panel was in front.
    fn bring(&mut self) {
        let session = self.scene.session();
        if self.shown == session.index() {
            return;
        }
        self.shown = session.index();
        let steps = session.lab().steps.iter().take(self.shown + 1);
        let show = { steps }.rev().find_map(|step| step.show);
        self.scene.state().panel = show.unwrap_or_default();
        self.scene.state().begin_step();
    }

    /// Draws the current screen.
    pub(super) fn draw(&mut self) {
        self.scene.draw();
        self.fit();
    }

    /// Resizes the panes to their areas in a run that does not tell their sizes, or at another
    /// size.
    fn fit(&mut self) {
        if self.told && self.wanted.size.is_none() {
            return;
        }
        let places = self.scene.geometry().panes.clone();
        let mut fitted = true;
        for (index, area) in places {
            let size = (area.width.max(2), area.height.max(1));
            if self.scene.panes().get(index).map(crate::scene::Pane::size) != Some(size) {
                fitted = false;
                let resized = PaneChange::Resized(size.0, size.1);
                self.scene.take(Moment::Pane(index, resized));
            }
        }
        if !fitted {
            self.scene.draw();
        }
    }

    /// The screen as it was drawn last.
    pub(super) fn buffer(&self) -> &Buffer {
        self.scene.buffer()
    }

    /// Whether all that is wanted was reached.
    ///
    /// # Errors
    /// The wanted step was not passed.
    pub(super) fn end(&self) -> Result<(), Unmade> {
        match self.wanted.until {
            Some(step) if self.session().passed(step).is_none() && !self.is_read(step) => {
                Err(Unmade::Unreached { step: step + 1 })
            }
            _ => Ok(()),
        }
    }

    /// Whether the step is the current one, and a text that is only read.
    fn is_read(&self, step: usize) -> bool {
        self.session().index() == step && self.session().step().is_text()
    }
}

/// Whether an event leaves the current step after its end.
pub(super) fn leaves(session: &Session, event: &Event) -> bool {
    let passed = session.passed(session.index()).is_some();
    match (event, session.phase()) {
        (Event::Next, Phase::Judged) | (Event::Skip, _) => true,
        (Event::Next, Phase::Briefing) => passed || is_bare(session),
        (Event::Back | Event::GoTo(_) | Event::StartOver(_) | Event::Rebuild, _) if passed => true,
        (Event::HostLost(_), _) => passed,
        _ => false,
    }
}

/// Whether the step is a text with nothing after it.
fn is_bare(session: &Session) -> bool {
    let step = session.step();
    step.is_text() && step.explain.is_empty() && step.then_ask.is_none()
}

/// A run with a screen tells how that looks within this many moments.
const FIRST: usize = 32;

/// Passes all moments up to what is wanted to `watch`.
pub(super) fn through(
    reel: &mut Reel,
    mut lines: impl Iterator<Item = Line>,
    mut watch: impl FnMut(&mut Reel, Line),
) -> Result<(), Unmade> {
    let first: Vec<Line> = lines.by_ref().take(FIRST).collect();
    let state = |line: &Line| matches!(line.moment, Moment::State(_));
    reel.told = first.iter().any(state);
    for line in first.into_iter().chain(lines) {
        if reel.is_over(&line.moment) {
            break;
        }
        watch(reel, line);
    }
    reel.end()
}
