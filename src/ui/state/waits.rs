//! What a step waits for: an answer, the person's own hands, a hint.

use super::UiState;
use crate::session::{Phase, Session};

/// Whether the question after the step waits for an answer.
pub(in crate::ui) fn asking(session: &Session, state: &UiState) -> bool {
    let open = session.answered().is_none_or(|(_, right)| !right);
    *session.phase() == Phase::Judged
        && session.step().then_ask.is_some()
        && open
        && !state.declined
}

/// Whether the step is the person's own to do.
pub(in crate::ui) fn by_hand(session: &Session) -> bool {
    let step = session.step();
    !step.is_text() && (step.goal.is_some() || step.script().is_empty())
}

/// Whether the step has hints that are not open.
pub(in crate::ui) fn hints_left(session: &Session) -> bool {
    session.hints_open() < session.step().hints.len()
}
