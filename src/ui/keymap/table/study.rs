//! The keys of the catalog and of a lab.

use crossterm::event::KeyCode::{
    BackTab, Backspace, Char, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up,
};

use super::super::{on, own, panel, predicted, shell_of};
use super::{At, Binding, Place, Press};
use crate::config::KeyName;
use crate::session::Phase;
use crate::ui::command::Command;
use crate::ui::keymap::PAGE;
use crate::ui::panel::folds_mounts;
use crate::ui::state::{Focus, Popup, by_hand, hints_left};
use Press::{Any, Ctrl, Digits, Key, Letter, Own, Shift};

/// The lines of the table.
pub(super) const TABLE: &[Binding] = &[
    // The catalog.
    Binding::new(Place::Catalog, &[Key(Up), Key(Down)], select)
        .also(&[
            Letter('k'),
            Letter('j'),
            Key(PageUp),
            Key(PageDown),
            Key(Home),
            Key(End),
        ])
        .short(&["key-up", "key-down"])
        .long("help-select-lab"),
    Binding::new(Place::Catalog, &[Key(Enter)], |at| {
        Some(Command::OpenLab(at.state().selected))
    })
    .short(&["key-open"])
    .long("help-open-it"),
    Binding::new(Place::Catalog, &[Letter('/')], |_| {
        Some(Command::Search(true))
    })
    .short(&["key-search"])
    .long("help-search"),
    Binding::new(Place::Catalog, &[Letter('i')], |at| {
        let lacking = !at.state().absent.programs.is_empty();
        lacking.then_some(Command::Popup(Popup::Install))
    })
    .short(&["key-install"])
    .long("help-install"),
    language(Place::Catalog).short(&["key-language"]),
    look(Place::Catalog),
    Binding::new(Place::Catalog, &[Own(KeyName::StartOver)], |_| {
        Some(Command::Popup(Popup::ForgetAll))
    })
    .long("help-over-all"),
    Binding::new(Place::Catalog, &[Own(KeyName::Quit)], |_| {
        Some(Command::Quit)
    })
    .also(&[Ctrl('c')])
    .short(&["key-quit"])
    .long("help-end"),
    help(Place::Catalog),
    Binding::new(Place::Catalog, &[Key(Esc)], |at| {
        let found = !at.state().search.words.is_empty();
        found.then_some(Command::InputLeave)
    })
    .short(&["key-all-labs"]),
    Binding::new(Place::Search, &[Key(Enter)], |_| {
        Some(Command::Search(false))
    })
    .short(&["key-search"]),
    leave_input(Place::Search).short(&["key-all-labs"]),
    erase(Place::Search),
    letter(Place::Search),
    // The guide.
    Binding::new(Place::Guide, &[Key(Enter)], |at| on(at.session()?))
        .short(&["key-run"])
        .long("help-enter"),
    Binding::new(Place::Guide, &[Own(KeyName::Type)], |at| {
        let session = at.session()?;
        let waits = by_hand(session) && hints_left(session);
        Some(if waits { own(session) } else { Command::Show })
    })
    .short(&["key-type"])
    .long("help-t"),
    Binding::new(Place::Guide, &[Digits('1', '4')], |at| {
        predicted(at.letter()?, at.session()?)
    })
    .long("help-choose"),
    Binding::new(Place::Guide, &[Own(KeyName::Hint)], |_| Some(Command::Hint))
        .short(&["key-hint"])
        .long("help-hint"),
    Binding::new(Place::Guide, &[Own(KeyName::Next)], |_| Some(Command::Next))
        .short(&["key-next"])
        .long("help-next"),
    Binding::new(Place::Guide, &[Own(KeyName::Back)], |at| {
        let before = at.session()?.index() > 0;
        before.then_some(Command::Popup(Popup::Back))
    })
    .short(&["key-back"])
    .long("help-back"),
    Binding::new(Place::Guide, &[Own(KeyName::Skip)], |at| {
        match at.session()?.phase() {
            // What is done is not passed over: this goes on.
            Phase::Judged => Some(Command::Next),
            Phase::Finished => None,
            _ => Some(Command::Popup(Popup::Skip)),
        }
    })
    .short(&["key-skip"])
    .long("help-skip"),
    steps(Place::Guide),
    words(Place::Guide).long("help-words"),
    card(Place::Guide).long("help-card"),
    changes(Place::Guide).long("help-changes"),
    lens(Place::Guide).long("help-lens"),
    Binding::new(Place::Guide, &[Own(KeyName::StartOver)], |_| {
        Some(Command::Popup(Popup::StartOver))
    })
    .short(&["key-start-over"])
    .long("help-over"),
    Binding::new(Place::Guide, &[Own(KeyName::Rebuild)], |at| {
        // Of a lab host that is gone nothing is lost.
        Some(match at.session()?.phase() {
            Phase::Lost { .. } => Command::Rebuild,
            _ => Command::Popup(Popup::Rebuild),
        })
    })
    .short(&["key-rebuild"])
    .long("help-rebuild"),
    Binding::new(Place::Guide, &[Key(Tab)], turn)
        .also(&[Key(BackTab)])
        .short(&["key-focus"])
        .long("help-tab"),
    Binding::new(Place::Guide, &[Digits('0', '9')], |at| {
        let asks = *at.session()?.phase() == Phase::Predicting;
        let digit = at.letter()?;
        // While a question is open, 1 to 4 answer it.
        panel(digit).filter(|_| !asks || !('1'..='4').contains(&digit))
    })
    .long("help-panel"),
    Binding::new(
        Place::Layers,
        &[Key(Up), Key(Down), Key(Left), Key(Right), Letter('/')],
        |at| {
            Some(match at.key {
                Up => Command::Select(-1),
                Down => Command::Select(1),
                Char(_) => Command::Filter(true),
                key => Command::Fold(key == Right),
            })
        },
    )
    .short(&["key-up", "key-down", "key-fold", "key-unfold", "key-filter"])
    .long("help-layers"),
    Binding::new(Place::Mounts, &[Key(Left), Key(Right)], |at| {
        let open = at.key == Right;
        let turns = at.state().mounts_open != open && folds_mounts(at.session()?);
        turns.then_some(Command::HostMounts(open))
    })
    .short(&["key-fold", "key-unfold"])
    .long("help-mounts"),
    zoom(Place::Guide).long("help-zoom"),
    Binding::new(Place::Guide, &[Own(KeyName::Present)], |_| {
        Some(Command::Present)
    })
    .long("help-present"),
    Binding::new(
        Place::Guide,
        &[Letter('<'), Letter('>'), Letter('-'), Letter('+')],
        |at| {
            Some(match at.letter()? {
                '<' => Command::Widen(-4),
                '>' => Command::Widen(4),
                '-' => Command::Heighten(-2),
                _ => Command::Heighten(2),
            })
        },
    )
    .also(&[Letter('=')])
    .long("help-split"),
    Binding::new(
        Place::Guide,
        &[Key(Up), Key(Down), Key(PageUp), Key(PageDown)],
        scroll,
    )
    .also(&[Letter(' '), Key(Home), Key(End)])
    .long("help-scroll"),
    language(Place::Guide),
    look(Place::Guide),
    Binding::new(Place::Guide, &[Letter('e')], |at| {
        let over = *at.session()?.phase() == Phase::Finished;
        over.then_some(Command::Export)
    })
    .short(&["key-export"])
    .long("help-export"),
    leave(Place::Guide).also(&[Ctrl('c'), Ctrl('d'), Ctrl('q')]),
    help(Place::Guide),
    Binding::new(Place::Answer, &[Key(Enter)], |at| {
        let input = &at.state().input;
        (!input.trim().is_empty()).then(|| Command::Answer(input.clone()))
    })
    .short(&["key-answer"]),
    leave_input(Place::Answer).short(&["key-not-now"]),
    erase(Place::Answer),
    letter(Place::Answer),
    // The panel.
    Binding::new(Place::Panel, &[Digits('0', '9')], |at| panel(at.letter()?)),
    Binding::new(Place::Filter, &[Key(Enter)], |_| {
        Some(Command::Filter(false))
    })
    .short(&["key-filter"]),
    leave_input(Place::Filter).short(&["key-all-names"]),
    erase(Place::Filter),
    letter(Place::Filter),
    // The leader, and the shells.
    leader(Place::Guide),
    leader(Place::Shell).short(&["key-leads-out"]),
    Binding::new(Place::Shell, &[Shift(PageUp), Shift(PageDown)], scroll),
    Binding::new(Place::Led, &[Own(KeyName::Steps)], |_| {
        Some(Command::Focus(Focus::Guide))
    })
    .short(&["key-guide"])
    .long("help-to-guide"),
    Binding::new(Place::Led, &[Key(Tab)], turn)
        .also(&[Key(BackTab)])
        .short(&["key-next-area"])
        .long("help-to-next"),
    Binding::new(Place::Led, &[Digits('1', '9')], |at| {
        shell_of(at.letter()?, at.session()?)
    })
    .long("help-to-shell"),
    Binding::new(Place::Led, &[Key(Enter)], |at| on(at.session()?))
        .short(&["key-run"])
        .long("help-shell-run"),
    Binding::new(Place::Led, &[Own(KeyName::Hint)], |_| Some(Command::Hint))
        .short(&["key-hint"])
        .long("help-shell-hint"),
    zoom(Place::Led).long("help-shell-zoom"),
    lens(Place::Led).long("help-shell-lens"),
    Binding::new(
        Place::Led,
        &[Key(PageUp), Key(PageDown), Key(Home), Key(End)],
        scroll,
    )
    .long("help-shell-scroll"),
    changes(Place::Led),
    leave(Place::Led),
    Binding::new(Place::Led, &[Press::Leader], |at| match at.state().focus {
        Focus::Shell(actor) => Some(Command::ToShell(actor, at.event)),
        Focus::Guide | Focus::Panel => None,
    })
    .long("help-send"),
    Binding::new(Place::Led, &[Own(KeyName::Type)], |_| Some(Command::Show)).short(&["key-type"]),
    help(Place::Led),
];

#[allow(
    clippy::unnecessary_wraps,
    reason = "a line of the table may ask for nothing"
)]
fn select(at: &At<'_>) -> Option<Command> {
    Some(match at.key {
        Up | Char('k') => Command::Select(-1),
        PageUp => Command::Select(-PAGE),
        PageDown => Command::Select(PAGE),
        Home => Command::SelectRow(0),
        End => Command::Select(i32::MAX),
        _ => Command::Select(1),
    })
}

/// Scrolls by lines, by pages, and to the ends.
#[allow(
    clippy::unnecessary_wraps,
    reason = "a line of the table may ask for nothing"
)]
pub(super) fn scroll(at: &At<'_>) -> Option<Command> {
    Some(Command::Scroll(match at.key {
        Up => -1,
        Down => 1,
        PageUp => -PAGE,
        Home => -i32::MAX,
        End => i32::MAX,
        _ => PAGE,
    }))
}

fn turn(at: &At<'_>) -> Option<Command> {
    at.either(Tab, Command::FocusNext, Command::FocusPrevious)
}

/// The next language.
pub(super) const fn language(place: Place) -> Binding {
    Binding::new(place, &[Own(KeyName::Language)], |_| {
        Some(Command::Language)
    })
    .long("help-language")
}

/// Other colours.
pub(super) const fn look(place: Place) -> Binding {
    Binding::new(place, &[Own(KeyName::Look)], |_| Some(Command::Look)).long("help-look")
}

/// The keys.
pub(super) const fn help(place: Place) -> Binding {
    Binding::new(place, &[Own(KeyName::Help)], |_| {
        Some(Command::Popup(Popup::Help))
    })
    .short(&["key-keys"])
}

/// The list of steps.
pub(super) const fn steps(place: Place) -> Binding {
    Binding::new(place, &[Own(KeyName::Steps)], |at| {
        let selected = at.session()?.index();
        Some(Command::Popup(Popup::Steps { selected }))
    })
    .long("help-list")
}

/// The terms of the step.
pub(super) const fn words(place: Place) -> Binding {
    Binding::new(place, &[Own(KeyName::Words)], |_| {
        Some(Command::Popup(Popup::Words))
    })
}

/// The verbs and the calls of the step.
pub(super) const fn card(place: Place) -> Binding {
    Binding::new(place, &[Own(KeyName::Card)], |_| {
        Some(Command::Popup(Popup::Card))
    })
}

/// All that changed since the step began.
const fn changes(place: Place) -> Binding {
    Binding::new(place, &[Own(KeyName::Changes)], |_| {
        Some(Command::Popup(Popup::Changes))
    })
}

/// More, nothing, or a few of the calls that typed lines make.
const fn lens(place: Place) -> Binding {
    Binding::new(place, &[Own(KeyName::Lens)], |_| Some(Command::Lens))
}

/// Leaving the lab.
pub(super) const fn leave(place: Place) -> Binding {
    Binding::new(place, &[Own(KeyName::Quit)], |_| {
        Some(Command::Popup(Popup::Quit))
    })
    .short(&["key-leave"])
    .long("help-leave")
}

/// What makes the next key one for isolab, in every area.
pub(super) const fn leader(place: Place) -> Binding {
    Binding::new(place, &[Press::Leader], |_| Some(Command::Leader))
}

const fn zoom(place: Place) -> Binding {
    Binding::new(place, &[Own(KeyName::Zoom)], |_| Some(Command::Zoom)).short(&["key-zoom"])
}

const fn leave_input(place: Place) -> Binding {
    Binding::new(place, &[Key(Esc)], |_| Some(Command::InputLeave))
}

/// Takes back a letter of a line.
pub(super) const fn erase(place: Place) -> Binding {
    Binding::new(place, &[Key(Backspace)], |_| Some(Command::InputErase))
}

/// A letter of a line.
pub(super) const fn letter(place: Place) -> Binding {
    Binding::new(place, &[Any], |at| at.letter().map(Command::Input))
}
