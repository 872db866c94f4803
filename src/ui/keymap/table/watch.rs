//! The keys of who looks at a run of before, or at somebody else's.

use crossterm::event::KeyCode::{
    Char, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Up,
};

use super::study::scroll;
use super::{Binding, Place, Press};
use crate::ui::command::{Command, Watch};
use Press::{Ctrl, Key, Letter};

/// The lines of the table, in the order of the footers.
pub(super) const TABLE: &[Binding] = &[
    Binding::new(Place::Replay, &[Letter(' ')], |_| {
        Some(Command::Watch(Watch::Hold))
    })
    .long("replay-hold"),
    Binding::new(Place::Replay, &[Key(Left), Key(Right)], |at| {
        let back = matches!(at.key, Left | PageUp | Char('p'));
        let watch = if back { Watch::Back } else { Watch::Forward };
        Some(Command::Watch(watch))
    })
    .also(&[Key(PageUp), Letter('p'), Key(PageDown), Letter('n')])
    .long("replay-steps"),
    Binding::new(Place::Replay, &[Letter('+'), Letter('-')], |at| {
        let by = if at.key == Char('-') { -1 } else { 1 };
        Some(Command::Watch(Watch::Faster(by)))
    })
    .also(&[Letter('=')])
    .long("replay-speed"),
    Binding::new(Place::Live, &[Letter('l')], |_| {
        Some(Command::Watch(Watch::Live))
    })
    .also(&[Key(End)])
    .long("replay-to-live"),
    Binding::new(Place::Replay, &[Letter('q')], |_| Some(Command::Quit))
        .also(&[Key(Esc), Ctrl('c')])
        .long("key-leave"),
    Binding::new(Place::Replay, &[Key(Home), Key(End)], |at| {
        let (start, end) = (Command::Watch(Watch::Start), Command::Watch(Watch::End));
        at.either(Home, start, end)
    }),
    Binding::new(Place::Notes, &[Key(PageDown)], |_| Some(Command::Onward))
        .also(&[Key(Right), Key(Enter), Letter('n'), Letter(' ')])
        .long("notes-on"),
    Binding::new(Place::Notes, &[Key(PageUp)], |_| Some(Command::Back))
        .also(&[Key(Left), Letter('p')])
        .long("notes-back"),
    Binding::new(Place::Notes, &[Key(Home)], |_| Some(Command::GoTo(0))).long("notes-first"),
    Binding::new(Place::Notes, &[Key(Up), Key(Down)], scroll).long("notes-scroll"),
    Binding::new(Place::Notes, &[Letter('q')], |_| Some(Command::Quit))
        .also(&[Key(Esc), Ctrl('c')])
        .long("key-leave"),
    Binding::new(Place::Window, &[Press::Leader], |_| Some(Command::Quit)),
];
