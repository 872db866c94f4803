//! What the screens of a lab and of the catalog share: the terminal, the input, the look.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use crossterm::event::{EventStream, KeyEvent, MouseButton, MouseEventKind};
use ratatui::layout::Position;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::letters::{Heard, Letters};
use super::show::Show;
use super::told::Told;
use super::{FIRST, Script};
use crate::app::Lack;
use crate::app::aside;
use crate::app::ends::Ends;
use crate::app::install;
use crate::app::learner;
use crate::app::print;
use crate::app::run::Conductor;
use crate::app::share::clerk::Trouble;
use crate::app::share::log::Log;
use crate::app::share::socket::{Asked, Share};
use crate::app::terminal::{self, Screen as Terminal};
use crate::config::{Dress, Look, Looks};
use crate::progress::Progress;
use crate::ui::{Command, Geometry, Popup, Theme, UiState};
use crate::word;

/// The state that both screens share.
pub(super) struct Stage {
    pub(super) terminal: Terminal,
    pub(super) theme: Theme,
    /// The look; `None` without colours.
    dress: Option<Dress>,
    /// All looks of the person.
    looks: Looks,
    pub(super) input: EventStream,
    pub(super) ends: Ends,
    pub(super) state: UiState,
    pub(super) geometry: Geometry,
    /// The channel for requests from other terminals.
    pub(super) asked: (UnboundedSender<Asked>, UnboundedReceiver<Asked>),
    /// What the tap was told of the screen last.
    pub(super) told: Told,
    /// The letter that may be the first of a line.
    pub(super) letters: Letters,
    /// Keys to be obeyed, one after the other.
    pub(super) keys: VecDeque<KeyEvent>,
    /// The state behind a presentation.
    pub(super) show: Show,
    /// Where the mouse was pressed, or has dragged an edge to.
    held: Position,
    /// The pane in which the mouse marks something.
    marking: Option<usize>,
    /// The person's progress; `None` where it cannot or must not be kept.
    pub(super) progress: Option<Progress>,
    /// What is wrong in the settings, in words, until it is shown.
    wrong: Option<String>,
    /// The failures of writing the journal and the log.
    pub(super) written: Trouble,
    /// Messages to print once the terminal is given back.
    pub(super) unsaid: Vec<String>,
}

/// Prints what could not be written, at the very end. It must be dropped after the stage, which
/// gives the terminal back.
pub(super) struct LastWord(pub(super) Option<Progress>);

impl Drop for LastWord {
    fn drop(&mut self) {
        let Some(progress) = &self.0 else { return };
        if progress.unwritten().is_some() {
            // Tries once more: there is no later.
            progress.flush();
        }
        if let Some(words) = progress.unwritten() {
            print::fault(&format!("isolab: {words}"));
        }
    }
}

impl Stage {
    /// Gives the terminal back, and prints the messages in `unsaid`.
    pub(super) fn part(mut self) {
        let unsaid = std::mem::take(&mut self.unsaid);
        drop(self);
        for words in unsaid {
            print::fault(&format!("isolab: {words}"));
        }
    }

    /// Takes the terminal; `progress` is the person's progress file.
    pub(super) fn new(progress: Option<Progress>) -> Result<Self> {
        let (settings, wrong) = learner::speak();
        let ends = Ends::take()?;
        let terminal = Terminal::take()?;
        // Order: the terminal is asked before anything else reads from it.
        let dress = learner::dress(&settings);
        Ok(Self {
            ends,
            terminal,
            theme: Theme::dressed(dress),
            dress,
            looks: settings.looks,
            input: terminal::input()?,
            state: UiState {
                keys: settings.keys,
                absent: install::absent(),
                ..UiState::default()
            },
            wrong,
            geometry: Geometry::default(),
            asked: unbounded_channel(),
            told: Told::default(),
            letters: Letters::default(),
            keys: VecDeque::new(),
            show: Show::default(),
            held: Position::ORIGIN,
            marking: None,
            progress,
            written: Trouble::default(),
            unsaid: Vec::new(),
        })
    }

    /// Opens the run to other terminals.
    pub(super) fn share(&self, lab: &str, log: Arc<Log>) -> Result<Share> {
        let opened = Share::open(lab, log, self.asked.0.clone());
        opened.map_err(|why| anyhow::Error::msg(word!("share-refused", why = why.to_string())))
    }

    /// Takes a key; `may_be_typed` tells a letter that may belong to a line. Returns the beginning
    /// of a line, if it is one.
    pub(super) fn hear(&mut self, key: KeyEvent, may_be_typed: bool) -> Option<String> {
        match self.letters.hear(key, may_be_typed, Instant::now()) {
            Heard::Keys(keys) => self.keys.extend(keys),
            Heard::Line(line) => return Some(line),
        }
        None
    }

    /// A letter that nothing followed is to be obeyed.
    pub(super) fn hear_nothing(&mut self) {
        self.keys.extend(self.letters.due(Instant::now()));
    }

    /// Types a text into the input that is open.
    pub(super) fn type_in(&mut self, text: &str) {
        let letters = text.chars().filter(|letter| !letter.is_control()).collect();
        self.state
            .apply(&Command::InputText(letters), &self.geometry);
    }

    /// Switches to the next look; without colours, nothing changes.
    pub(super) fn look_otherwise(&mut self) {
        self.dress = self.dress.map(|dress| self.looks.after(dress));
        self.theme = Theme::dressed(self.dress);
    }

    /// What the look is called, in words.
    pub(super) fn look_name(&self) -> String {
        match self.dress {
            Some(dress) => word!("say-look", look = self.looks.name(dress)),
            None => word!("say-no-colours"),
        }
    }

    /// Whether there are colours.
    pub(super) fn has_colour(&self) -> bool {
        self.dress.is_some()
    }

    /// The look; `None` without colours.
    pub(super) fn coloured(&self) -> Option<Look> {
        self.dress.map(|dress| dress.look)
    }

    /// Plays the saved file on from the same step, or shows what is wrong in it.
    pub(super) fn reload(&mut self, script: &mut Script, run: &mut Conductor) {
        match script.reload() {
            Ok(()) => {
                let id = &run.session.step().id;
                let mut steps = script.lab.steps.iter();
                let same = steps.position(|step| step.id == *id);
                let step = same.unwrap_or(run.session.index());
                *run = Conductor::new(script.told(), step, FIRST, script.image.clone());
                self.state.popup = None;
                self.show.forget();
            }
            Err(words) => self.state.popup = Some(Popup::Message(words)),
        }
        run.dirty = true;
    }

    /// Forgets the progress in all labs.
    ///
    /// # Errors
    /// The machine has no room for the thread that waits for the book.
    pub(super) async fn forget_all(&self) -> Result<()> {
        let Some(progress) = self.progress.clone() else {
            return Ok(());
        };
        let forgotten = aside::apart("forget", move |_aside| {
            for known in progress.all() {
                progress.forget(&known.which());
            }
        });
        Ok(forgotten.await.map_err(Lack::from)?)
    }

    /// Shows what could not be remembered or written, once, unless another popup is open; whether
    /// it did.
    pub(super) fn complain(&mut self) -> bool {
        // Each failure is returned once, so it is not taken while there is no place for it.
        if self.state.popup.is_some() {
            return false;
        }
        let words = self.wrong.take().or_else(|| self.written.take());
        self.state.popup = words
            .or_else(|| self.progress.as_ref().and_then(Progress::trouble))
            .map(Popup::Message);
        self.state.popup.is_some()
    }

    /// What the mouse marks when it is dragged to a place.
    fn mark(&mut self, to: Position) -> Option<Command> {
        let covered = self.state.popup.is_some();
        let command = self.geometry.mark(self.held, to).filter(|_| !covered)?;
        if let Command::Mark(pane, ..) = command {
            self.marking = Some(pane);
        }
        Some(command)
    }

    pub(super) fn mouse(&mut self, event: crossterm::event::MouseEvent) -> Option<Command> {
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                self.held = Position::new(event.column, event.row);
                self.marking = None;
                self.geometry.hit(event.column, event.row)
            }
            MouseEventKind::Drag(MouseButton::Left) => {
                let to = Position::new(event.column, event.row);
                let command = self.geometry.drag(self.held, to);
                if command.is_some() {
                    self.held = to;
                    return command;
                }
                self.mark(to)
            }
            MouseEventKind::Up(MouseButton::Left) => self.marking.take().map(Command::Copy),
            MouseEventKind::ScrollUp => Some(Command::Scroll(-3)),
            MouseEventKind::ScrollDown => Some(Command::Scroll(3)),
            _ => None,
        }
    }
}
