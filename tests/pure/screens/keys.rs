//! What keys ask for.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use isolab::lab::PanelName;
use isolab::session::{Event, Scope};
use isolab::ui::keymap::command;
use isolab::ui::{Command, Context, Focus, Geometry, Popup, UiState};

use super::stage::{Stage, draw_lab, has};

fn key(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

fn ctrl(letter: char) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)
}

fn asked(stage: &Stage, state: &UiState, event: &KeyEvent) -> Option<Command> {
    command(event, &Context::lab(&stage.session, state))
}

#[test]
fn digits_choose_while_a_question_is_open_and_bring_panels_otherwise() {
    let mut stage = Stage::at(0);
    let state = UiState::default();
    let (two, six) = (key(KeyCode::Char('2')), key(KeyCode::Char('6')));
    assert_eq!(asked(&stage, &state, &two), Some(Command::Predict(1)));
    let sixth = Some(Command::Panel(PanelName::Network));
    assert_eq!(asked(&stage, &state, &six), sixth);
    let panel = UiState {
        focus: Focus::Panel,
        ..UiState::default()
    };
    let processes = Some(Command::Panel(PanelName::Process));
    assert_eq!(asked(&stage, &panel, &two), processes);
    let zero = key(KeyCode::Char('0'));
    let tenth = Some(Command::Panel(PanelName::Container));
    assert_eq!(asked(&stage, &state, &zero), tenth);
    stage.tell(Event::Predict(0));
    assert_eq!(asked(&stage, &state, &two), processes);
    assert_eq!(asked(&stage, &state, &zero), tenth);
    assert_eq!(asked(&stage, &panel, &zero), tenth);
}

#[test]
fn enter_leads_on() {
    let mut stage = Stage::at(1);
    let state = UiState {
        declined: true,
        ..UiState::default()
    };
    let enter = key(KeyCode::Enter);
    assert_eq!(asked(&stage, &state, &enter), Some(Command::Run));
    stage.tell(Event::HostLost("gone".into()));
    assert_eq!(asked(&stage, &state, &enter), Some(Command::Rebuild));
    let text = Stage::at(2);
    assert_eq!(asked(&text, &state, &enter), Some(Command::Next));
}

#[test]
fn a_shell_gets_every_key_but_the_leader() {
    let stage = Stage::at(1);
    let mut state = UiState {
        focus: Focus::Shell(1),
        ..UiState::default()
    };
    let geometry = Geometry {
        actors: 3,
        ..Geometry::default()
    };
    for event in [
        key(KeyCode::Enter),
        key(KeyCode::Tab),
        ctrl('c'),
        key(KeyCode::Char('q')),
    ] {
        let for_shell = Some(Command::ToShell(1, event));
        assert_eq!(asked(&stage, &state, &event), for_shell);
    }
    for leader in [ctrl(']'), ctrl('5')] {
        assert_eq!(asked(&stage, &state, &leader), Some(Command::Leader));
    }
    assert!(state.apply(&Command::Leader, &geometry));
    let guide = Some(Command::Focus(Focus::Guide));
    assert_eq!(asked(&stage, &state, &key(KeyCode::Char('g'))), guide);
    let third = Some(Command::Focus(Focus::Shell(2)));
    assert_eq!(asked(&stage, &state, &key(KeyCode::Char('3'))), third);
    assert_eq!(
        asked(&stage, &state, &key(KeyCode::Char('9'))),
        Some(Command::LeaderOff)
    );
    assert_eq!(
        asked(&stage, &state, &key(KeyCode::Enter)),
        Some(Command::Run)
    );
    let itself = asked(&stage, &state, &ctrl(']')).unwrap();
    assert_eq!(itself, Command::ToShell(1, ctrl(']')));
    assert!(!state.apply(&itself, &geometry));
    assert!(!state.leader);
}

#[test]
fn the_focus_goes_round_and_scrolling_stays_within() {
    let geometry = Geometry {
        actors: 2,
        guide_limit: 3,
        ..Geometry::default()
    };
    let mut state = UiState::default();
    let mut seen = Vec::new();
    for _ in 0..4 {
        assert!(state.apply(&Command::FocusNext, &geometry));
        seen.push(state.focus);
    }
    assert_eq!(
        seen,
        [Focus::Panel, Focus::Shell(0), Focus::Shell(1), Focus::Guide]
    );
    state.apply(&Command::FocusPrevious, &geometry);
    assert_eq!((state.focus, state.shell), (Focus::Shell(1), 1));
    state.apply(&Command::Focus(Focus::Guide), &geometry);
    state.apply(&Command::Scroll(100), &geometry);
    assert_eq!(state.guide_scroll, 3);
    state.apply(&Command::Scroll(-1), &geometry);
    assert_eq!(state.guide_scroll, 2);
    state.begin_step();
    assert_eq!(state.guide_scroll, 0);
}

#[test]
fn popups_take_the_keys_and_close_when_something_is_chosen() {
    let stage = Stage::at(1);
    let geometry = Geometry {
        rows: 3,
        ..Geometry::default()
    };
    let mut state = UiState::default();
    let steps = asked(&stage, &state, &key(KeyCode::Char('g'))).unwrap();
    assert!(state.apply(&steps, &geometry));
    assert_eq!(state.popup, Some(Popup::Steps { selected: 1 }));
    for _ in 0..5 {
        let down = asked(&stage, &state, &key(KeyCode::Down)).unwrap();
        assert!(state.apply(&down, &geometry));
    }
    let go = asked(&stage, &state, &key(KeyCode::Enter)).unwrap();
    assert_eq!(go, Command::GoTo(2));
    assert!(!state.apply(&go, &geometry));
    assert_eq!(state.popup, None);
    let leave = asked(&stage, &state, &key(KeyCode::Char('q'))).unwrap();
    assert_eq!(leave, Command::Popup(Popup::Quit));
    state.apply(&leave, &geometry);
    let answered = asked(&stage, &state, &key(KeyCode::Enter));
    assert_eq!(answered, Some(Command::Leave));
    for code in [KeyCode::Esc, KeyCode::Char('y'), KeyCode::Tab] {
        assert_eq!(asked(&stage, &state, &key(code)), Some(Command::ClosePopup));
    }
}

/// The commands that lose something of a run: what is in its shells, or what was done in it.
fn loses(command: &Command) -> bool {
    use Command::{Back, ForgetAll, GoTo, Leave, Quit, Rebuild, Skip, StartOver};
    matches!(
        command,
        Back | ForgetAll | GoTo(_) | Leave | Quit | Rebuild | Skip | StartOver(_)
    )
}

#[test]
fn no_letter_loses_anything_and_what_does_is_chosen_with_arrows_and_enter() {
    let (stage, geometry) = (Stage::at(1), Geometry::default());
    let letters = (' '..='~').map(|letter| key(KeyCode::Char(letter)));
    let letters: Vec<KeyEvent> = letters.collect();
    let asks = [
        (Popup::StartOver, Command::StartOver(Scope::Lab), 2),
        (Popup::Back, Command::Back, 0),
        (Popup::Skip, Command::Skip, 0),
        (Popup::Rebuild, Command::Rebuild, 0),
        (Popup::ForgetAll, Command::ForgetAll, 1),
        (Popup::Resumed, Command::StartOver(Scope::Lab), 1),
        (Popup::Quit, Command::Leave, 0),
    ];
    let focused = |focus| UiState {
        focus,
        ..UiState::default()
    };
    let places = [Focus::Guide, Focus::Panel].map(focused);
    let popups = asks.clone().map(|(popup, ..)| UiState {
        popup: Some(popup),
        ..UiState::default()
    });
    for state in places.iter().chain(&popups) {
        for letter in &letters {
            let asked = asked(&stage, state, letter);
            assert!(!asked.as_ref().is_some_and(loses), "{letter:?}: {asked:?}");
        }
    }
    for (popup, command, downs) in asks {
        let mut state = UiState::default();
        state.apply(&Command::Popup(popup.clone()), &geometry);
        for _ in 0..downs {
            let down = asked(&stage, &state, &key(KeyCode::Down)).unwrap();
            state.apply(&down, &geometry);
        }
        let chosen = asked(&stage, &state, &key(KeyCode::Enter));
        assert_eq!(chosen, Some(command), "{popup:?}");
    }
}

#[test]
fn the_leader_means_the_same_in_every_area() {
    let stage = Stage::at(1);
    let leader = KeyEvent::new(KeyCode::Char(']'), KeyModifiers::CONTROL);
    for focus in [Focus::Guide, Focus::Panel, Focus::Shell(0)] {
        let mut state = UiState {
            focus,
            ..UiState::default()
        };
        let led = asked(&stage, &state, &leader).unwrap();
        assert_eq!(led, Command::Leader, "{focus:?}");
        state.apply(&led, &Geometry::default());
        let second = asked(&stage, &state, &key(KeyCode::Char('2')));
        assert_eq!(second, Some(Command::Focus(Focus::Shell(1))), "{focus:?}");
        let unknown = asked(&stage, &state, &key(KeyCode::Char('w')));
        assert_eq!(unknown, Some(Command::LeaderOff), "{focus:?}");
        has(&draw_lab((80, 24), &stage, &state).0, &["g guide", "Tab"]);
    }
}

#[test]
fn an_answer_is_typed_in_the_guide_until_it_is_given_or_declined() {
    let mut stage = Stage::at(2);
    let geometry = Geometry::default();
    let mut state = UiState::default();
    let enter = key(KeyCode::Enter);
    stage.tell(Event::Next);
    let screen = draw_lab((80, 24), &stage, &state).0;
    has(
        &screen,
        &[
            "✓ Read.",
            "Nearly there.",
            "? Its inode?",
            "> ▏",
            "Esc not now",
        ],
    );
    assert_eq!(asked(&stage, &state, &enter), Some(Command::Next));
    for letter in ['4', 'q', 'x'] {
        let typed = asked(&stage, &state, &key(KeyCode::Char(letter))).unwrap();
        assert!(state.apply(&typed, &geometry));
    }
    let erase = asked(&stage, &state, &key(KeyCode::Backspace)).unwrap();
    state.apply(&erase, &geometry);
    has(&draw_lab((80, 24), &stage, &state).0, &["> 4q▏"]);
    let answer = asked(&stage, &state, &enter).unwrap();
    assert_eq!(answer, Command::Answer("4q".to_owned()));
    assert!(!state.apply(&answer, &geometry));
    assert_eq!(state.input, "");
    let decline = asked(&stage, &state, &key(KeyCode::Esc)).unwrap();
    state.apply(&decline, &geometry);
    let letter = asked(&stage, &state, &key(KeyCode::Char('q')));
    assert_eq!(letter, Some(Command::Popup(Popup::Quit)));
}
