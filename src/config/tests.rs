//! Settings files, good and bad.

use super::*;

fn parsed(text: &str) -> Settings {
    Settings::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"))
}

#[test]
fn settings_are_read() {
    let settings = parsed("language: zh\nlook: light\nkeys: {hint: H, zoom: x}\nleader: ctrl-g\n");
    assert_eq!(settings.language, Some(Language::Chinese));
    assert_eq!(settings.looks.wanted, Wanted::Look(Look::Light));
    let keys = settings.keys;
    let meaning = |letter| keys.meaning(Chord::letter(letter));
    assert_eq!(meaning('H'), Meaning::Own(KeyName::Hint));
    assert_eq!(meaning('h'), Meaning::Nothing);
    assert_eq!(meaning('n'), Meaning::Own(KeyName::Next));
    assert_eq!(meaning('/'), Meaning::Itself);
    assert_eq!(
        (keys.label("z"), keys.label("Ctrl-] z"), keys.label("Enter")),
        ("x".to_owned(), "Ctrl-G x".to_owned(), "Enter".to_owned())
    );
    assert_eq!(Settings::parse(""), Ok(Settings::default()));
}

#[test]
fn the_printed_default_changes_nothing_and_names_everything() {
    assert_eq!(parsed(DEFAULT), Settings::default());
    for name in KeyName::ALL {
        let line = format!("\n  {}: ", name.name());
        assert!(DEFAULT.contains(&line), "{line}");
    }
    // What stands there as an example is right in its place, too.
    let lines = DEFAULT.lines().map(|line| match line.strip_prefix('#') {
        Some(example) if example.starts_with("  ") || !example.starts_with(' ') => example,
        _ => line,
    });
    let settings = parsed(&lines.collect::<Vec<_>>().join("\n"));
    assert_eq!(settings.language, Some(Language::Chinese));
    assert_eq!(settings.looks.paint.code, Some(Colour::Index(6)));
    assert_eq!(settings.looks.themes.len(), 1);
}

#[test]
fn an_action_has_several_keys_and_the_first_is_shown() {
    let keys = parsed("keys: {hint: [H, f1, ctrl-h], zoom: alt-z, help: [Insert, \"?\"]}").keys;
    for word in ["H", "f1", "F1", "ctrl-h", "Ctrl-H"] {
        let chord = Chord::read(word).unwrap();
        assert_eq!(keys.meaning(chord), Meaning::Own(KeyName::Hint), "{word}");
    }
    assert_eq!(keys.meaning(Chord::letter('h')), Meaning::Nothing);
    assert_eq!(keys.meaning(Chord::letter('z')), Meaning::Nothing);
    let labels = ["h", "z", "?", "Ctrl-] z"].map(|key| keys.label(key));
    assert_eq!(labels, ["H", "Alt-z", "Insert", "Ctrl-] Alt-z"]);
    assert_eq!(parsed("keys: {hint: f1}").keys.label("h"), "F1");
    // A record keeps what is shown.
    let again = Keys::of(keys.leader(), keys.shown());
    assert_eq!(again.label("h"), "H");
}

#[test]
fn letters_that_yaml_could_mean_otherwise_are_letters() {
    let keys = parsed("keys: {hint: y, next: N, type: [n, Y]}").keys;
    assert_eq!(
        keys.meaning(Chord::letter('y')),
        Meaning::Own(KeyName::Hint)
    );
    assert_eq!(
        keys.meaning(Chord::letter('n')),
        Meaning::Own(KeyName::Type)
    );
}

#[test]
fn colours_are_laid_over_a_look() {
    let looks = parsed(
        "look: mine\ncolours: {notice: red}\nthemes:\n  mine:\n    like: light\n    \
         colours: {code: \"#2aa198\", own: bright-yellow, notice: 5}\n",
    )
    .looks;
    let first = looks.first(None);
    assert_eq!(first.look, Look::Light);
    assert_eq!(first.paint.code, Some(Colour::Rgb(0x2a, 0xa1, 0x98)));
    assert_eq!(first.paint.own, Some(Colour::Index(11)));
    assert_eq!(first.paint.notice, Some(Colour::Index(1)));
    assert_eq!(first.paint.good, None);
    // The key goes through all and comes back.
    let mut now = first;
    let mut seen = Vec::new();
    for _ in 0..5 {
        now = looks.after(now);
        seen.push(now.look);
    }
    assert_eq!(now, first);
    assert_eq!(seen, [&Look::ALL[..], &[Look::Light]].concat());
}

#[test]
fn the_look_follows_the_terminal_if_asked() {
    let looks = parsed("look: auto").looks;
    assert_eq!(looks.first(None).look, Look::Terminal);
    assert_eq!(looks.first(Some(true)).look, Look::Light);
    assert_eq!(looks.first(Some(false)).look, Look::Dark);
    assert_eq!(
        parsed("look: dark").looks.first(Some(true)).look,
        Look::Dark
    );
}

#[test]
fn what_is_wrong_is_said() {
    for (text, part) in [
        ("keys: {hint: \"alt-[\"}", "alt-["),
        ("keys: {hint: alt-O}", "alt-O"),
        ("language: xx", "none of en, zh-CN"),
        ("look: pink", "`pink`"),
        ("look: mine\nthemes: {other: {}}", "auto, other"),
        ("themes: {dark: {}}", "`dark`"),
        ("themes: {mine: {like: pink}}", "pink"),
        ("colours: {code: pink}", "`pink`"),
        ("colours: {code: 256}", "`256`"),
        ("colours: {code: \"#12345\"}", "`#12345`"),
        ("colours: {kode: red}", "kode"),
        ("keys: {hint: hh}", "`hh` is no key"),
        ("keys: {hint: f13}", "`f13` is no key"),
        ("keys: {hint: shift-x}", "`shift-x` is no key"),
        ("keys: {hint: \"\\e\"}", "is no key"),
        ("keys: {hint: 1}", "chooses answers"),
        ("keys: {hint: [H, 1]}", "chooses answers"),
        ("keys: {hint: []}", "hint has no key"),
        ("keys: {hint: n}", "`n` is there for next"),
        (
            "keys: {hint: x, zoom: x}",
            "`x` is given to hint and to zoom",
        ),
        (
            "keys: {hint: [x, f1], zoom: [F1]}",
            "`f1` is given to hint and to zoom",
        ),
        ("keys: {hint: [x, x]}", "`x` is given to hint and to hint"),
        ("keys: {hnit: x}", "no action `hnit`"),
        ("keys: {hint: /}", "`/` has a fixed meaning"),
        ("keys: {hint: ctrl-c}", "`ctrl-c` cannot be set"),
        ("keys: {hint: ctrl-i}", "`ctrl-i` cannot be set"),
        (
            "leader: ctrl-g\nkeys: {hint: ctrl-g}",
            "`ctrl-g` cannot be set",
        ),
        ("leader: ctrl-c", "cannot be it"),
        ("leader: g", "cannot be it"),
        ("colour: red", "colour"),
        ("a: [", ""),
    ] {
        let said = Settings::parse(text).err().unwrap_or_default();
        assert!(!said.is_empty() && said.contains(part), "{text}: {said}");
    }
}

#[test]
fn a_settings_file_may_be_anything() {
    crate::fuzz::each("config", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let keys = match Settings::parse(&text) {
            Ok(settings) => settings.keys,
            Err(said) => {
                assert!(!said.is_empty());
                return;
            }
        };
        // Each action has a key that is shown, which means it.
        let shown = keys.shown();
        for name in KeyName::ALL {
            let own = shown.iter().find(|(_, other)| **other == name);
            let chord = own.map_or(Chord::letter(name.letter()), |(chord, _)| *chord);
            assert_eq!(keys.meaning(chord), Meaning::Own(name), "{text}");
            assert!(!chord.label().contains(char::is_control), "{text}");
        }
    });
}
