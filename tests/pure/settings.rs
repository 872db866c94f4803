//! The settings file: what `isolab settings` prints, which file counts, and where what is set is
//! seen.

use std::fs;
use std::path::Path;
use std::process::Command;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use isolab::config::{Chord, DEFAULT, FIXED, KeyName, Keys, Settings, schema};
use isolab::ui::keymap::Press;
use isolab::ui::keymap::table::{Binding, bindings};
use isolab::ui::{Command as Asked, Context, Popup, UiState};

use super::screens::stage::{Stage, draw_lab, has};

fn told(file: &Path, variable: Option<&Path>, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isolab"));
    command
        .env("LC_ALL", "C")
        .env("XDG_CONFIG_HOME", file.parent().unwrap().join("nothing"))
        .args(arguments);
    command.env_remove("ISOLAB_CONFIG");
    if let Some(path) = variable {
        command.env("ISOLAB_CONFIG", path);
    }
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let status = output.status.code().unwrap();
    (status, String::from_utf8(text).unwrap())
}

#[test]
fn the_schema_of_the_settings_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/settings.schema.json");
    let kept = fs::read_to_string(path).unwrap_or_default();
    let help = "run `isolab settings --schema > assets/settings.schema.json`";
    assert!(kept == schema() + "\n", "{help}");
}

/// A settings file as JSON.
fn as_json(text: &str) -> serde_json::Value {
    // As editors read it: `y` and `n` are letters.
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).unwrap()
}

#[test]
fn the_schema_takes_what_isolab_takes() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for text in [
        DEFAULT,
        "{}",
        "colours:\nthemes:\nkeys:\n",
        "themes: {mine: {colours: }}",
        "language: en",
        "keys: {hint: [H, f1, ctrl-h], start-over: R}",
        "look: mine\nthemes: {mine: {like: dark, colours: {code: 80, own: \"#aabbcc\"}}}",
        "colours: {notice: bright-red}",
    ] {
        assert!(Settings::parse(text).is_ok(), "{text}");
        assert!(validator.is_valid(&as_json(text)), "{text}");
    }
    for text in [
        "colour: red",
        "keys: {hnit: x}",
        "keys: {hint: {}}",
        "colours: {kode: red}",
        "colours: {code: 256}",
        "themes: {mine: {like: pink}}",
    ] {
        assert!(Settings::parse(text).is_err(), "{text}");
        assert!(!validator.is_valid(&as_json(text)), "{text}");
    }
}

#[test]
fn the_settings_of_the_readme_count() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("## Settings").unwrap();
    let (_, rest) = rest.split_once("```yaml\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    let settings = Settings::parse(text).unwrap();
    assert_ne!(settings.keys, Keys::default());
}

#[test]
fn the_file_that_is_named_counts() {
    let home = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = home.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let chinese = file("zh.yaml", "language: zh-CN\n");
    let english = file("en.yaml", "language: en\n");
    let bad = file("bad.yaml", "keys: {hint: n}\n");
    let (zh, en) = (chinese.to_str().unwrap(), english.to_str().unwrap());
    let minutes = |told: (i32, String)| (told.0, told.1.contains("分钟"));
    assert_eq!(minutes(told(&chinese, None, &["list"])), (0, false));
    let by_option = ["list", "--config", zh];
    assert_eq!(minutes(told(&chinese, None, &by_option)), (0, true));
    let before = ["--config", zh, "list"];
    assert_eq!(minutes(told(&chinese, None, &before)), (0, true));
    let by_variable = told(&chinese, Some(&chinese), &["list"]);
    assert_eq!(minutes(by_variable), (0, true));
    // The command line counts for more.
    let both = told(&chinese, Some(&chinese), &["list", "--config", en]);
    assert_eq!(minutes(both), (0, false));
    let help = told(&chinese, None, &["--help", &format!("--config={zh}")]);
    assert!(help.1.contains("用法"), "{}", help.1);
    // What is named must be there and be right.
    let bad = told(&bad, None, &["list", "--config", bad.to_str().unwrap()]);
    assert!(
        bad.0 == 2 && bad.1.contains("`n` is there for next"),
        "{bad:?}"
    );
    // It is told in the language of the person.
    let mut told_in_chinese = Command::new(env!("CARGO_BIN_EXE_isolab"));
    told_in_chinese.env("LC_ALL", "zh_CN.UTF-8");
    let file = home.path().join("bad.yaml");
    let output = told_in_chinese
        .args(["list", "--config"])
        .arg(file)
        .output();
    let said = String::from_utf8(output.unwrap().stderr).unwrap();
    assert!(said.contains("设置"), "{said}");
    let nowhere = home.path().join("nowhere.yaml");
    let missing = told(&chinese, Some(&nowhere), &["list"]);
    assert!(
        missing.0 == 2 && missing.1.contains("nowhere.yaml"),
        "{missing:?}"
    );
}

#[test]
fn what_isolab_prints_as_its_settings_can_be_given_back() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("settings.yaml");
    let (status, text) = told(&file, None, &["settings"]);
    assert_eq!((status, text.as_str()), (0, DEFAULT));
    fs::write(&file, text).unwrap();
    let (status, list) = told(&file, None, &["list", "--config", file.to_str().unwrap()]);
    assert_eq!((status, list), told(&file, None, &["list"]));
    let (status, text) = told(&file, None, &["settings", "--schema"]);
    assert_eq!((status, text), (0, schema() + "\n"));
}

#[test]
fn the_letters_that_are_fixed_are_those_of_the_table() {
    let places = bindings().filter(|binding| !binding.place.is_plain());
    let letters = places
        .flat_map(Binding::presses)
        .filter_map(|press| match press {
            Press::Letter(letter) => Some(letter),
            _ => None,
        });
    let own = KeyName::ALL.map(KeyName::letter);
    let mut fixed: Vec<char> = letters.filter(|letter| !own.contains(letter)).collect();
    fixed.sort_unstable();
    fixed.dedup();
    assert_eq!(FIXED, fixed.into_iter().collect::<String>());
}

fn set() -> UiState {
    let text = "keys: {hint: [H, f1, ctrl-h], zoom: [alt-z, Z], help: [f2, \"?\"]}\n";
    UiState {
        keys: Settings::parse(text).unwrap().keys,
        ..UiState::default()
    }
}

#[test]
fn each_of_several_keys_does_it() {
    let (stage, state) = (Stage::at(1), set());
    let asked = |code, held| {
        let event = KeyEvent::new(code, held);
        isolab::ui::keymap::command(&event, &Context::lab(&stage.session, &state))
    };
    let (none, control, alt) = (KeyModifiers::NONE, KeyModifiers::CONTROL, KeyModifiers::ALT);
    for (code, held) in [
        (KeyCode::Char('H'), none),
        (KeyCode::Char('H'), KeyModifiers::SHIFT),
        (KeyCode::F(1), none),
        (KeyCode::Char('h'), control),
    ] {
        assert_eq!(asked(code, held), Some(Asked::Hint), "{code:?} {held:?}");
    }
    assert_eq!(asked(KeyCode::Char('h'), none), None);
    assert_eq!(asked(KeyCode::Char('h'), alt), None);
    assert_eq!(asked(KeyCode::Char('z'), none), None);
    assert_eq!(asked(KeyCode::Char('z'), alt), Some(Asked::Zoom));
    assert_eq!(asked(KeyCode::Char('Z'), none), Some(Asked::Zoom));
    let help = Some(Asked::Popup(Popup::Help));
    assert_eq!(asked(KeyCode::F(2), none), help);
    assert_eq!(asked(KeyCode::Char('?'), none), help);
    // After the leader, too; and what is fixed stays.
    let led = UiState {
        leader: true,
        ..set()
    };
    let event = KeyEvent::new(KeyCode::Char('z'), alt);
    let zoomed = isolab::ui::keymap::command(&event, &Context::lab(&stage.session, &led));
    assert_eq!(zoomed, Some(Asked::Zoom));
}

#[test]
fn the_first_key_is_shown_in_the_footer_and_in_the_help() {
    let (stage, mut state) = (Stage::at(1), set());
    state.declined = true;
    let (screen, _) = draw_lab((80, 24), &stage, &state);
    let footer = screen.lines().last().unwrap();
    has(footer, &["H hint", "Alt-z zoom", "F2 keys"]);
    state.popup = Some(Popup::Help);
    state.popup_scroll = 0;
    let (screen, _) = draw_lab((120, 50), &stage, &state);
    has(&screen, &["H  ", "Ctrl-] Alt-z "]);
    assert_eq!(
        Chord::read("ctrl-h").map(Chord::label).as_deref(),
        Some("Ctrl-H")
    );
}
