//! A journal as it is written: a format of its own, apart from the program's own types.
//!
//! # The format, version 3
//!
//! A journal is text in UTF-8, compressed with zstd (RFC 8878): one frame or several, one
//! after the other, each with a checksum of its content. A program that is killed leaves a
//! frame that is not ended; whatever ends between two blocks can be read up to there. Each
//! line is one JSON value (RFC 8259) and ends with a line feed. A line has at most 32 MiB,
//! all lines together at most 256 MiB, and there are at most 500,000 of them.
//!
//! **The first line is the head**: `isolab_journal` (the version of the format, a number),
//! `lab` (its id), `text` (its file), `translations` (its files in other languages, by tags),
//! `start` (the index of the step that the run begins at), `language` (a tag, BCP 47), `look`
//! (the colours, as in the settings file; `null` for none), `screen` and `pane` (columns and
//! rows of the screen, and of each pane), `began` (seconds since 1970).
//!
//! **Each other line is a moment**: `{"at": MILLISECONDS, "moment": MOMENT}`. The time counts
//! from when the journal was begun. The moments are, by their names:
//!
//! | moment | what it tells |
//! |---|---|
//! | `{"Event": {"at": MS, "event": EVENT}}` | the session takes an event, so many milliseconds after the run began |
//! | `{"Anew": [STEP, [COLUMNS, ROWS]]}` | another run of the lab takes this one's place |
//! | `{"Resumed": {STEP: RECORD, …}}` | what an earlier run did, by the ids of the steps |
//! | `{"Pane": [INDEX, CHANGE]}` | the pane of the actor with this index changes |
//! | `{"Detail": DETAIL}` | the details of the selected overlay entry, or `null` |
//! | `{"State": STATE}` | the whole state of the screen, see [`screen::State`] |
//! | `{"Lived": MS}` | the curves of the control groups take the present snapshot |
//! | `{"Language": TAG}` | the screen changes its language |
//! | `{"Look": LOOK}` | the screen changes its colours |
//! | `{"Screen": [COLUMNS, ROWS]}` | the screen has this size |
//! | `{"Drawn": {"stuck": BOOL}}` | the screen is drawn; whether nothing has come of the step for a while |
//!
//! An EVENT is an [`event::Event`], a RECORD an [`event::Record`]. Why a lab host is lost is a
//! text, or a message that is told in the language of the screen: `{"message": NAME, "with":
//! {NAME: TEXT OR MESSAGE, …}}`. A CHANGE is one of
//! `{"Fed": TEXT}` (what a program wrote: a character for each byte, U+0000 to U+00FF),
//! `{"Shells": COUNT}`, `"Left"`, `{"Resized": [COLUMNS, ROWS]}`, `"Synced"`, `{"Scrolled":
//! LINES}`, `"Down"`.
//!
//! **What a lab's checks see is written under the names that checks use**: snapshots,
//! outcomes, what the lens saw and overlay details are the types of [`crate::snapshot`] themselves. The language
//! of checks promises their names to the authors of labs, and each of their fields has a
//! default. So it is with the names of panels (`show:` in a lab), of looks and of keys (the
//! settings file). All else that is written has a type of its own here.
//!
//! # What may change
//!
//! A name that was written once keeps its meaning. A field may be added: older programs pass
//! over what they do not know, and a field that is not there has its default. A new moment,
//! event or value of an enumeration raises [`FORMAT`](super::moment::FORMAT), and a program
//! refuses a journal of a later version by its head.
//!
//! Version 2 lacks the event `Saw`: what the lens saw.
//!
//! Version 1 differs in a few places: its frames may have no checksum, why a lab host is lost is
//! always a text, and `State.layers.folds` is an object that was always empty.

/// Makes each of two types from the other: a structure by its fields.
macro_rules! fields {
    ($here:ident = $($there:ident)::+ { $($field:ident),* $(,)? }) => {
        impl From<$($there)::+> for $here {
            fn from(one: $($there)::+) -> Self {
                Self { $($field: one.$field.into()),* }
            }
        }
        impl From<$here> for $($there)::+ {
            fn from(one: $here) -> Self {
                Self { $($field: one.$field.into()),* }
            }
        }
    };
}

/// Makes each of two types from the other: an enumeration by its names. A name that is
/// missing on one side does not compile.
macro_rules! names {
    ($here:ident = $($there:ident)::+ {
        $($name:ident $(($($value:ident),*))? $({$field:ident})?),* $(,)?
    }) => {
        impl From<$($there)::+> for $here {
            fn from(one: $($there)::+) -> Self {
                use $($there)::+ as Told;
                match one {
                    $(Told::$name $(($($value),*))? $({$field})? => {
                        Self::$name $(($($value.into()),*))? $({$field})?
                    })*
                }
            }
        }
        impl From<$here> for $($there)::+ {
            fn from(one: $here) -> Self {
                match one {
                    $($here::$name $(($($value),*))? $({$field})? => {
                        Self::$name $(($($value.into()),*))? $({$field})?
                    })*
                }
            }
        }
    };
}

/// The same of an enumeration of which some values are written as something else.
macro_rules! names_or {
    ($here:ident = $($there:ident)::+ {
        $($name:ident $(($($value:ident),*))?),* $(,)?
    } else $made:ty {
        $($own:ident($inner:ident) => $other:expr),* $(,)?
    }) => {
        impl $here {
            /// How a value is written: as one of these, or as what it is otherwise.
            pub(super) fn told(one: $($there)::+, of: impl FnOnce(Self) -> $made) -> $made {
                use $($there)::+ as Told;
                match one {
                    $(Told::$name $(($($value),*))? => {
                        of(Self::$name $(($($value.into()),*))?)
                    })*
                    $(Told::$own($inner) => $other,)*
                }
            }
        }
        impl From<$here> for $($there)::+ {
            fn from(one: $here) -> Self {
                match one {
                    $($here::$name $(($($value),*))? => {
                        Self::$name $(($($value.into()),*))?
                    })*
                }
            }
        }
    };
}

pub mod event;
pub mod screen;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::journal;
use super::moment::{self, PaneChange};
use crate::config::Look;
use crate::session::{self, Telling};
use crate::snapshot::overlay::Detail;
use event::{Event, Record};
use screen::State;

/// A line behind the head.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Milliseconds since the journal was begun.
    #[serde(default)]
    pub at: u64,
    /// What happened.
    pub moment: Moment,
}

/// A moment, under the names that it is written with.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is a row of the table above")]
pub enum Moment {
    Event {
        #[serde(default)]
        at: u64,
        event: Event,
    },
    Anew(usize, (u16, u16)),
    Resumed(BTreeMap<String, Record>),
    Pane(usize, PaneChange),
    Detail(Option<Detail>),
    State(Box<State>),
    Lived(u64),
    Language(String),
    Look(Option<Look>),
    Screen(u16, u16),
    Drawn {
        #[serde(default)]
        stuck: bool,
    },
}

impl From<&journal::Line> for Line {
    fn from(line: &journal::Line) -> Self {
        Self {
            at: line.at,
            moment: Moment::from(&line.moment),
        }
    }
}

impl From<Line> for journal::Line {
    fn from(line: Line) -> Self {
        Self {
            at: line.at,
            moment: moment::Moment::from(line.moment),
        }
    }
}

impl Moment {
    /// An event of the session; two of them are moments of their own, which have no time.
    fn of_event(at: u64, event: &session::Event) -> Self {
        Event::told(event.clone(), |event| Self::Event { at, event })
    }
}

impl From<&moment::Moment> for Moment {
    fn from(moment: &moment::Moment) -> Self {
        use moment::Moment as Told;
        match moment {
            Told::Event { at, event } => Self::of_event(*at, event),
            Told::Anew(step, size) => Self::Anew(*step, (size.width, size.height)),
            Told::Pane(index, change) => Self::Pane(*index, change.clone()),
            Told::Detail(detail) => Self::Detail(detail.clone()),
            Told::State(state) => Self::State(Box::new(State::from(&**state))),
            Told::Lived(at) => Self::Lived(*at),
            Told::Look(look) => Self::Look(*look),
            Told::Screen(size) => Self::Screen(size.width, size.height),
            Told::Drawn { stuck } => Self::Drawn { stuck: *stuck },
        }
    }
}

impl From<Moment> for moment::Moment {
    fn from(moment: Moment) -> Self {
        match moment {
            Moment::Event { at, event } => Self::Event {
                at,
                event: event.into(),
            },
            Moment::Anew(step, size) => Self::Anew(step, size.into()),
            Moment::Resumed(records) => Self::Event {
                at: 0,
                event: session::Event::Recall(event::read(records)),
            },
            Moment::Pane(index, change) => Self::Pane(index, change),
            Moment::Detail(detail) => Self::Detail(detail),
            Moment::State(state) => Self::State(Box::new((*state).into())),
            Moment::Lived(at) => Self::Lived(at),
            Moment::Language(language) => Self::Event {
                at: 0,
                event: session::Event::Retell(Telling {
                    language,
                    lab: None,
                }),
            },
            Moment::Look(look) => Self::Look(look),
            Moment::Screen(columns, rows) => Self::Screen((columns, rows).into()),
            Moment::Drawn { stuck } => Self::Drawn { stuck },
        }
    }
}

#[cfg(test)]
mod tests;
