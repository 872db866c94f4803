//! The moments of a run, and the head of a journal.

use std::collections::BTreeMap;

use ratatui::layout::Size;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::config::Look;
use crate::lab::Lab;
use crate::session::Event;
use crate::snapshot::overlay::Detail;
use crate::ui::UiState;

/// The version of the journal's format.
pub const FORMAT: u32 = 3;

/// The most columns and rows of a screen or a pane in a journal.
const LARGEST: Size = Size::new(1000, 500);

/// Columns and rows, limited to what memory allows.
fn bounded(size: Size) -> Size {
    Size::new(
        size.width.min(LARGEST.width),
        size.height.min(LARGEST.height),
    )
}

/// A size in a journal: columns and rows.
mod pair {
    use ratatui::layout::Size;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(super) fn serialize<S: Serializer>(size: &Size, to: S) -> Result<S::Ok, S::Error> {
        (size.width, size.height).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Size, D::Error> {
        <(u16, u16)>::deserialize(from).map(Size::from)
    }
}

/// The head of a journal: how the run began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// The version of the format.
    pub isolab_journal: u32,
    /// The lab's id.
    pub lab: String,
    /// The text of its file.
    pub text: String,
    /// The texts of its translations, by language tag.
    pub translations: BTreeMap<String, String>,
    /// The step at which the run begins.
    pub start: usize,
    /// The tag of the language.
    pub language: String,
    /// The look; `None` without colours.
    pub look: Option<Look>,
    /// Columns and rows of the screen.
    #[serde(with = "pair")]
    pub screen: Size,
    /// Columns and rows of each pane.
    #[serde(with = "pair")]
    pub pane: Size,
    /// When it began, in seconds since 1970.
    pub began: u64,
}

impl Head {
    /// The lab, as it was written.
    ///
    /// # Errors
    /// Its first problem, in words.
    pub fn lab(&self) -> Result<Lab, String> {
        let (lab, problems) = Lab::parse(&format!("{}.yaml", self.lab), &self.text);
        lab.ok_or_else(|| {
            let first = problems.first();
            first.map_or_else(String::new, ToString::to_string)
        })
    }

    /// The same, with its sizes limited.
    pub(super) fn bounded(self) -> Self {
        Self {
            screen: bounded(self.screen),
            pane: bounded(self.pane),
            ..self
        }
    }
}

/// Something that changes what is shown.
#[derive(Clone, Debug)]
pub enum Moment {
    /// Something happened to the session.
    Event {
        /// Milliseconds since the run began, as the session was told.
        at: u64,
        /// What.
        event: Event,
    },
    /// Another run of the lab takes the place of this one: the step at which it begins, and the
    /// columns and rows of its panes. Its moments so far come next.
    Anew(usize, Size),
    /// Something happened to the pane with this index.
    Pane(usize, PaneChange),
    /// The details of the selected entry of an overlay.
    Detail(Option<Detail>),
    /// The state of the screen, without its history.
    State(Box<UiState>),
    /// The history records the current snapshot, at milliseconds since the run began.
    Lived(u64),
    /// Another look, or none.
    Look(Option<Look>),
    /// The screen has this size.
    Screen(Size),
    /// A frame was drawn.
    Drawn {
        /// Whether the step had made no progress for a while.
        stuck: bool,
    },
}

impl Moment {
    /// The same, with its sizes limited.
    pub(super) fn bounded(self) -> Self {
        match self {
            Self::Anew(start, size) => Self::Anew(start, bounded(size)),
            Self::Screen(size) => Self::Screen(bounded(size)),
            Self::Pane(index, PaneChange::Resized(columns, rows)) => {
                let size = bounded(Size::new(columns, rows));
                Self::Pane(index, PaneChange::Resized(size.width, size.height))
            }
            other => other,
        }
    }
}

/// A change of a pane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaneChange {
    /// A terminal printed these bytes.
    Fed(Bytes),
    /// The number of shells stacked in it.
    Shells(usize),
    /// A full-screen program is gone.
    Left,
    /// Its new columns and rows.
    Resized(u16, u16),
    /// What a synchronized update held back is shown.
    Synced,
    /// It is scrolled by lines, up if positive.
    Scrolled(i32),
    /// It is scrolled to its end.
    Down,
}

/// Bytes of a terminal, serialized as a text with a character for each byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let text: String = self.0.iter().copied().map(char::from).collect();
        to.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
        bytes.map(Self).map_err(serde::de::Error::custom)
    }
}
