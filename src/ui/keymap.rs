//! Which key asks for what, now. The keys stand in `table`; the footer, the help and the
//! README read it, too.

mod offer;
mod present;
mod press;
mod question;
mod silent;
pub mod table;

pub(super) use offer::{Offer, offers};
pub use press::Press;
pub(super) use question::choices;
pub use silent::{leaves_question, led_nowhere, said, why};

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::command::Command;
use super::state::{Focus, Mode, Popup, UiState, asking, by_hand, hints_left};
use crate::lab::PanelName;
use crate::session::{Phase, Session};
use crate::word;
use press::has_modifier;
use table::Place;

/// How many lines a page key scrolls.
const PAGE: i32 = 8;

/// What decides the meaning of a key.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The state of the screen.
    pub state: &'a UiState,
    /// The run; `None` in the catalog.
    pub session: Option<&'a Session>,
}

impl<'a> Context<'a> {
    /// In the catalog.
    pub fn catalogue(state: &'a UiState) -> Self {
        Self {
            state,
            session: None,
        }
    }

    /// In a lab.
    pub fn lab(session: &'a Session, state: &'a UiState) -> Self {
        Self {
            state,
            session: Some(session),
        }
    }

    /// Whether letters go into an input line.
    pub fn types(&self) -> bool {
        match (&self.state.popup, self.session) {
            (Some(popup), _) => matches!(popup, Popup::Image | Popup::Typed(_)),
            (None, None) => self.state.search.typing,
            (None, Some(session)) => match (self.state.focus, &self.state.mode) {
                (Focus::Guide, Mode::Study) => asking(session, self.state),
                // Nobody answers in front of a class.
                (Focus::Guide, Mode::Present(_)) | (Focus::Shell(_), _) => false,
                (Focus::Panel, _) => self.state.layers.filtering,
            },
        }
    }
}

/// What a key asks for.
pub fn command(event: &KeyEvent, context: &Context<'_>) -> Option<Command> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let asked = table::ask(&places(context), event, context);
    if let Some(popup) = &context.state.popup {
        let closes = popup.is_question().then_some(Command::ClosePopup);
        return asked.or(closes);
    }
    if context.session.is_none() {
        return asked;
    }
    match (context.state.focus, &context.state.mode) {
        _ if context.state.leader => asked.or(Some(Command::LeaderOff)),
        (Focus::Shell(actor), _) => asked.or(Some(Command::ToShell(actor, *event))),
        // Any key ends these, and does nothing else.
        (_, Mode::Present(present)) if present.blank => Some(Command::Blank),
        (_, Mode::Present(present)) if present.auto => Some(Command::Auto),
        (_, Mode::Present(_) | Mode::Study) => asked,
    }
}

/// Whether a key is a letter that asks for something where a person may believe to be in a shell.
pub fn may_be_typed(event: &KeyEvent, context: &Context<'_>) -> bool {
    let KeyCode::Char(letter) = event.code else {
        return false;
    };
    let state = context.state;
    let elsewhere = state.popup.is_some() || state.leader || context.types();
    let in_shell = context.session.is_some() && matches!(state.focus, Focus::Shell(_));
    // In front of a class digits are the number of a step, and some letters turn pages.
    let turns = || {
        matches!(
            command(event, context),
            Some(Command::Onward | Command::Back)
        )
    };
    let leads = state.mode.present().is_some() && (letter.is_ascii_digit() || turns());
    !has_modifier(event) && !elsewhere && !in_shell && !leads
}

/// What a key asks for where a run of before is watched, or one that goes on meanwhile.
pub fn watched(event: &KeyEvent, follows: bool) -> Option<Command> {
    let places: &[Place] = if follows {
        &[Place::Live, Place::Replay]
    } else {
        &[Place::Replay]
    };
    beside(places, event)
}

/// What a key asks for beside a run that somebody else leads: in the notes, or in the window
/// of a shell.
pub fn beside(places: &[Place], event: &KeyEvent) -> Option<Command> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let state = UiState::default();
    table::ask(places, event, &Context::catalogue(&state))
}

/// The keys of some places and what they do, in a row.
pub(super) fn shown(places: &[Place]) -> String {
    let lines = table::bindings()
        .filter(|binding| places.contains(&binding.place) && !binding.long.is_empty());
    let words = lines.map(|line| format!("{} {}", told(&line.label()), word::tell(line.long, &[])));
    words.collect::<Vec<_>>().join(" · ")
}

/// The names of keys, in the language of the person.
fn told(label: &str) -> String {
    label.replace("Space", &word!("key-space"))
}

/// Where a key is pressed now; what the first place does not know, the next may.
pub fn places(context: &Context<'_>) -> Vec<Place> {
    let state = context.state;
    if let Some(popup) = &state.popup {
        return in_popup(popup);
    }
    let Some(session) = context.session else {
        return if state.search.typing {
            vec![Place::Search, Place::Catalog]
        } else {
            vec![Place::Catalog]
        };
    };
    match &state.mode {
        Mode::Study => in_study(session, state),
        Mode::Present(_) => in_class(state),
    }
}

/// Where a key is pressed while a popup is open.
fn in_popup(popup: &Popup) -> Vec<Place> {
    match popup {
        // A lab from elsewhere is not closed: it is agreed to, or left.
        Popup::Strange(..) => vec![Place::Strange, Place::Question, Place::Scrolling],
        Popup::Image | Popup::Typed(_) => vec![Place::of(popup), Place::Closing],
        popup => vec![Place::of(popup), Place::Closing, Place::Scrolling],
    }
}

/// Where a key is pressed by one person who reads.
fn in_study(session: &Session, state: &UiState) -> Vec<Place> {
    match state.focus {
        _ if state.leader => vec![Place::Led],
        Focus::Shell(_) => vec![Place::Shell],
        Focus::Guide if asking(session, state) => vec![Place::Answer, Place::Guide],
        Focus::Guide => vec![Place::Guide],
        Focus::Panel if state.panel == PanelName::Mount => {
            vec![Place::Panel, Place::Mounts, Place::Guide]
        }
        Focus::Panel if state.panel != PanelName::Overlay => vec![Place::Panel, Place::Guide],
        Focus::Panel if state.layers.filtering => vec![Place::Filter, Place::Guide],
        Focus::Panel => vec![Place::Panel, Place::Layers, Place::Guide],
    }
}

/// Where a key is pressed in front of a class.
fn in_class(state: &UiState) -> Vec<Place> {
    match state.focus {
        _ if state.leader => vec![Place::LedInClass, Place::Led],
        Focus::Shell(_) => vec![Place::Shell],
        Focus::Guide | Focus::Panel => vec![Place::Class],
    }
}

/// From 0.
fn number(digit: char) -> Option<usize> {
    let number = usize::try_from(digit.to_digit(10)?).ok()?;
    number.checked_sub(1)
}

/// To the shell with this number.
fn shell_of(digit: char, session: &Session) -> Option<Command> {
    let index = number(digit).filter(|index| *index < session.lab().actors.len())?;
    Some(Command::Focus(Focus::Shell(index)))
}

/// The panel with this number.
fn panel(digit: char) -> Option<Command> {
    PanelName::of_key(digit).map(Command::Panel)
}

/// The choice with this number, while the question before the step is open.
fn predicted(digit: char, session: &Session) -> Option<Command> {
    if *session.phase() != Phase::Predicting {
        return None;
    }
    let ask = session.step().ask.as_ref();
    let choices = ask.map_or(0, |ask| ask.choices.len());
    let choice = number(digit).filter(|choice| *choice < choices);
    choice.map(Command::Predict)
}

/// What Enter asks for: whatever leads on.
pub fn on(session: &Session) -> Option<Command> {
    match session.phase() {
        Phase::Briefing | Phase::Predicting if session.step().is_text() => Some(Command::Next),
        Phase::Briefing | Phase::Predicting | Phase::Observing if by_hand(session) => {
            Some(own(session))
        }
        Phase::Briefing | Phase::Predicting | Phase::Observing => Some(Command::Run),
        Phase::Judged => Some(Command::Next),
        Phase::Finished => Some(Command::Leave),
        Phase::Lost { .. } => Some(Command::Rebuild),
        Phase::Applying { .. } | Phase::Rewinding { .. } => None,
    }
}

/// Says that the person has to do the step.
fn own(session: &Session) -> Command {
    let then = if hints_left(session) {
        word!("then-hint")
    } else {
        word!("then-line")
    };
    Command::Popup(Popup::Message(word!("own-step", then = then)))
}
