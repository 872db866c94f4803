//! What a footer's offer is, and those that are the same in every mode.

use crate::ui::command::Command;
use crate::ui::state::{Focus, UiState};
use crate::word;

/// A key, a word for what it does, and the command.
pub(in crate::ui) type Offer = (&'static str, String, Command);

/// What leads out of a shell: the leader, and after it the ways that lead out in every mode.
pub(super) fn out_of_shell(state: &UiState) -> Vec<Offer> {
    if !state.leader {
        return vec![("Ctrl-]", word!("key-leads-out"), Command::Leader)];
    }
    vec![
        ("g", word!("key-guide"), Command::Focus(Focus::Guide)),
        ("Tab", word!("key-next-area"), Command::FocusNext),
    ]
}
