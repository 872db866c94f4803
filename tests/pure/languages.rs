//! The screens in both languages, as they are: `cargo insta review` shows what a
//! change does to them.

use isolab::ui::{Focus, Popup, UiState};
use isolab::word::{Language, speak};
use isolab::{catalog, lab::Lab};

use super::screens::container;
use super::screens::stage::{Stage, catalogue, draw_lab};

/// Small and large.
const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

pub(super) fn lab(language: Language) -> Lab {
    let found = catalog::find("uts-ipc", None).unwrap();
    let lab = catalog::load(&found).unwrap().lab.unwrap();
    catalog::in_language(&found, lab, language.tag())
}

/// A screen as a terminal shows it: a wide letter takes two columns.
pub(super) fn shown(screen: &str) -> String {
    let line = |line: &str| {
        let mut letters = line.chars();
        let mut out = String::new();
        while let Some(letter) = letters.next() {
            out.push(letter);
            if unicode_width::UnicodeWidthChar::width(letter) == Some(2) {
                letters.next();
            }
        }
        out.trim_end().to_owned()
    };
    screen.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_screen_speaks_both_languages() {
    for language in Language::ALL {
        speak(language);
        for size in SIZES {
            let name = |what: &str| format!("{what}-{}-{}x{}", language.tag(), size.0, size.1);
            let state = UiState::default();
            let snap = |what: &str, screen: &str| {
                insta::assert_snapshot!(name(what), shown(screen));
            };
            snap("catalogue", &catalogue(size, &state).0);
            let mut stage = Stage::of(lab(language).into(), 0);
            snap("briefing", &draw_lab(size, &stage, &state).0);
            let help = UiState {
                popup: Some(Popup::Help),
                ..UiState::default()
            };
            snap("help", &draw_lab(size, &stage, &help).0);
            let words = UiState {
                popup: Some(Popup::Words),
                ..UiState::default()
            };
            snap("words", &draw_lab(size, &stage, &words).0);
            let zoomed = UiState {
                focus: Focus::Panel,
                zoom: true,
                ..UiState::default()
            };
            snap("panel", &draw_lab(size, &stage, &zoomed).0);
            stage.play();
            snap("after", &draw_lab(size, &stage, &state).0);
        }
    }
    speak(Language::English);
}

#[test]
fn containers_are_told_in_both_languages() {
    for language in Language::ALL {
        speak(language);
        for size in SIZES {
            let name = |what: &str| format!("{what}-{}-{}x{}", language.tag(), size.0, size.1);
            let snap = |what: &str, stage: &Stage, state: &UiState| {
                let (screen, _) = draw_lab(size, stage, state);
                insta::assert_snapshot!(name(what), shown(&screen));
            };
            let alone = container::alone();
            let beside = UiState {
                zoom: false,
                ..alone.clone()
            };
            snap("container-none", &container::none(), &beside);
            snap("container-one", &container::growing(), &beside);
            snap("container-two", &container::two(), &alone);
        }
    }
    speak(Language::English);
}

#[test]
fn every_built_in_lab_is_drawn_in_chinese() {
    speak(Language::Chinese);
    for found in catalog::all(None) {
        let english = catalog::load(&found).unwrap().lab.unwrap();
        let lab = catalog::in_language(&found, english.clone(), Language::Chinese.tag());
        assert_ne!(lab.title, english.title, "{}", found.id);
        let stage = Stage::of(lab.into(), 0);
        for size in SIZES {
            let (screen, _) = draw_lab(size, &stage, &UiState::default());
            assert!(shown(&screen).contains("实验主机"), "{}", found.id);
        }
    }
    speak(Language::English);
}
