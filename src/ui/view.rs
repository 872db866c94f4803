//! What is drawn, borrowed from its owners.

use std::fmt;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::session::Session;
use crate::snapshot::diff::Change;
use crate::snapshot::overlay::Detail;

use super::state::UiState;

/// A screen's content.
#[derive(Debug)]
pub enum View<'a> {
    /// The catalog.
    Catalogue(CatalogueView<'a>),
    /// A lab run.
    Lab(Box<LabView<'a>>),
}

/// The catalog.
#[derive(Debug)]
pub struct CatalogueView<'a> {
    /// A row for each lab, in the order of the catalog.
    pub rows: &'a [CatalogueRow],
    /// What only the screen knows.
    pub state: &'a UiState,
    /// A line below the list; may be empty.
    pub note: &'a str,
}

/// Whether a lab can be played, as far as that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It was tried; `missing` says what this machine lacks.
    #[default]
    Tried,
    /// It is not known yet if this machine can play it.
    Untried,
    /// Something is wrong in its file.
    Wrong,
}

/// A lab in the catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueRow {
    /// Its number on the shelf.
    pub number: usize,
    /// Its id: `04-uts-ipc`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The heading it stands under; may be empty.
    pub track: String,
    /// One or two sentences.
    pub summary: String,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// How many steps it has.
    pub steps: usize,
    /// How many of them were passed in the last attempt.
    pub passed: usize,
    /// Whether it was ever played to its end.
    pub done: bool,
    /// Whether it is the one to play next.
    pub next: bool,
    /// What was done in it, in words; may be empty.
    pub story: String,
    /// A further remark; may be empty.
    pub note: String,
    /// Whether it can be played.
    pub standing: Standing,
    /// What this machine lacks for it, or why it cannot be opened; empty if it can.
    pub missing: Vec<String>,
}

/// A lab run.
#[derive(Debug)]
pub struct LabView<'a> {
    /// The run.
    pub session: &'a Session,
    /// What only the screen knows.
    pub state: &'a UiState,
    /// A pane for each actor of the lab, in the lab's order.
    pub panes: Vec<Pane<'a>>,
    /// What changed since the step began.
    pub changes: &'a [Change],
    /// The lines that a person would type for the step, each with its shell: `b$ hostname x`.
    pub lines: &'a [String],
    /// The details of the selected entry of an overlay.
    pub detail: Option<&'a Detail>,
    /// Whether the step has made no progress for a while, and hints are left.
    pub stuck: bool,
}

/// An actor's terminal.
#[derive(Clone, Copy)]
pub struct Pane<'a> {
    /// The actor's name.
    pub actor: &'a str,
    /// What the lab says beside the name; may be empty.
    pub title: &'a str,
    /// What its terminal shows; `None` while the actor is not there yet.
    pub screen: Option<&'a dyn Screen>,
    /// Whether its last shell has ended.
    pub ended: bool,
}

impl fmt::Debug for Pane<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pane({}, open: {})", self.actor, self.screen.is_some())
    }
}

/// A terminal that can be drawn.
pub trait Screen {
    /// Draws it; it draws no frame of its own.
    fn render(&self, area: Rect, buf: &mut Buffer, focused: bool);
    /// Where its cursor is, column and row from the upper left; `None` if hidden.
    fn cursor(&self) -> Option<(u16, u16)>;
}
