//! What digits and Tab ask for in front of a class.

use super::number;
use crate::lab::Action;
use crate::session::{Phase, Session};
use crate::ui::command::Command;
use crate::ui::state::{Focus, Present, Slide, UiState, shown};

/// A digit chooses an answer while the question is shown; otherwise it belongs to the number of a
/// step.
pub(super) fn digit(
    digit: char,
    session: &Session,
    state: &UiState,
    present: &Present,
) -> Option<Command> {
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

/// Goes to the step whose number was typed; a number without a step is erased.
pub(super) fn jump(present: &Present, session: &Session) -> Option<Command> {
    let typed = present.jump.parse::<usize>().ok()?.checked_sub(1);
    let step = typed.filter(|step| *step < session.lab().steps.len());
    Some(step.map_or(Command::Jump(None), Command::GoTo))
}

/// Goes to the shell that acts, to type there freely.
pub(super) fn shell(session: &Session, present: &Present) -> Command {
    let acts = Some(present.stand.actor.as_str());
    let first = session.step().script().first().map(Action::actor);
    let actor = acts.filter(|actor| !actor.is_empty()).or(first);
    let mut actors = session.lab().actors.iter();
    let index = actors.position(|known| Some(known.name.as_str()) == actor);
    Command::Focus(Focus::Shell(index.unwrap_or(0)))
}
