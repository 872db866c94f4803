//! What the footer offers.

use super::{Context, asking, by_hand, hints_left, on};
use crate::lab::PanelName;
use crate::session::{Phase, Session};
use crate::ui::command::Command;
use crate::ui::state::{Focus, Popup, UiState};

/// A key, a word for what it does, and the command.
pub(in crate::ui) type Offer = (&'static str, &'static str, Command);

/// The keys that work now, the most useful first.
pub(in crate::ui) fn offers(context: &Context<'_>) -> Vec<Offer> {
    match context.session {
        None => catalogue(context.state),
        Some(session) => match context.state.focus {
            Focus::Shell(_) => shell(session, context.state),
            Focus::Panel if context.state.panel == PanelName::Overlay => {
                let mut offers = layers(context.state);
                offers.extend(guide(session, context.state));
                offers
            }
            Focus::Guide | Focus::Panel => guide(session, context.state),
        },
    }
}

fn catalogue(state: &UiState) -> Vec<Offer> {
    vec![
        ("Enter", "open", Command::OpenLab(state.selected)),
        ("↑", "up", Command::Select(-1)),
        ("↓", "down", Command::Select(1)),
        ("?", "keys", Command::Popup(Popup::Help)),
        ("q", "quit", Command::Quit),
    ]
}

fn layers(state: &UiState) -> Vec<Offer> {
    if state.layers.filtering {
        return vec![
            ("Enter", "filter", Command::Filter(false)),
            ("Esc", "all names", Command::InputLeave),
        ];
    }
    vec![
        ("↑", "up", Command::Select(-1)),
        ("↓", "down", Command::Select(1)),
        ("→", "unfold", Command::Fold(true)),
        ("←", "fold", Command::Fold(false)),
        ("/", "filter", Command::Filter(true)),
    ]
}

fn shell(session: &Session, state: &UiState) -> Vec<Offer> {
    if !state.leader {
        return vec![("Ctrl-]", "leads out of the shell", Command::Leader)];
    }
    let mut offers = vec![
        ("g", "guide", Command::Focus(Focus::Guide)),
        ("Tab", "next area", Command::FocusNext),
    ];
    offers.extend(onward(session));
    if can_show(session) {
        offers.push(("t", "type it", Command::Show));
    }
    offers.extend([
        ("z", "zoom", Command::Zoom),
        ("?", "keys", Command::Popup(Popup::Help)),
        ("q", "leave", Command::Popup(Popup::Quit)),
    ]);
    offers
}

/// Enter, with the word for what it does now.
fn onward(session: &Session) -> Option<Offer> {
    let command = on(session)?;
    let word = match &command {
        Command::Run if session.passed(session.index()).is_some() => "run again",
        Command::Run if *session.phase() == Phase::Predicting => "(choose first)",
        Command::Run => "run",
        Command::Next => "next",
        Command::Leave => "finish",
        Command::Rebuild => "build again",
        _ => return None,
    };
    Some(("Enter", word, command))
}

fn guide(session: &Session, state: &UiState) -> Vec<Offer> {
    let typing = state.focus == Focus::Guide && asking(session, state);
    let mut offers: Vec<Offer> = Vec::new();
    if typing {
        let answer = if state.input.is_empty() {
            ("Enter", "next", Command::Next)
        } else {
            ("Enter", "answer", Command::Answer(state.input.clone()))
        };
        offers.extend([answer, ("Esc", "not now", Command::InputLeave)]);
    } else {
        offers.extend(onward(session));
        offers.extend(in_step(session));
    }
    offers.push(("Tab", "focus", Command::FocusNext));
    if !typing {
        offers.extend(always());
    }
    offers
}

fn is_open(session: &Session) -> bool {
    matches!(
        session.phase(),
        Phase::Briefing | Phase::Predicting | Phase::Observing
    )
}

/// Whether the next line of the step can be put into its prompt: of a step that
/// is the person's own, after all hints.
fn can_show(session: &Session) -> bool {
    let scripted = !session.step().script().is_empty();
    is_open(session) && scripted && !(by_hand(session) && hints_left(session))
}

/// What can be done in a step that is not done yet.
fn in_step(session: &Session) -> Vec<Offer> {
    let open = is_open(session);
    let mut offers = Vec::new();
    if can_show(session) {
        offers.push(("t", "type it", Command::Show));
    }
    if open && hints_left(session) {
        offers.push(("h", "hint", Command::Hint));
    }
    if session.spoilt().is_some() {
        offers.push(("b", "rebuild", Command::Rebuild));
    }
    if session.index() > 0 {
        offers.push(("u", "back", Command::Back));
    }
    offers
}

fn always() -> [Offer; 4] {
    [
        ("z", "zoom", Command::Zoom),
        ("?", "keys", Command::Popup(Popup::Help)),
        ("r", "start over", Command::Popup(Popup::StartOver)),
        ("q", "leave", Command::Popup(Popup::Quit)),
    ]
}
