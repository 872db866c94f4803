//! The table of keys: every key is pressed in every place, and does what the table says.

use std::collections::BTreeSet;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use isolab::config::KeyName;
use isolab::lab::PanelName;
use isolab::session::Event;
use isolab::ui::keymap::table::{Binding, Place, bindings, of};
use isolab::ui::keymap::{Press, beside, command, places, watched};
use isolab::ui::state::Present;
use isolab::ui::{Absent, Command, Context, Focus, Mode, Popup, UiState};

use super::panels::folded;
use super::stage::Stage;

/// All keys that there are, and some that have no meaning anywhere.
fn keyboard() -> Vec<KeyEvent> {
    let letters = (' '..='~').map(KeyCode::Char);
    let special = [
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Insert,
        KeyCode::Delete,
        KeyCode::F(1),
    ];
    let plain = letters.chain(special);
    let plain = plain.map(|code| KeyEvent::new(code, KeyModifiers::NONE));
    let shifted = [KeyCode::PageUp, KeyCode::PageDown];
    let shifted = shifted.map(|code| KeyEvent::new(code, KeyModifiers::SHIFT));
    let plain = plain.chain(shifted);
    let held = ('a'..='z').chain("[]\\^_".chars()).map(KeyCode::Char);
    let held = held.map(|code| KeyEvent::new(code, KeyModifiers::CONTROL));
    plain.chain(held).collect()
}

/// Whether a key is one of a place's.
fn is_of(place: Place, event: &KeyEvent) -> bool {
    let letter = matches!(event.code, KeyCode::Char(_)) && event.modifiers.is_empty();
    let mut presses = of(place).flat_map(Binding::presses);
    presses.any(|press| press == Press::Any && letter || is_one(press, event))
}

/// Whether an event is a key. With Shift, a key that is no letter means the same.
fn is_one(press: Press, event: &KeyEvent) -> bool {
    let plain = KeyEvent::new(event.code, event.modifiers - KeyModifiers::SHIFT);
    let events = press.events();
    events.contains(event) || events.contains(&plain)
}

/// What was pressed, where, and what it asked for.
#[derive(Default)]
struct Pressed {
    lines: Vec<String>,
    meant: BTreeSet<(Place, String)>,
}

impl Pressed {
    /// Presses every key somewhere; a key that the places there do not know does nothing.
    fn all(&mut self, name: &str, places: &[Place], ask: impl Fn(&KeyEvent) -> Option<Command>) {
        for event in keyboard() {
            let asked = ask(&event);
            let known: Vec<Place> = places
                .iter()
                .copied()
                .filter(|place| is_of(*place, &event))
                .collect();
            let key = format!("{}{}", event.modifiers, event.code);
            let nothing = match &asked {
                None | Some(Command::ToShell(..) | Command::LeaderOff) => true,
                // A key that is no answer closes a question.
                Some(Command::ClosePopup) => places.contains(&Place::Question),
                Some(_) => false,
            };
            assert!(nothing || !known.is_empty(), "{name}: {key}: {asked:?}");
            let Some(asked) = asked.filter(|_| !known.is_empty()) else {
                continue;
            };
            let typed = matches!(asked, Command::Input(letter) if letter != 'x');
            if !typed {
                self.lines.push(format!("{name}: {key}: {asked:?}"));
            }
            self.meant
                .extend(known.into_iter().map(|place| (place, key.clone())));
        }
    }

    /// The same on a screen.
    fn on(&mut self, name: &str, stage: Option<&Stage>, state: &UiState) {
        let context = match stage {
            Some(stage) => Context::lab(&stage.session, state),
            None => Context::catalogue(state),
        };
        self.all(name, &places(&context), |event| command(event, &context));
    }
}

fn with(change: impl FnOnce(&mut UiState)) -> UiState {
    let mut state = UiState::default();
    change(&mut state);
    state
}

fn in_class(change: impl FnOnce(&mut Present)) -> UiState {
    let mut present = Present::default();
    change(&mut present);
    with(|state| state.mode = Mode::Present(present))
}

fn absent() -> Absent {
    Absent {
        programs: [("unshare".to_owned(), "util-linux".to_owned())].into(),
        install: Some("apk add util-linux".to_owned()),
    }
}

fn popups(pressed: &mut Pressed, stage: &Stage) {
    for (name, popup) in [
        ("help", Popup::Help),
        ("steps", Popup::Steps { selected: 1 }),
        ("changes", Popup::Changes),
        ("start over", Popup::StartOver),
        ("back", Popup::Back),
        ("skip", Popup::Skip),
        ("rebuild", Popup::Rebuild),
        ("typed", Popup::Typed("ls -l".to_owned())),
        ("forget", Popup::ForgetAll),
        ("install", Popup::Install),
        ("resumed", Popup::Resumed),
        ("image", Popup::Image),
        ("strange", Popup::Strange("It does much.".to_owned(), 2)),
        ("quit", Popup::Quit),
        ("message", Popup::Message("A word.".to_owned())),
    ] {
        let state = with(|state| {
            (state.popup, state.absent) = (Some(popup), absent());
            "path".clone_into(&mut state.input);
        });
        pressed.on(name, Some(stage), &state);
    }
}

fn labs(pressed: &mut Pressed, stage: &Stage) {
    pressed.on("guide", Some(stage), &UiState::default());
    pressed.on("question", Some(&Stage::at(0)), &UiState::default());
    let mut over = Stage::at(2);
    over.tell(Event::Next);
    let answer = with(|state| "7".clone_into(&mut state.input));
    pressed.on("answer", Some(&over), &answer);
    over.tell(Event::Next);
    pressed.on("end", Some(&over), &with(|state| state.declined = true));
    let panel = |change: fn(&mut UiState)| {
        with(|state| {
            state.focus = Focus::Panel;
            change(state);
        })
    };
    pressed.on("panel", Some(stage), &panel(|_| ()));
    let layers = panel(|state| state.panel = PanelName::Overlay);
    pressed.on("layers", Some(stage), &layers);
    let mounts = panel(|state| state.panel = PanelName::Mount);
    pressed.on("mounts", Some(&folded()), &mounts);
    let open = panel(|state| (state.panel, state.mounts_open) = (PanelName::Mount, true));
    pressed.on("mounts unfolded", Some(&folded()), &open);
    let filter = panel(|state| {
        state.panel = PanelName::Overlay;
        state.layers.filtering = true;
    });
    pressed.on("filter", Some(stage), &filter);
    let shell = with(|state| state.focus = Focus::Shell(1));
    pressed.on("shell", Some(stage), &shell);
    let led = with(|state| state.leader = true);
    pressed.on("led from the guide", Some(stage), &led);
    let led = with(|state| (state.focus, state.leader) = (Focus::Shell(1), true));
    pressed.on("led", Some(stage), &led);
    let class = in_class(|_| ());
    pressed.on("class", Some(stage), &class);
    pressed.on("class asked", Some(&Stage::at(0)), &class);
    let jumping = in_class(|present| "2".clone_into(&mut present.jump));
    pressed.on("class to a step", Some(stage), &jumping);
    let led = UiState {
        mode: class.mode,
        ..led
    };
    pressed.on("led in class", Some(stage), &led);
}

fn everywhere() -> Pressed {
    let mut pressed = Pressed::default();
    pressed.on("catalog", None, &with(|state| state.absent = absent()));
    let found = with(|state| "uts".clone_into(&mut state.search.words));
    pressed.on("found", None, &found);
    pressed.on("search", None, &with(|state| state.search.typing = true));
    let stage = Stage::at(1);
    labs(&mut pressed, &stage);
    popups(&mut pressed, &stage);
    let (replay, live) = ([Place::Replay], [Place::Live, Place::Replay]);
    pressed.all("replay", &replay, |event| watched(event, false));
    pressed.all("live", &live, |event| watched(event, true));
    for (name, place) in [("notes", Place::Notes), ("window", Place::Window)] {
        pressed.all(name, &[place], |event| beside(&[place], event));
    }
    pressed
}

#[test]
fn every_key_of_the_table_does_in_its_place_what_it_says_and_no_other_key_does_anything() {
    let pressed = everywhere();
    insta::assert_snapshot!("keys", pressed.lines.join("\n"));
    for binding in bindings() {
        for event in binding.presses().flat_map(Press::events) {
            let key = format!("{}{}", event.modifiers, event.code);
            let meant = pressed.meant.contains(&(binding.place, key.clone()));
            assert!(
                meant,
                "{:?}: {key} was never pressed with effect",
                binding.place
            );
        }
    }
}

#[test]
fn a_key_stands_once_in_a_place_and_its_words_are_there() {
    for binding in bindings() {
        let words = binding.short.len();
        assert!(
            words == 0 || words == binding.keys.len() || words == 1,
            "{binding:?}"
        );
        for message in binding.short.iter().chain([&binding.long]) {
            let told = isolab::word::tell(message, &[]);
            assert!(
                message.is_empty() || told != **message,
                "no message {message}"
            );
        }
    }
}

#[test]
fn the_readme_names_the_keys_that_can_be_set() {
    let readme = include_str!("../../../README.md");
    let line = readme.lines().find_map(|line| line.strip_prefix("keys:"));
    let named = line.unwrap().trim().trim_start_matches("# ");
    let all = KeyName::ALL.map(|name| serde_json::to_value(name).unwrap());
    let all: Vec<&str> = all.iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(named.split(' ').collect::<Vec<_>>(), all);
    let presses: Vec<Press> = bindings().flat_map(Binding::presses).collect();
    for name in KeyName::ALL {
        assert!(presses.contains(&Press::Own(name)), "{name:?} is no key");
    }
}
