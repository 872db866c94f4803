//! The answers to the questions that popups ask. One of them is selected with the arrows and given
//! with Enter: no letter does anything that cannot be undone.

use super::Context;
use crate::session::Scope;
use crate::ui::command::Command;
use crate::ui::state::Popup;
use crate::word;

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct Choice {
    /// What happens, and what is lost by it.
    pub(in crate::ui) words: String,
    /// What it asks for.
    pub(in crate::ui) command: Command,
}

impl Choice {
    fn new(words: String, command: Command) -> Self {
        Self { words, command }
    }

    /// Nothing happens.
    fn none(words: String) -> Self {
        Self::new(words, Command::ClosePopup)
    }
}

/// The answers to the question of a popup, the harmless or usual one first; none if it asks
/// nothing.
pub(in crate::ui) fn choices(popup: &Popup, context: &Context<'_>) -> Vec<Choice> {
    match popup {
        Popup::StartOver => vec![
            Choice::none(word!("over-nothing")),
            Choice::new(word!("over-step"), Command::StartOver(Scope::Step)),
            Choice::new(word!("over-lab"), Command::StartOver(Scope::Lab)),
        ],
        Popup::Back => vec![
            Choice::new(word!("back-yes"), Command::Back),
            Choice::none(word!("stay-here")),
        ],
        Popup::Skip => vec![
            Choice::new(word!("skip-yes"), Command::Skip),
            Choice::none(word!("stay-here")),
        ],
        Popup::Rebuild => vec![
            Choice::new(word!("rebuild-yes"), Command::Rebuild),
            Choice::none(word!("rebuild-no")),
        ],
        Popup::ForgetAll => vec![
            Choice::none(word!("forget-all-no")),
            Choice::new(word!("forget-all-yes"), Command::ForgetAll),
        ],
        Popup::Install => install(context),
        Popup::Resumed => vec![
            Choice::none(word!("go-on-there")),
            Choice::new(word!("start-over-first"), Command::StartOver(Scope::Lab)),
        ],
        Popup::Quit => vec![quit(context), Choice::none(word!("stay"))],
        Popup::Strange(_, start) => strange(*start),
        _ => Vec::new(),
    }
}

fn install(context: &Context<'_>) -> Vec<Choice> {
    let mut choices = vec![Choice::none(word!("install-no"))];
    if context.state.absent.install.is_some() {
        choices.push(Choice::new(word!("install-yes"), Command::Install));
    }
    choices
}

fn quit(context: &Context<'_>) -> Choice {
    match context.session {
        Some(_) => Choice::new(word!("leave-lab"), Command::Leave),
        None => Choice::new(word!("end-isolab"), Command::Quit),
    }
}

fn strange(start: usize) -> Vec<Choice> {
    vec![
        Choice::new(word!("strange-yes"), Command::Agree(start)),
        Choice::new(word!("strange-no"), Command::Leave),
    ]
}
