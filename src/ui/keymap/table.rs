//! The one table of keys: where each is pressed, what it asks for, and what it is called in the
//! footer and in the help. The settings replace the letters that are `Press::Own`.

mod class;
mod popup;
mod study;
mod watch;

use crossterm::event::{KeyCode, KeyEvent};

use super::Context;
use super::press::{self, Press};
use crate::session::Session;
use crate::ui::command::Command;
use crate::ui::state::{Popup, UiState};

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The list of labs.
    Catalog,
    /// The search of the catalog.
    Search,
    /// The guide of a lab, and the panel for what it does not take itself.
    Guide,
    /// The answer to the question after a step.
    Answer,
    /// A panel.
    Panel,
    /// The panel of overlays.
    Layers,
    /// The panel of mounts.
    Mounts,
    /// The filter of the panel of overlays.
    Filter,
    /// A shell.
    Shell,
    /// A shell, after the leader.
    Led,
    /// A shell in front of a class, after the leader.
    LedInClass,
    /// In front of a class.
    Class,
    /// The popup that asks for an image.
    Image,
    /// The popup with letters that were typed where no shell is.
    Typed,
    /// The list of steps.
    Steps,
    /// A question with several answers.
    Question,
    /// Play a lab from elsewhere?
    Strange,
    /// A popup to read.
    Reading,
    /// Every popup that can be closed.
    Closing,
    /// Every popup: more lines than it shows.
    Scrolling,
    /// A run that is watched.
    Replay,
    /// One that goes on meanwhile.
    Live,
    /// The instructor's notes.
    Notes,
    /// A shell of somebody else's run.
    Window,
}

impl Place {
    /// Whether keys are taken as they are, whatever the settings say.
    pub fn is_plain(self) -> bool {
        !matches!(
            self,
            Self::Catalog
                | Self::Guide
                | Self::Panel
                | Self::Layers
                | Self::Led
                | Self::LedInClass
                | Self::Class
        )
    }

    /// The place of a popup's own keys.
    pub(super) fn of(popup: &Popup) -> Self {
        match popup {
            Popup::Image => Self::Image,
            Popup::Steps { .. } => Self::Steps,
            Popup::Typed(_) => Self::Typed,
            Popup::StartOver
            | Popup::Back
            | Popup::Skip
            | Popup::Rebuild
            | Popup::ForgetAll
            | Popup::Install
            | Popup::Resumed
            | Popup::Quit => Self::Question,
            Popup::Strange(..) => Self::Strange,
            Popup::Help | Popup::Words | Popup::Card | Popup::Changes | Popup::Message(_) => {
                Self::Reading
            }
        }
    }
}

/// A key that was pressed, and where everything stands.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// The event, as it came.
    pub event: KeyEvent,
    /// The key that is meant.
    pub key: KeyCode,
    /// What decides its meaning.
    pub context: Context<'a>,
}

impl<'a> At<'a> {
    /// What only the screen knows.
    fn state(&self) -> &'a UiState {
        self.context.state
    }

    /// The run; none in the catalog.
    fn session(&self) -> Option<&'a Session> {
        self.context.session
    }

    /// The letter that is meant.
    fn letter(&self) -> Option<char> {
        match self.key {
            KeyCode::Char(letter) => Some(letter),
            _ => None,
        }
    }

    /// One command for a key, another for the rest of its line.
    #[allow(
        clippy::unnecessary_wraps,
        reason = "a line of the table may ask for nothing"
    )]
    fn either(&self, key: KeyCode, command: Command, other: Command) -> Option<Command> {
        Some(if self.key == key { command } else { other })
    }
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where.
    pub place: Place,
    /// The keys, as the help shows them.
    pub keys: &'static [Press],
    /// Keys that do the same and are not shown.
    pub also: &'static [Press],
    /// What they ask for; nothing where they have no meaning now.
    pub command: fn(&At<'_>) -> Option<Command>,
    /// For each key, the message that the footer shows; none of keys that it does not offer.
    pub short: &'static [&'static str],
    /// The message of the help; empty where it does not stand in the help.
    pub long: &'static str,
}

impl Binding {
    /// Keys that ask for something.
    const fn new(
        place: Place,
        keys: &'static [Press],
        command: fn(&At<'_>) -> Option<Command>,
    ) -> Self {
        Self {
            place,
            keys,
            also: &[],
            command,
            short: &[],
            long: "",
        }
    }

    /// With keys that are not shown.
    const fn also(self, also: &'static [Press]) -> Self {
        Self { also, ..self }
    }

    /// With words for the footer.
    const fn short(self, short: &'static [&'static str]) -> Self {
        Self { short, ..self }
    }

    /// With words for the help.
    const fn long(self, long: &'static str) -> Self {
        Self { long, ..self }
    }

    /// All its keys.
    pub fn presses(&self) -> impl Iterator<Item = Press> + use<> {
        self.keys.iter().chain(self.also).copied()
    }

    /// The keys as the help shows them, where nothing is set.
    pub fn label(&self) -> String {
        let names: Vec<String> = self.keys.iter().map(|press| press.name()).collect();
        let lead = if self.place == Place::Led {
            "Ctrl-] "
        } else {
            ""
        };
        format!("{lead}{}", names.join(" "))
    }

    /// What an event asks for here.
    fn asked(&self, event: &KeyEvent, context: &Context<'_>) -> Option<Command> {
        let keys = &context.state.keys;
        let meant = if self.place.is_plain() {
            *event
        } else {
            press::meant(event, keys)?
        };
        let at = At {
            event: *event,
            key: meant.code,
            context: *context,
        };
        let pressed = self.presses().any(|press| press.is(&meant, keys));
        pressed.then(|| (self.command)(&at)).flatten()
    }
}

/// The whole table, in the order of the help.
pub fn bindings() -> impl Iterator<Item = &'static Binding> {
    let tables = [study::TABLE, class::TABLE, popup::TABLE, watch::TABLE];
    tables.into_iter().flatten()
}

/// The lines of a place.
pub fn of(place: Place) -> impl Iterator<Item = &'static Binding> {
    bindings().filter(move |binding| binding.place == place)
}

/// What an event asks for in the first of the places that knows it.
pub(super) fn ask(places: &[Place], event: &KeyEvent, context: &Context<'_>) -> Option<Command> {
    let mut lines = places.iter().flat_map(|place| of(*place));
    lines.find_map(|binding| binding.asked(event, context))
}
