//! No key is silent: one that means nothing now is answered with a word in the footer.

use std::sync::Arc;

use crossterm::event::KeyCode::{Char, Esc};
use crossterm::event::{KeyCode, KeyEvent};
use isolab::lab::PanelName;
use isolab::session::Event;
use isolab::snapshot::Outcome;
use isolab::ui::keymap::{command, leaves_question, led_nowhere, said, why};
use isolab::ui::{Command, Context, Focus, Geometry, Popup, UiState};

use super::facts;
use super::stage::{Stage, catalogue, draw_lab, has};

/// What is said of a key.
fn told(stage: &Stage, state: &UiState, key: KeyCode) -> Option<String> {
    let context = Context::lab(&stage.session, state);
    let event = KeyEvent::from(key);
    match command(&event, &context) {
        None => why(&event, &context),
        Some(Command::LeaderOff) => led_nowhere(&event, &context),
        Some(command) => said(&command, &context),
    }
}

#[track_caller]
fn tells(stage: &Stage, state: &UiState, key: KeyCode, words: &str) {
    let told = told(stage, state, key).unwrap_or_default();
    assert!(told.contains(words), "{key}: {told:?}");
}

#[test]
fn a_digit_at_a_question_answers_it_or_shows_a_panel_or_says_what_digits_do() {
    let (stage, state) = (Stage::at(0), UiState::default());
    let asked = |letter| {
        let context = Context::lab(&stage.session, &state);
        command(&KeyEvent::from(Char(letter)), &context)
    };
    assert_eq!(asked('2'), Some(Command::Predict(1)));
    for panel in [
        PanelName::Mount,
        PanelName::Network,
        PanelName::Journal,
        PanelName::Container,
    ] {
        assert_eq!(asked(panel.key()), Some(Command::Panel(panel)));
    }
    assert_eq!(asked('4'), None);
    tells(
        &stage,
        &state,
        Char('4'),
        "1 to 2 answer the question, 5 to 0",
    );
    assert_eq!(told(&stage, &state, Char('5')), None);
}

#[test]
fn a_key_that_does_nothing_says_why() {
    let (first, state) = (Stage::at(0), UiState::default());
    tells(&first, &state, Char('u'), "first step");
    tells(&first, &state, Char('x'), "x means nothing here");
    tells(&first, &state, Char('t'), "First the question");
    let stage = Stage::at(1);
    tells(&stage, &state, Char('n'), "not done yet");
    tells(&stage, &state, Char('e'), "at its end");
    assert_eq!(told(&stage, &state, Char('u')), None);
    assert_eq!(told(&stage, &state, Char('3')), None);
    let mut done = Stage::at(1);
    for _ in 0..9 {
        done.tell(Event::Hint);
    }
    tells(&done, &state, Char('h'), "no more hints");
    // All lines were run, and the step waits.
    done.tell(Event::Run);
    for _ in 0..done.session.step().script().len() {
        done.tell(Event::Performed(Outcome::default()));
    }
    done.tell(Event::Observed(Arc::new(facts::snapshot(false))));
    tells(
        &done,
        &state,
        KeyCode::Enter,
        "Still open: b has the old name.",
    );
    let mut over = Stage::at(2);
    over.tell(Event::Next);
    let declined = UiState {
        declined: true,
        ..UiState::default()
    };
    tells(&over, &declined, Char('t'), "nothing is left to type");
    // Behind the leader, too.
    let led = UiState {
        leader: true,
        ..UiState::default()
    };
    tells(&stage, &led, Char('x'), "Ctrl-] x means nothing");
    tells(&stage, &led, Char('7'), "no shell 7");
    assert_eq!(told(&stage, &led, Esc), None);
    // A popup takes keys for itself, and a shell takes all.
    let asks = UiState {
        popup: Some(Popup::StartOver),
        ..UiState::default()
    };
    assert_eq!(told(&stage, &asks, Char('x')), None);
    let shell = UiState {
        focus: Focus::Shell(0),
        ..UiState::default()
    };
    assert_eq!(told(&stage, &shell, Char('x')), None);
}

#[test]
fn what_is_said_stands_in_the_footer_until_the_next_key_or_step() {
    let stage = Stage::at(1);
    let mut state = UiState::default();
    for size in [(80, 24), (120, 40)] {
        assert!(state.say(Some("x means nothing here.".to_owned())));
        let (screen, _) = draw_lab(size, &stage, &state);
        has(screen.lines().last().unwrap(), &["x means nothing here."]);
        has(
            catalogue(size, &state).0.lines().last().unwrap(),
            &["x means"],
        );
        assert!(state.say(None) && !state.say(None));
        let (screen, _) = draw_lab(size, &stage, &state);
        has(screen.lines().last().unwrap(), &["Enter run"]);
    }
    state.say(Some("x".to_owned()));
    state.begin_step();
    assert_eq!(state.said, "");
}

#[test]
fn a_question_is_not_left_from_a_shell_without_a_word() {
    let mut over = Stage::at(2);
    over.tell(Event::Next);
    let mut state = UiState {
        focus: Focus::Shell(0),
        leader: true,
        ..UiState::default()
    };
    let context = Context::lab(&over.session, &state);
    let next = command(&KeyEvent::from(KeyCode::Enter), &context).unwrap();
    assert_eq!(next, Command::Next);
    assert!(leaves_question(&next, &context));
    tells(&over, &state, KeyCode::Enter, "The question is left open");
    state.declined = true;
    let context = Context::lab(&over.session, &state);
    assert!(!leaves_question(&next, &context));
    assert_eq!(told(&over, &state, KeyCode::Enter), None);
}

#[test]
fn mounts_unfold_only_where_something_is_folded() {
    let stage = Stage::at(1);
    let state = UiState {
        focus: Focus::Panel,
        panel: PanelName::Mount,
        ..UiState::default()
    };
    let (screen, _) = draw_lab((80, 24), &stage, &state);
    assert!(!screen.contains("unfold"), "{screen}");
    let context = Context::lab(&stage.session, &state);
    assert_eq!(command(&KeyEvent::from(KeyCode::Right), &context), None);
    let mut state = state;
    // What is pressed has no effect on a screen without a fold.
    assert!(state.apply(&Command::HostMounts(true), &Geometry::default()));
}
