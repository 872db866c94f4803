//! Why a key does nothing now, and what is said where it does less than one may expect: no key is
//! silent.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::press::{has_modifier, meant};
use super::{Context, number};
use crate::config::KeyName;
use crate::session::{Phase, Session, sentence};
use crate::ui::command::Command;
use crate::ui::state::{Focus, Mode, asking, hints_left};
use crate::word;

/// Why a key that asks for nothing does so, in words for the footer.
pub fn why(event: &KeyEvent, context: &Context<'_>) -> Option<String> {
    let state = context.state;
    let is_elsewhere = state.popup.is_some() || context.types() || state.mode.present().is_some();
    if event.kind == KeyEventKind::Release || is_elsewhere {
        return None;
    }
    let KeyCode::Char(letter) = event.code else {
        return None;
    };
    let own = meant(event, &state.keys).map(|event| event.code);
    let is = |name: KeyName| own == Some(KeyCode::Char(name.letter()));
    match context.session {
        _ if has_modifier(event) => None,
        Some(session) if is(KeyName::Back) && session.index() == 0 => Some(word!("say-first-step")),
        Some(_) if is(KeyName::Skip) => Some(word!("say-at-the-end")),
        Some(_) if letter == 'e' => Some(word!("say-export-later")),
        Some(session) if letter.is_ascii_digit() => Some(digit(letter, session, context)),
        _ => Some(word!("say-no-key", key = letter.to_string())),
    }
}

/// Why a digit is neither an answer nor a shell.
fn digit(letter: char, session: &Session, context: &Context<'_>) -> String {
    let ask = session.step().ask.as_ref();
    match ask.filter(|_| *session.phase() == Phase::Predicting) {
        Some(ask) if !context.state.leader => word!("say-answers", count = ask.choices.len()),
        _ => word!("say-no-shell", number = letter.to_string()),
    }
}

/// What is said of a key after the leader that means nothing.
pub fn led_nowhere(event: &KeyEvent, context: &Context<'_>) -> Option<String> {
    let KeyCode::Char(letter) = event.code else {
        return None;
    };
    let session = context.session?;
    let count = session.lab().actors.len();
    Some(match number(letter) {
        Some(index) if index >= count => word!("say-no-shell", number = letter.to_string()),
        _ => word!("say-no-key-led", key = letter.to_string()),
    })
}

/// What is said of a command that changes less than one may expect.
pub fn said(command: &Command, context: &Context<'_>) -> Option<String> {
    let session = context.session?;
    let phase = session.phase();
    let is_open = phase.is_open() && !session.step().is_text();
    match (command, phase) {
        (Command::Next | Command::Show | Command::Run, Phase::Applying { .. }) => {
            Some(word!("say-running"))
        }
        (Command::Next | Command::Show | Command::Run, Phase::Rewinding { .. }) => {
            Some(word!("say-building"))
        }
        (Command::Show | Command::Run | Command::Next, Phase::Predicting)
            if is_open || *command != Command::Next =>
        {
            let choices = session
                .step()
                .ask
                .as_ref()
                .map_or(0, |ask| ask.choices.len());
            Some(word!("say-answer-first", count = choices))
        }
        (Command::Next, _) if is_open => Some(word!("say-not-done")),
        (Command::Next, Phase::Judged) if leaves_question(command, context) => {
            Some(word!("say-question-left"))
        }
        (Command::Show, Phase::Judged | Phase::Finished) => Some(word!("say-done-already")),
        (Command::Run, Phase::Observing) => still_open(session),
        (Command::Hint, _) if !hints_left(session) => Some(word!("say-no-hint")),
        _ => None,
    }
}

/// What a step waits for whose lines were all run.
fn still_open(session: &Session) -> Option<String> {
    let checks = session.step().checks.iter().zip(session.verdicts());
    let mut open = checks.filter(|(_, verdict)| !verdict.holds);
    let (check, _) = open.next().filter(|_| session.has_run_all())?;
    Some(word!("say-waits", what = &sentence(check, false)))
}

/// Whether the question after the step is left open by a command that goes on, where the question
/// has not the focus: it is told first.
pub fn leaves_question(command: &Command, context: &Context<'_>) -> bool {
    let state = context.state;
    let is_away = state.focus != Focus::Guide && state.mode == Mode::Study;
    let asks = context
        .session
        .is_some_and(|session| asking(session, state));
    *command == Command::Next && asks && is_away
}
