//! Present mode: its slides in both languages, its keys, and what fits on a screen.

use std::slice;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use isolab::catalog;
use isolab::lab::{Lab, PanelName};
use isolab::session::{Event, Phase};
use isolab::ui::present::{fit, onward, reading};
use isolab::ui::state::{Beat, Mode, Present, Slide, Stand};
use isolab::ui::{Command, Context, Focus, Geometry, Popup, UiState, keymap};
use isolab::word::{Language, speak};

use ratatui::style::Modifier;

use super::languages::{lab, shown};
use super::screens::stage::{Stage, cells, draw_lab, has};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// A built-in lab with a question, at a step that this make-believe kernel passes.
fn asking(language: Language) -> Lab {
    let mut lab = lab(language);
    let check = &mut lab.steps[1].checks[0];
    check.expect = "b.hostname == \"shell-b\"".to_owned();
    lab
}

fn presented(present: Present) -> UiState {
    UiState {
        mode: Mode::Present(present),
        ..UiState::default()
    }
}

fn stands(beat: Beat, count: u64) -> Present {
    Present {
        seconds: 65,
        stand: Stand {
            beat,
            count,
            index: 0,
            actor: "host".to_owned(),
            line: "readlink /proc/self/ns/uts".to_owned(),
        },
        ..Present::default()
    }
}

fn slide(slide: Slide) -> UiState {
    presented(Present {
        slide,
        seconds: 65,
        ..Present::default()
    })
}

#[test]
fn every_slide_speaks_both_languages() {
    for language in Language::ALL {
        speak(language);
        for size in SIZES {
            let snap = |what: &str, stage: &Stage, state: &UiState| {
                let name = format!("{what}-{}-{}x{}", language.tag(), size.0, size.1);
                insta::assert_snapshot!(name, shown(&draw_lab(size, stage, state).0));
            };
            let mut stage = Stage::of(asking(language).into(), 1);
            snap("opening", &stage, &slide(Slide::Opening));
            snap("question", &stage, &slide(Slide::Question));
            snap(
                "keys",
                &stage,
                &UiState {
                    popup: Some(Popup::Help),
                    ..slide(Slide::Opening)
                },
            );
            stage.tell(Event::Decline);
            let mut state = presented(stands(Beat::Typing, 1));
            state.light(&stage.session);
            stage.play();
            snap("typing", &stage, &state);
            state.mode = Mode::Present(stands(Beat::Held, 1));
            state.light(&stage.session);
            snap("held", &stage, &state);
            let mut read = Stage::at(0);
            read.tell(Event::Predict(1));
            state.mode = Mode::Present(Present {
                slide: Slide::Answer,
                seconds: 13 * 60 + 5,
                auto: true,
                ..Present::default()
            });
            snap("answer", &read, &state);
            let mut told = Stage::of(lab(language).into(), 0);
            told.play();
            snap("explanation", &told, &slide(Slide::Explanation));
        }
    }
    speak(Language::English);
}

#[test]
fn what_an_action_changed_is_held_in_light() {
    let mut stage = Stage::at(1);
    let mut state = presented(stands(Beat::Typing, 1));
    state.panel = PanelName::Namespace;
    state.light(&stage.session);
    let (before, _) = draw_lab((80, 24), &stage, &state);
    assert!(!before.contains('◀'), "{before}");
    stage.play();
    state.mode = Mode::Present(stands(Beat::Held, 1));
    state.light(&stage.session);
    has(
        &draw_lab((80, 24), &stage, &state).0,
        &["*4026532301 ◀", "changed", "host$ readlink"],
    );
    // The calls that were made are highlighted as well.
    state.panel = PanelName::Journal;
    let lit = lit(&stage, &state);
    assert!(lit.contains("unshare(CLONE_NEWUTS) = 0"), "{lit}");
    assert!(!lit.contains("B leaves"), "{lit}");
    state.panel = PanelName::Namespace;
    // The next action begins: the change of the one before is no longer highlighted.
    state.mode = Mode::Present(stands(Beat::Typing, 2));
    state.light(&stage.session);
    let (next, _) = draw_lab((80, 24), &stage, &state);
    assert!(!next.contains('◀'), "{next}");
}

/// The text that is highlighted on the screen.
fn lit(stage: &Stage, state: &UiState) -> String {
    let cells = cells((120, 40), stage, state);
    let lit = cells
        .iter()
        .filter(|cell| cell.modifier.contains(Modifier::REVERSED));
    lit.map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn a_blank_screen_is_blank_and_any_click_is_one_forward() {
    let stage = Stage::at(1);
    for size in SIZES {
        let blank = presented(Present {
            blank: true,
            ..Present::default()
        });
        let (screen, geometry) = draw_lab(size, &stage, &blank);
        assert!(screen.trim().is_empty(), "{screen}");
        assert_eq!(geometry.hit(40, 12), Some(Command::Onward));
        let (_, geometry) = draw_lab(size, &stage, &slide(Slide::Opening));
        for y in 0..size.1 - 1 {
            assert_eq!(geometry.hit(40, y), Some(Command::Onward), "row {y}");
        }
        // Only the words of the footer are keys of their own.
        assert_eq!(geometry.hit(9, size.1 - 1), Some(Command::Back));
    }
}

fn key(code: KeyCode, stage: &Stage, state: &UiState) -> Option<Command> {
    let event = KeyEvent::new(code, KeyModifiers::NONE);
    keymap::command(&event, &Context::lab(&stage.session, state))
}

#[test]
fn clickers_and_keys_ask_for_the_same() {
    let stage = Stage::at(1);
    let state = slide(Slide::Opening);
    let ask = |code| key(code, &stage, &state);
    for forward in [KeyCode::PageDown, KeyCode::Right, KeyCode::Enter] {
        assert_eq!(ask(forward), Some(Command::Onward));
    }
    for (letters, command) in [
        (" n", Command::Onward),
        ("pu", Command::Back),
        ("b.", Command::Blank),
        ("a", Command::Auto),
        ("r", Command::Script),
        ("P", Command::Present),
        ("2", Command::Jump(Some('2'))),
        ("q", Command::Popup(Popup::Quit)),
    ] {
        for letter in letters.chars() {
            assert_eq!(ask(KeyCode::Char(letter)).as_ref(), Some(&command));
        }
    }
    assert_eq!(ask(KeyCode::PageUp), Some(Command::Back));
    assert_eq!(ask(KeyCode::Home), Some(Command::GoTo(0)));
    assert_eq!(ask(KeyCode::End), Some(Command::GoTo(2)));
    assert_eq!(ask(KeyCode::Esc), Some(Command::Popup(Popup::Quit)));
    assert_eq!(ask(KeyCode::Tab), Some(Command::Focus(Focus::Shell(1))));
    // The same key leads into it from the ordinary screen.
    let ordinary = UiState::default();
    assert_eq!(
        key(KeyCode::Char('P'), &stage, &ordinary),
        Some(Command::Present)
    );
}

#[test]
fn a_number_and_enter_jump_and_any_key_ends_what_goes_on_by_itself() {
    let stage = Stage::at(1);
    let typed = |jump: &str| {
        presented(Present {
            jump: jump.to_owned(),
            ..Present::default()
        })
    };
    let enter = |jump| key(KeyCode::Enter, &stage, &typed(jump));
    assert_eq!(enter("3"), Some(Command::GoTo(2)));
    assert_eq!(enter("99"), Some(Command::Jump(None)));
    assert_eq!(
        key(KeyCode::Esc, &stage, &typed("3")),
        Some(Command::Jump(None))
    );
    has(
        &draw_lab((80, 24), &stage, &typed("3")).0,
        &["go to step 3"],
    );
    let mut state = slide(Slide::Opening);
    let none = Geometry::default();
    for command in [Command::Auto, Command::Blank] {
        assert!(state.apply(&command, &none));
        for code in [KeyCode::PageDown, KeyCode::Char('q'), KeyCode::F(5)] {
            assert_eq!(key(code, &stage, &state).as_ref(), Some(&command));
        }
        state.apply(&command, &none);
    }
}

#[test]
fn digits_choose_while_the_question_is_seen() {
    let stage = Stage::at(0);
    let two = KeyCode::Char('2');
    assert_eq!(
        key(two, &stage, &slide(Slide::Question)),
        Some(Command::Predict(1))
    );
    assert_eq!(
        key(KeyCode::Char('7'), &stage, &slide(Slide::Question)),
        None
    );
    assert_eq!(
        key(two, &stage, &slide(Slide::Opening)),
        Some(Command::Jump(Some('2')))
    );
}

#[test]
fn a_shell_gets_its_keys_and_the_leader_leads_back_to_the_script() {
    let stage = Stage::at(1);
    let mut state = slide(Slide::Opening);
    state.focus = Focus::Shell(1);
    let page = KeyEvent::new(KeyCode::PageDown, KeyModifiers::NONE);
    assert_eq!(
        key(KeyCode::PageDown, &stage, &state),
        Some(Command::ToShell(1, page))
    );
    state.leader = true;
    let ask = |code| key(code, &stage, &state);
    assert_eq!(ask(KeyCode::Char('r')), Some(Command::Script));
    assert_eq!(ask(KeyCode::Char('g')), Some(Command::Focus(Focus::Guide)));
    assert_eq!(ask(KeyCode::PageDown), Some(Command::Onward));
    has(
        &draw_lab((80, 24), &stage, &state).0,
        &["r to script", "2 b"],
    );
}

#[test]
fn clicks_lead_through_a_step_one_thing_at_a_time() {
    let none = Geometry::default();
    let next = |stage: &Stage, state: &UiState| onward(&stage.session, state, &none);
    let mut stage = Stage::of(asking(Language::English).into(), 1);
    let mut state = slide(Slide::Opening);
    assert_eq!(*stage.session.phase(), Phase::Predicting);
    let question = Command::Slide(Slide::Question);
    assert_eq!(next(&stage, &state), slice::from_ref(&question));
    state.apply(&question, &none);
    assert_eq!(next(&stage, &state), [Command::Decline, Command::Run]);
    assert!(reading(&stage.session, &state) > reading(&stage.session, &slide(Slide::Opening)));
    stage.tell(Event::Decline);
    assert_eq!(next(&stage, &state), [Command::Run]);
    stage.tell(Event::Run);
    assert_eq!(next(&stage, &state), [Command::Beat]);
    state.mode = Mode::Present(stands(Beat::Typing, 1));
    assert_eq!(reading(&stage.session, &state), None);
}

#[test]
fn clicks_lead_through_what_is_said_after_a_step() {
    let none = Geometry::default();
    let mut stage = Stage::at(1);
    stage.play();
    assert_eq!(*stage.session.phase(), Phase::Judged);
    let mut state = presented(stands(Beat::Held, 1));
    let after = Command::Slide(Slide::Explanation);
    assert_eq!(
        onward(&stage.session, &state, &none),
        slice::from_ref(&after)
    );
    state.apply(&after, &none);
    assert_eq!(onward(&stage.session, &state, &none), [Command::Next]);
    // A text with a question: first its answer, then the next step.
    let mut stage = Stage::at(0);
    let state = slide(Slide::Question);
    assert_eq!(onward(&stage.session, &state, &none), [Command::Decline]);
    stage.tell(Event::Decline);
    assert_eq!(*stage.session.phase(), Phase::Judged);
    has(
        &draw_lab((80, 24), &stage, &state).0,
        &["How many hosts?", "2  Two"],
    );
    assert_eq!(onward(&stage.session, &state, &none), [Command::Next]);
}

#[test]
fn a_text_too_long_for_the_screen_is_read_to_its_end_first() {
    let stage = Stage::at(0);
    let state = slide(Slide::Question);
    let long = Geometry {
        guide_limit: 9,
        guide_rows: 12,
        ..Geometry::default()
    };
    assert_eq!(onward(&stage.session, &state, &long), [Command::Scroll(11)]);
}

#[test]
fn what_does_not_fit_is_told() {
    let mut step = lab(Language::English).steps[1].clone();
    assert_eq!(fit::step(&step, &["b$ ls".to_owned()], (80, 24).into()), []);
    step.title = "long ".repeat(20);
    step.explain = "word\n\n".repeat(30);
    let line = format!("b$ echo {}", "x".repeat(900));
    let cuts = fit::step(&step, slice::from_ref(&line), (80, 24).into());
    assert!(
        matches!(
            &cuts[..],
            [
                fit::Cut::Title(99 | 100, 78),
                fit::Cut::Text(Slide::Explanation, 59, 20),
                fit::Cut::Line(told, ..),
            ] if *told == line
        ),
        "{cuts:?}"
    );
}

#[test]
fn every_built_in_lab_fits_on_the_smallest_screen_in_both_languages() {
    for language in Language::ALL {
        for found in catalog::all(None) {
            let told = catalog::load(&found).unwrap().lab.unwrap();
            let told: Lab = catalog::in_language(&found, told, language.tag());
            assert_eq!(fit::recap(&told, (80, 24).into()), None, "{}", found.id);
            for step in &told.steps {
                let cuts = fit::step(step, &[], (80, 24).into());
                assert_eq!(cuts, [], "{} {} {}", found.id, step.id, language.tag());
            }
        }
    }
}
