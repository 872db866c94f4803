//! The keys of the popups.

use crossterm::event::KeyCode::{Char, Down, Enter, Esc, PageDown, PageUp, Up};

use super::study::{erase, letter, scroll};
use super::{At, Binding, Place, Press};
use crate::session::Scope;
use crate::ui::command::Command;
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
    Binding::new(Place::StartOver, &[Letter('s')], |_| {
        Some(Command::StartOver(Scope::Step))
    }),
    Binding::new(Place::StartOver, &[Letter('l')], |_| {
        Some(Command::StartOver(Scope::Lab))
    }),
    Binding::new(Place::StartOver, &[Letter('a')], |_| {
        Some(Command::Popup(Popup::ForgetAll))
    }),
    Binding::new(Place::ForgetAll, &[Letter('y')], |_| {
        Some(Command::ForgetAll)
    }),
    Binding::new(Place::ForgetAll, &[Letter('n')], close),
    Binding::new(Place::Install, &[Letter('y')], |at| {
        let known = at.state().absent.install.is_some();
        known.then_some(Command::Install)
    }),
    Binding::new(Place::Install, &[Letter('n')], close),
    Binding::new(Place::Resumed, &[Letter('l')], |_| {
        Some(Command::StartOver(Scope::Lab))
    }),
    Binding::new(Place::Resumed, &[Key(Enter)], close),
    Binding::new(Place::Quit, &[Key(Enter), Letter('y')], |at| {
        Some(match at.session() {
            Some(_) => Command::Leave,
            None => Command::Quit,
        })
    }),
    Binding::new(Place::Quit, &[Letter('n')], close),
    Binding::new(Place::Strange, &[Key(Enter), Letter('y')], agreed),
    Binding::new(
        Place::Strange,
        &[Key(Esc), Letter('n'), Letter('q')],
        |_| Some(Command::Leave),
    ),
    Binding::new(Place::Reading, &[Key(Enter)], close),
    Binding::new(Place::Closing, &[Key(Esc), Letter('q'), Letter('?')], close),
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

/// A lab from elsewhere may be played, from a step.
fn agreed(at: &At<'_>) -> Option<Command> {
    match at.state().popup {
        Some(Popup::Strange(_, 0)) => Some(Command::ClosePopup),
        Some(Popup::Strange(_, start)) => Some(Command::GoTo(start)),
        _ => None,
    }
}
