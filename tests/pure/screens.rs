//! The screens, drawn on a terminal that is only a buffer.

pub(super) mod container;
mod facts;
mod keys;
mod lead;
mod panels;
mod shells;
mod silent;
pub(super) mod stage;
mod table;

use std::sync::Arc;

use isolab::lab::{Lab, PanelName};
use isolab::session::{Event, Scope};
use isolab::ui::{Absent, Command, Focus, Popup, UiState};

use stage::{SIZES, Stage, catalogue, draw_lab, has, with_lacks};

#[test]
fn the_catalogue_shows_tracks_labs_and_what_is_missing() {
    for size in SIZES {
        let (screen, geometry) = catalogue(size, &UiState::default());
        has(
            &screen,
            &["isolab", "Names", "Two hosts on one kernel", "12 min"],
        );
        has(&screen, &["not on this machine", "Enter open", "q quit"]);
        assert_eq!(geometry.rows, 2);
        let open = |command: &Command| *command == Command::OpenLab(0);
        assert!(geometry.hits.iter().any(|(_, command)| open(command)));
    }
}

#[test]
fn a_lab_that_cannot_be_played_is_told_with_its_remedy_to_the_last_word() {
    let state = UiState {
        selected: 1,
        ..UiState::default()
    };
    let why = "lab host: cannot build the lab host: namespaces: clone3(CLONE_NEWUSER and many others) => EACCES: Permission denied; on Ubuntu 23.10 and later an AppArmor profile must allow userns to this program, or sysctl kernel.apparmor_restrict_unprivileged_userns=0; or start isolab with sudo: the-last-words";
    for size in SIZES {
        let (screen, _) = with_lacks(size, &state, why);
        has(&screen, &["the-last-words", "not on this machine"]);
        assert!(!screen.contains("more lines"), "{screen}");
        // It is still unknown whether it can be played.
        has(&screen, &["… · 12 min"]);
    }
}

#[test]
fn what_is_not_installed_is_told_beside_the_lines_and_offered_in_the_catalogue() {
    let absent = Absent {
        programs: [("unshare".to_owned(), "util-linux".to_owned())].into(),
        install: Some("apk add util-linux".to_owned()),
    };
    let state = UiState {
        absent,
        ..UiState::default()
    };
    let asks = UiState {
        popup: Some(Popup::Install),
        ..state.clone()
    };
    for size in SIZES {
        let (screen, _) = draw_lab(size, &Stage::at(1), &state);
        let (screen, words) = (screen.replace('\n', " "), ["to type it: util-linux is not"]);
        has(&screen, &words);
        let (screen, _) = catalogue(size, &state);
        has(&screen, &["i tools", "q quit"]);
        let (screen, geometry) = catalogue(size, &asks);
        has(
            &screen,
            &[
                "util-linux: for unshare",
                "apk add util-linux",
                "▸ not now",
                "  install them",
            ],
        );
        let yes = |command: &Command| *command == Command::Install;
        assert!(geometry.hits.iter().any(|(_, command)| yes(command)));
    }
    // If nothing is missing, nothing is said.
    let (screen, _) = draw_lab(SIZES[0], &Stage::at(1), &UiState::default());
    assert!(!screen.contains("to type it"), "{screen}");
}

#[test]
fn the_briefing_shows_text_lines_checks_panel_and_shells() {
    for size in SIZES {
        let stage = Stage::at(1);
        let (screen, geometry) = draw_lab(size, &stage, &UiState::default());
        has(
            &screen,
            &["isolab · 04 Two hosts", "step 2/3", "lab host: safe"],
        );
        has(
            &screen,
            &["B leaves", "own host name", "$ unshare --uts bash"],
        );
        has(
            &screen,
            &["☐ b has the old name.", "[1 N", "uts", "4026531838"],
        );
        has(&screen, &["1 host", "2 b", "terminal of host", "Enter run"]);
        assert_eq!(geometry.panes.len(), 2);
        assert!(geometry.panes.iter().all(|(_, place)| place.width >= 38));
    }
}

#[test]
fn the_panels_draw_what_the_snapshot_holds() {
    let words: [&[&str]; 10] = [
        &["*4026532301 ◀", "changed", "/proc/PID/ns"],
        &["inside", "bash sleeping ← b", "NSpid"],
        &["ipc:[4026531839]", "queue 3", "0x0000002a"],
        &["all 41", "0–65535 are 100000–165535 outside"],
        &["/lab/merged", "overlay"],
        &[
            "┌╌┤● veth0",
            "└╌┤◐ veth1",
            "10.2.2.1/24",
            "⇄ veth1",
            "no carrier",
            "route default via 10.2.2.3",
        ],
        &[
            "cgroup v2: one tree with the controllers memory pids",
            "demo  frozen  10 bash",
            "████████░░░░░░░░ 20.0 MiB of 40.0 MiB · killed 2× ◀",
            "the group does not have this controller",
            "1 of ∞",
        ],
        &[
            "merged  /lab/merged",
            "upper: /lab/upper, lower 1: /lab/one, lower 2: /lab/two",
            "etc/",
            "  passwd                ",
            "↑ 12 B",
            "gone — deleted",
            "D 0/0      (5 B)",
            "(8 B)",
            "base",
            "0123456789ab  3.0 MiB  also in web",
        ],
        &["unshare(CLONE_NEWUTS) = 0", "B leaves: "],
        &[
            "Namespaces · step 2 ◀  own: uts",
            "host name shell-b",
            "As the host has it  Root · Network · Limits · Processes",
        ],
    ];
    let mut stage = Stage::at(1);
    stage.play();
    for (panel, words) in PanelName::ALL.into_iter().zip(words) {
        let state = UiState {
            panel,
            zoom: true,
            focus: Focus::Panel,
            ..UiState::default()
        };
        let (screen, _) = draw_lab((120, 40), &stage, &state);
        has(&screen, words);
    }
}

#[test]
fn a_guess_is_asked_before_and_replied_to_after() {
    let mut stage = Stage::at(0);
    let state = UiState::default();
    let (screen, geometry) = draw_lab((80, 24), &stage, &state);
    has(&screen, &["? How many hosts?", "1 One", "2 Two"]);
    let second = Command::Predict(1);
    let (place, _) = geometry
        .hits
        .iter()
        .find(|(_, hit)| *hit == second)
        .unwrap();
    assert_eq!(geometry.hit(place.x + 2, place.y), Some(second));
    stage.tell(Event::Run);
    has(&draw_lab((80, 24), &stage, &state).0, &["First a guess"]);
    stage.tell(Event::Predict(1));
    has(
        &draw_lab((80, 24), &stage, &state).0,
        &["Your guess", "Two", "Not yet two."],
    );
}

#[test]
fn what_is_checked_is_folded_until_the_question_is_answered() {
    let mut lab = Lab::clone(&stage::lab());
    lab.steps[1].ask = lab.steps[0].ask.clone();
    let mut stage = Stage::of(Arc::new(lab), 1);
    let card = UiState {
        popup: Some(Popup::Card),
        ..UiState::default()
    };
    let (screen, _) = draw_lab((120, 40), &stage, &UiState::default());
    has(&screen, &["☐ One thing is checked"]);
    for state in [&UiState::default(), &card] {
        let (screen, _) = draw_lab((120, 40), &stage, state);
        assert!(!screen.contains("b has the old name."), "{screen}");
    }
    stage.tell(Event::Predict(0));
    for state in [&UiState::default(), &card] {
        let (screen, _) = draw_lab((120, 40), &stage, state);
        has(&screen, &["☐ b has the old name."]);
    }
    // A step in which nothing is checked says nothing of it.
    let (screen, _) = draw_lab((120, 40), &Stage::at(0), &UiState::default());
    assert!(!screen.contains("checked"), "{screen}");
}

#[test]
fn popups_are_drawn_over_the_screen_and_choose() {
    let stage = Stage::at(1);
    for (popup, words) in [
        (Popup::Help, "Ctrl-] Tab"),
        (Popup::Steps { selected: 2 }, "▸  3 The end"),
        (Popup::StartOver, "whole lab"),
        (Popup::Quit, "its lab host and its shells end"),
        (Popup::Message("A **word**.".to_owned()), "A word."),
    ] {
        let state = UiState {
            popup: Some(popup),
            popup_scroll: 100,
            ..UiState::default()
        };
        for size in SIZES {
            has(&draw_lab(size, &stage, &state).0, &[words]);
        }
    }
    let state = UiState {
        popup: Some(Popup::StartOver),
        ..UiState::default()
    };
    let (_, geometry) = draw_lab((80, 24), &stage, &state);
    let lab = Command::StartOver(Scope::Lab);
    assert!(geometry.hits.iter().any(|(_, command)| *command == lab));
    assert_eq!(geometry.hit(0, 5), Some(Command::ClosePopup));
    // Nobody agrees to a lab from elsewhere by a click beside the question.
    let strange = UiState {
        popup: Some(Popup::Strange("It mounts.".to_owned(), 0)),
        ..UiState::default()
    };
    let (screen, geometry) = draw_lab((80, 24), &stage, &strange);
    assert_eq!(geometry.hit(0, 5), Some(Command::Scroll(0)));
    has(&screen, &["Esc leaves"]);
    let agrees = geometry
        .hits
        .iter()
        .any(|(_, hit)| *hit == Command::Agree(0));
    assert!(agrees, "{screen}");
}

#[test]
fn a_screen_too_small_says_what_it_needs() {
    let stage = Stage::at(0);
    for size in [(79, 24), (80, 23), (20, 5), (1, 1)] {
        let (screen, geometry) = draw_lab(size, &stage, &UiState::default());
        assert!(geometry.panes.is_empty());
        if size.0 > 20 {
            has(
                &screen,
                &["needed: 80 x 24", &format!("now:    {} x", size.0)],
            );
        }
    }
}

#[test]
fn no_control_character_reaches_the_screen() {
    let mut stage = Stage::at(1);
    stage.poison("\u{1b}[31mred\u{7}\u{202e}\n\u{9b}");
    for panel in PanelName::ALL {
        let state = UiState {
            panel,
            ..UiState::default()
        };
        for size in SIZES {
            let screen = draw_lab(size, &stage, &state).0;
            let steers = |letter: &char| letter.is_control() || *letter == '\u{202e}';
            let screen = screen.replace('\n', "");
            assert!(!screen.chars().any(|letter| steers(&letter)), "{screen}");
        }
    }
}

#[test]
fn each_area_is_drawn_alone_when_zoomed() {
    let stage = Stage::at(1);
    for focus in [Focus::Guide, Focus::Panel, Focus::Shell(1), Focus::Shell(9)] {
        let state = UiState {
            focus,
            zoom: true,
            ..UiState::default()
        };
        for size in SIZES {
            let (screen, geometry) = draw_lab(size, &stage, &state);
            has(&screen, &["lab host: safe"]);
            let shells = usize::from(focus == Focus::Shell(1));
            assert_eq!(geometry.panes.len(), shells);
        }
    }
}
