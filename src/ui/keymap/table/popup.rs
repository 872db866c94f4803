//! The keys of the popups.

use crossterm::event::KeyCode::{Char, Down, Enter, Esc, PageDown, PageUp, Up};

use super::study::{erase, letter, scroll};
use super::{At, Binding, Place, Press};
use crate::ui::command::Command;
use crate::ui::keymap::question::{Choice, choices};
use crate::ui::state::Popup;
use Press::{Key, Letter};

/// The lines of the table.
pub(super) const TABLE: &[Binding] = &[
    Binding::new(Place::Image, &[Key(Enter)], |at| {
        let path = &at.state().input;
        Some(if path.is_empty() {
            Command::ClosePopup
        } else {
            Command::Image(path.clone())
        })
    }),
    erase(Place::Image),
    letter(Place::Image),
    Binding::new(Place::Steps, &[Key(Enter)], |at| match at.state().popup {
        Some(Popup::Steps { selected }) => Some(Command::GoTo(selected)),
        _ => None,
    }),
    Binding::new(Place::Steps, &[Key(Up), Key(Down)], |at| {
        let up = matches!(at.key, Up | Char('k'));
        Some(Command::Select(if up { -1 } else { 1 }))
    })
    .also(&[Letter('k'), Letter('j')]),
    Binding::new(Place::Typed, &[Key(Enter)], |at| match &at.state().popup {
        Some(Popup::Typed(words)) => Some(Command::Hand(words.clone())),
        _ => None,
    }),
    erase(Place::Typed),
    letter(Place::Typed),
    Binding::new(Place::Question, &[Key(Up), Key(Down)], |at| {
        let (last, chosen) = (answers(at).len().checked_sub(1)?, at.state().choice);
        Some(Command::Choose(match at.key {
            Up => chosen.saturating_sub(1),
            _ => (chosen + 1).min(last),
        }))
    }),
    Binding::new(Place::Question, &[Key(Enter)], |at| {
        let mut answers = answers(at).into_iter();
        answers.nth(at.state().choice).map(|answer| answer.command)
    }),
    Binding::new(Place::Strange, &[Key(Esc)], |_| Some(Command::Leave)),
    Binding::new(Place::Reading, &[Key(Enter)], close),
    Binding::new(Place::Reading, &[Letter('q'), Letter('?')], close),
    Binding::new(Place::Steps, &[Letter('q')], close),
    Binding::new(Place::Closing, &[Key(Esc)], close),
    Binding::new(
        Place::Scrolling,
        &[Key(Up), Key(Down), Key(PageUp), Key(PageDown)],
        scroll,
    ),
];

#[allow(
    clippy::unnecessary_wraps,
    reason = "a line of the table may ask for nothing"
)]
fn close(_: &At<'_>) -> Option<Command> {
    Some(Command::ClosePopup)
}

/// The answers to the question that is open.
fn answers(at: &At<'_>) -> Vec<Choice> {
    let popup = at.state().popup.as_ref();
    popup.map_or_else(Vec::new, |popup| choices(popup, &at.context))
}
