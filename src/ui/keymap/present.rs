//! The keys in front of a class, and those of a clicker: most send page keys.

use crossterm::event::{KeyCode, KeyEvent};

use super::offered::{Offer, out_of_shell};
use super::{InShell, anywhere, control, in_shell, led_out, meant, number};
use crate::lab::Action;
use crate::session::{Phase, Session};
use crate::ui::command::Command;
use crate::ui::state::{Focus, Popup, Present, Slide, UiState, shown};
use crate::word;

/// What a key asks for.
pub(super) fn command(
    event: &KeyEvent,
    session: &Session,
    state: &UiState,
    present: &Present,
) -> Option<Command> {
    if let Focus::Shell(actor) = state.focus {
        return Some(match in_shell(event, actor, state) {
            InShell::Asks(command) => command,
            InShell::Led(key) => from_shell(&key).unwrap_or_else(|| led_out(&key, session)),
        });
    }
    // Any key ends these, and does nothing else.
    if present.blank {
        return Some(Command::Blank);
    }
    if present.auto {
        return Some(Command::Auto);
    }
    if control(event) {
        let end = matches!(event.code, KeyCode::Char('c' | 'd' | 'q'));
        return end.then_some(Command::Popup(Popup::Quit));
    }
    let event = meant(event, state)?;
    let jumps = !present.jump.is_empty();
    Some(match event.code {
        KeyCode::Enter if jumps => jump(present, session)?,
        KeyCode::Esc | KeyCode::Backspace if jumps => Command::Jump(None),
        KeyCode::PageDown | KeyCode::Right | KeyCode::Enter => Command::Onward,
        KeyCode::PageUp | KeyCode::Left => Command::Back,
        KeyCode::Up => Command::Scroll(-1),
        KeyCode::Down => Command::Scroll(1),
        KeyCode::Home => Command::GoTo(0),
        KeyCode::End => Command::GoTo(session.lab().steps.len() - 1),
        KeyCode::Tab => shell(session, present),
        KeyCode::Esc => Command::Popup(Popup::Quit),
        KeyCode::Char(letter) => return of_letter(letter, session, state, present),
        _ => return None,
    })
}

fn of_letter(
    letter: char,
    session: &Session,
    state: &UiState,
    present: &Present,
) -> Option<Command> {
    Some(match letter {
        '0'..='9' => return digit(letter, session, state, present),
        ' ' | 'n' => Command::Onward,
        'p' | 'u' => Command::Back,
        'b' | '.' => Command::Blank,
        'a' => Command::Auto,
        'r' => Command::Script,
        's' => Command::Skip,
        _ => return anywhere(letter, session.index()),
    })
}

/// A digit chooses while the question is seen; else it is one of a step's number.
fn digit(digit: char, session: &Session, state: &UiState, present: &Present) -> Option<Command> {
    let ask = session.step().ask.as_ref();
    let asks = *session.phase() == Phase::Predicting
        && shown(session, state.focus, present) == Slide::Question;
    if asks {
        let choices = ask.map_or(0, |ask| ask.choices.len());
        let choice = number(digit).filter(|choice| *choice < choices);
        return choice.map(Command::Predict);
    }
    Some(Command::Jump(Some(digit)))
}

/// To the step whose number was typed; a number that no step has is let go.
fn jump(present: &Present, session: &Session) -> Option<Command> {
    let step = present.jump.parse::<usize>().ok()?.checked_sub(1);
    let step = step.filter(|step| *step < session.lab().steps.len());
    Some(step.map_or(Command::Jump(None), Command::GoTo))
}

/// To the shell that acts, for free typing.
fn shell(session: &Session, present: &Present) -> Command {
    let acts = Some(present.stand.actor.as_str());
    let first = session.step().script().first().map(Action::actor);
    let actor = acts.filter(|actor| !actor.is_empty()).or(first);
    let mut actors = session.lab().actors.iter();
    let index = actors.position(|known| Some(known.name.as_str()) == actor);
    Command::Focus(Focus::Shell(index.unwrap_or(0)))
}

/// The keys that work now, the most useful first.
pub(super) fn offers(session: &Session, state: &UiState, present: &Present) -> Vec<Offer> {
    if let Focus::Shell(_) = state.focus {
        let script = ("r", word!("key-script"), Command::Script);
        let script = state.leader.then_some(script);
        return script.into_iter().chain(out_of_shell(state)).collect();
    }
    if !present.jump.is_empty() {
        return vec![
            ("Enter", word!("key-to-step"), Command::Onward),
            ("Esc", word!("key-not-now"), Command::Jump(None)),
        ];
    }
    if present.auto {
        return vec![("Esc", word!("key-auto-ends"), Command::Auto)];
    }
    let mut offers: Vec<Offer> = vec![("→", word!("key-onward"), Command::Onward)];
    if *session.phase() == Phase::Observing {
        offers = vec![("s", word!("key-skip"), Command::Skip)];
    }
    offers.extend([
        ("←", word!("key-back"), Command::Back),
        ("b", word!("key-blank"), Command::Blank),
        ("a", word!("key-auto"), Command::Auto),
        ("Tab", word!("key-shell"), shell(session, present)),
        ("r", word!("key-script"), Command::Script),
        ("?", word!("key-keys"), Command::Popup(Popup::Help)),
        ("q", word!("key-leave"), Command::Popup(Popup::Quit)),
        ("P", word!("key-ordinary"), Command::Present),
    ]);
    offers
}

/// What else leads out of a shell.
fn from_shell(event: &KeyEvent) -> Option<Command> {
    Some(match event.code {
        KeyCode::Char('r') => Command::Script,
        KeyCode::Char('P') => Command::Present,
        KeyCode::Enter | KeyCode::PageDown | KeyCode::Right => Command::Onward,
        KeyCode::PageUp | KeyCode::Left => Command::Back,
        _ => return None,
    })
}
