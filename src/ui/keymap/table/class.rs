//! The keys in front of a class, and those of a clicker: most send page keys.

use crossterm::event::KeyCode::{
    Backspace, Char, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up,
};

use super::super::present::{digit, jump, shell};
use super::study::{card, help, language, leader, leave, look, scroll, steps, words};
use super::{At, Binding, Place, Press};
use crate::config::KeyName;
use crate::ui::command::Command;
use crate::ui::state::Popup;
use Press::{Ctrl, Digits, Key, Letter, Own};

/// The lines of the table.
pub(super) const TABLE: &[Binding] = &[
    Binding::new(
        Place::Class,
        &[Key(Right), Key(PageDown), Letter(' ')],
        |at| match at.key {
            Enter if jumps(at) => None,
            _ => Some(Command::Onward),
        },
    )
    .also(&[Key(Enter), Letter('n')])
    .short(&["key-onward"])
    .long("help-onward"),
    Binding::new(Place::Class, &[Key(Left), Key(PageUp), Letter('p')], |_| {
        Some(Command::Back)
    })
    .also(&[Letter('u')])
    .short(&["key-back"])
    .long("help-present-back"),
    Binding::new(Place::Class, &[Digits('1', '9'), Key(Enter)], |at| {
        let (session, state) = (at.session()?, at.state());
        let present = state.mode.present()?;
        match at.key {
            Char(letter) => digit(letter, session, state, present),
            _ => jump(present, session).filter(|_| jumps(at)),
        }
    })
    .also(&[Digits('0', '0')])
    .long("help-present-jump"),
    steps(Place::Class),
    Binding::new(Place::Class, &[Key(Home), Key(End)], |at| {
        let last = at.session()?.lab().steps.len() - 1;
        at.either(Home, Command::GoTo(0), Command::GoTo(last))
    })
    .long("help-present-ends"),
    Binding::new(Place::Class, &[Letter('b'), Letter('.')], |_| {
        Some(Command::Blank)
    })
    .short(&["key-blank"])
    .long("help-blank"),
    Binding::new(Place::Class, &[Letter('a')], |_| Some(Command::Auto))
        .short(&["key-auto"])
        .long("help-auto"),
    Binding::new(Place::Class, &[Key(Tab)], |at| {
        Some(shell(at.session()?, at.state().mode.present()?))
    })
    .short(&["key-shell"])
    .long("help-free"),
    Binding::new(Place::Class, &[Letter('r')], |_| Some(Command::Script))
        .short(&["key-script"])
        .long("help-script"),
    Binding::new(Place::Class, &[Own(KeyName::Skip)], |_| Some(Command::Skip))
        .short(&["key-skip"])
        .long("help-skip"),
    Binding::new(Place::Class, &[Key(Up), Key(Down)], scroll).long("help-scroll"),
    Binding::new(Place::Class, &[Own(KeyName::Present)], |_| {
        Some(Command::Present)
    })
    .short(&["key-ordinary"])
    .long("help-ordinary"),
    language(Place::Class),
    look(Place::Class),
    leave(Place::Class).also(&[Ctrl('c'), Ctrl('d'), Ctrl('q')]),
    Binding::new(Place::Class, &[Key(Esc)], |at| {
        Some(if jumps(at) {
            Command::Jump(None)
        } else {
            Command::Popup(Popup::Quit)
        })
    }),
    Binding::new(Place::Class, &[Key(Backspace)], |at| {
        jumps(at).then_some(Command::Jump(None))
    }),
    leader(Place::Class),
    words(Place::Class),
    card(Place::Class),
    help(Place::Class),
    Binding::new(Place::LedInClass, &[Letter('r')], |_| Some(Command::Script))
        .short(&["key-script"]),
    Binding::new(Place::LedInClass, &[Own(KeyName::Present)], |_| {
        Some(Command::Present)
    }),
    Binding::new(
        Place::LedInClass,
        &[Key(Enter), Key(PageDown), Key(Right)],
        |_| Some(Command::Onward),
    ),
    Binding::new(Place::LedInClass, &[Key(PageUp), Key(Left)], |_| {
        Some(Command::Back)
    }),
];

/// Whether the number of a step is being typed.
fn jumps(at: &At<'_>) -> bool {
    let present = at.state().mode.present();
    present.is_some_and(|present| !present.jump.is_empty())
}
