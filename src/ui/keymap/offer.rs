//! What the footer offers.

use super::offered::{Offer, out_of_shell};
use super::{Context, on, present};
use crate::lab::PanelName;
use crate::session::{Phase, Session};
use crate::ui::command::Command;
use crate::ui::state::{Focus, Mode, Popup, UiState, asking, by_hand, hints_left};
use crate::word;

/// The keys that work now, the most useful first.
pub(in crate::ui) fn offers(context: &Context<'_>) -> Vec<Offer> {
    match context.session {
        None => catalogue(context.state),
        Some(session) => match &context.state.mode {
            Mode::Study => study(session, context.state),
            Mode::Present(present) => present::offers(session, context.state, present),
        },
    }
}

/// What is offered where one person reads.
fn study(session: &Session, state: &UiState) -> Vec<Offer> {
    match state.focus {
        Focus::Shell(_) => shell(session, state),
        Focus::Panel if state.panel == PanelName::Overlay => {
            let mut offers = layers(state);
            offers.extend(guide(session, state));
            offers
        }
        Focus::Guide | Focus::Panel => guide(session, state),
    }
}

fn catalogue(state: &UiState) -> Vec<Offer> {
    if state.search.typing {
        return vec![
            ("Enter", word!("key-search"), Command::Search(false)),
            ("Esc", word!("key-all-labs"), Command::InputLeave),
        ];
    }
    let mut offers = vec![
        ("Enter", word!("key-open"), Command::OpenLab(state.selected)),
        ("↑", word!("key-up"), Command::Select(-1)),
        ("↓", word!("key-down"), Command::Select(1)),
        ("/", word!("key-search"), Command::Search(true)),
        ("L", word!("key-language"), Command::Language),
        ("?", word!("key-keys"), Command::Popup(Popup::Help)),
        ("q", word!("key-quit"), Command::Quit),
    ];
    if !state.absent.programs.is_empty() {
        let install = Command::Popup(Popup::Install);
        offers.insert(1, ("i", word!("key-install"), install));
    }
    offers
}

fn layers(state: &UiState) -> Vec<Offer> {
    if state.layers.filtering {
        return vec![
            ("Enter", word!("key-filter"), Command::Filter(false)),
            ("Esc", word!("key-all-names"), Command::InputLeave),
        ];
    }
    vec![
        ("↑", word!("key-up"), Command::Select(-1)),
        ("↓", word!("key-down"), Command::Select(1)),
        ("→", word!("key-unfold"), Command::Fold(true)),
        ("←", word!("key-fold"), Command::Fold(false)),
        ("/", word!("key-filter"), Command::Filter(true)),
    ]
}

fn shell(session: &Session, state: &UiState) -> Vec<Offer> {
    let mut offers = out_of_shell(state);
    if !state.leader {
        return offers;
    }
    offers.extend(onward(session));
    if can_show(session) {
        offers.push(("t", word!("key-type"), Command::Show));
    }
    offers.extend([
        ("z", word!("key-zoom"), Command::Zoom),
        ("?", word!("key-keys"), Command::Popup(Popup::Help)),
        ("q", word!("key-leave"), Command::Popup(Popup::Quit)),
    ]);
    offers
}

/// Enter, with the word for what it does now.
fn onward(session: &Session) -> Option<Offer> {
    let command = on(session)?;
    let word = match &command {
        Command::Run if session.passed(session.index()).is_some() => word!("key-run-again"),
        Command::Run if *session.phase() == Phase::Predicting => word!("key-choose-first"),
        Command::Run => word!("key-run"),
        Command::Next => word!("key-next"),
        Command::Leave => word!("key-finish"),
        Command::Rebuild => word!("key-build-again"),
        _ => return None,
    };
    Some(("Enter", word, command))
}

fn guide(session: &Session, state: &UiState) -> Vec<Offer> {
    let typing = state.focus == Focus::Guide && asking(session, state);
    let mut offers: Vec<Offer> = Vec::new();
    if typing {
        let answer = if state.input.is_empty() {
            ("Enter", word!("key-next"), Command::Next)
        } else {
            (
                "Enter",
                word!("key-answer"),
                Command::Answer(state.input.clone()),
            )
        };
        offers.extend([answer, ("Esc", word!("key-not-now"), Command::InputLeave)]);
    } else {
        offers.extend(onward(session));
        offers.extend(in_step(session));
    }
    offers.push(("Tab", word!("key-focus"), Command::FocusNext));
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
    if *session.phase() == Phase::Finished {
        offers.push(("e", word!("key-export"), Command::Export));
    }
    if can_show(session) {
        offers.push(("t", word!("key-type"), Command::Show));
    }
    if open && hints_left(session) {
        offers.push(("h", word!("key-hint"), Command::Hint));
    }
    if session.spoilt().is_some() {
        offers.push(("b", word!("key-rebuild"), Command::Rebuild));
    }
    if session.index() > 0 {
        offers.push(("u", word!("key-back"), Command::Back));
    }
    offers
}

fn always() -> [Offer; 4] {
    [
        ("z", word!("key-zoom"), Command::Zoom),
        ("?", word!("key-keys"), Command::Popup(Popup::Help)),
        (
            "r",
            word!("key-start-over"),
            Command::Popup(Popup::StartOver),
        ),
        ("q", word!("key-leave"), Command::Popup(Popup::Quit)),
    ]
}
