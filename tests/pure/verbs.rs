//! The Chinese texts of the verbs: there is one for each verb and for all its fields, and it
//! matches the current English.

use std::collections::BTreeMap;

use isolab::lab::reference::{Verb, verbs};
use isolab::ui::{Popup, UiState};
use isolab::word::{Language, book, speak};
use isolab::{catalog, lab::Lab};
use sha2::{Digest as _, Sha256};

use super::screens::stage::{Stage, draw_lab};

/// The digest of all English texts of a verb.
fn digest(verb: &Verb) -> String {
    let mut digest = Sha256::new();
    let fields = verb.fields.iter().flat_map(|f| [&f.name, &f.text]);
    for text in [&verb.text, &verb.details].into_iter().chain(fields) {
        digest.update(text.trim().as_bytes());
        digest.update([0]);
    }
    let bytes = digest.finalize();
    let hex = bytes.iter().take(4).map(|byte| format!("{byte:02x}"));
    hex.collect()
}

/// What stands in back-quotes behind the word for an example.
fn example<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let (_, example) = text.split_once(word).unwrap_or_default();
    example.split('`').skip(1).step_by(2).collect()
}

/// What is wrong with the translation of a verb.
fn wrong(verb: &Verb, told: &book::Verb) -> Vec<String> {
    let mut words = Vec::new();
    if told.source != digest(verb) {
        words.push("the English has changed: translate it".to_owned());
    }
    if example(&told.text, "例如：") != example(&verb.details, "Example: ") {
        words.push("the example is another one".to_owned());
    }
    for field in &verb.fields {
        if told.fields.get(&field.name).is_none_or(String::is_empty) {
            words.push(format!("nothing is said of the field `{}`", field.name));
        }
    }
    let known = |name: &String| verb.fields.iter().any(|field| field.name == *name);
    let gone = told.fields.keys().filter(|name| !known(name));
    words.extend(gone.map(|name| format!("there is no field `{name}`")));
    words
}

#[test]
fn every_verb_is_told_in_chinese_as_it_is_now() {
    speak(Language::Chinese);
    let told: BTreeMap<&str, &book::Verb> =
        book::verbs().iter().map(|t| (t.verb.as_str(), t)).collect();
    assert_eq!(told.len(), book::verbs().len(), "a verb is there twice");
    speak(Language::English);
    let mut offences = Vec::new();
    for verb in verbs() {
        let words = told.get(verb.name.as_str()).map_or_else(
            || vec!["nothing is said of it".to_owned()],
            |told| wrong(verb, told),
        );
        let (name, source) = (&verb.name, digest(verb));
        offences.extend(
            words
                .iter()
                .map(|w| format!("{name}: {w} (source: \"{source}\")")),
        );
    }
    let gone = told
        .keys()
        .filter(|name| verbs().iter().all(|v| v.name != **name));
    offences.extend(gone.map(|name| format!("{name}: there is no such verb")));
    assert!(
        offences.is_empty(),
        "assets/verbs/zh-CN.yaml:\n{}",
        offences.join("\n")
    );
}

#[test]
fn the_cards_are_in_the_language_of_the_person() {
    let found = catalog::find("uts-ipc", None).unwrap();
    let lab: Lab = catalog::load(&found).unwrap().lab.unwrap();
    let state = UiState {
        popup: Some(Popup::Card),
        ..UiState::default()
    };
    for (language, words) in [
        (Language::English, "Runs a program to its end"),
        (Language::Chinese, "把一个程序运行到结束"),
    ] {
        speak(language);
        let told = catalog::in_language(&found, lab.clone(), language.tag());
        let stage = Stage::of(told.into(), 0);
        let (screen, _) = draw_lab((120, 40), &stage, &state);
        let flat: String = screen.chars().filter(|c| *c != ' ').collect();
        let words = words.replace(' ', "");
        assert!(flat.contains(&words), "{screen}");
    }
    speak(Language::English);
}
