//! A run as it is told again: moment by moment, in the language of who reads it, and at
//! a size of one's own if that is wanted.

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
    /// Up to the end of the step with this index; all of it without one.
    pub until: Option<usize>,
    /// Columns and rows of the screen; else as it was.
    pub size: Option<(u16, u16)>,
}

/// Why a run makes no file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unmade {
    /// What is wrong with its lab, in words.
    #[error("{0}")]
    Lab(String),
    /// The step was not passed in it: its number from 1.
    #[error("{}", word!("export-unreached", step = *step))]
    Unreached {
        /// The number.
        step: usize,
    },
}

/// A run that goes by.
pub(super) struct Reel {
    pub(super) scene: Scene,
    wanted: Wanted,
    /// Columns and rows of the screen.
    pub(super) size: (u16, u16),
    /// The colours, or none.
    pub(super) look: Option<Look>,
    /// Whether its moments tell how the screen looked; who plays without one tells nothing.
    told: bool,
    /// The step that the panel was brought for.
    shown: usize,
}

impl Reel {
    /// Before the first moment.
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

    /// Whether a moment is beyond what is wanted.
    pub(super) fn is_over(&self, moment: &Moment) -> bool {
        let Moment::Event { event, .. } = moment else {
            return false;
        };
        self.wanted.until == Some(self.session().index()) && leaves(self.session(), event)
    }

    /// Takes a moment; whether the screen shows something else now.
    pub(super) fn take(&mut self, moment: Moment) -> bool {
        let sized = self.wanted.size.is_some();
        match &moment {
            Moment::Event {
                event: Event::Retell(_),
                ..
            } => return false,
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

    /// Brings the panel of the step forward where nobody has told which one was.
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

    /// Draws it as it is now.
    pub(super) fn draw(&mut self) {
        self.scene.draw();
        self.fit();
    }

    /// Gives the panes the room that they have where they were not told it.
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

    /// All that is wanted was reached.
    pub(super) fn end(&self) -> Result<(), Unmade> {
        match self.wanted.until {
            Some(step) if self.session().passed(step).is_none() && !self.is_read(step) => {
                Err(Unmade::Unreached { step: step + 1 })
            }
            _ => Ok(()),
        }
    }

    /// Whether a text that is only read is before the person.
    fn is_read(&self, step: usize) -> bool {
        self.session().index() == step && self.session().step().is_text()
    }
}

/// Whether an event leads away from the end of the present step.
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

/// Whether the step is a text with nothing to be said after it.
fn is_bare(session: &Session) -> bool {
    let step = session.step();
    step.is_text() && step.explain.is_empty() && step.then_ask.is_none()
}

/// Within so many moments a run with a screen has told how that looks.
const FIRST: usize = 32;

/// All moments up to what is wanted.
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
