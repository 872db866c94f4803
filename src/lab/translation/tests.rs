//! Tests of translations, on a small lab.

use super::*;

const LAB: &str = "format: 1\ntitle: Two hosts\nsummary: One kernel, two names.\nminutes: 5\nactors:\n  b: {title: leaves}\nsteps:\n  - id: go\n    title: Go\n    text: |\n      A text\n      of two lines.\n    do:\n      - hostname: {name: x}\n    check:\n      - {expect: host.hostname == \"x\", else: The name is not x.}\n    hints: [Set the host name., \"`hostname x`\"]\n";

fn lab() -> Lab {
    Lab::parse("a.yaml", LAB)
        .0
        .unwrap_or_else(|| panic!("no lab"))
}

fn words(translation: &Translation) -> Vec<String> {
    translation
        .lint(&lab())
        .iter()
        .map(|p| p.message.clone())
        .collect()
}

fn parse(text: &str) -> Translation {
    Translation::parse("a.zh-CN.yaml", text.as_bytes()).unwrap_or_default()
}

#[test]
fn what_is_printed_is_read_back() {
    let printed = Translation::default().print(&lab(), false);
    let read = parse(&printed);
    let untranslated = [
        "`summary` is not translated",
        "`steps.go.text` is not translated",
        "`steps.go.check.0` is not translated",
        "`steps.go.hints.0` is not translated",
    ];
    assert_eq!(words(&read), untranslated, "{printed}");
    assert_eq!(read.print(&lab(), false), printed);
}

#[test]
fn a_translated_lab_differs_in_its_texts_alone() {
    let printed = Translation::default().print(&lab(), false);
    let chinese = printed.replace("The name is not x.", "主机名还不是 x。");
    let lab = parse(&chinese).apply(&lab());
    assert_eq!(lab.steps[0].checks[0].otherwise, "主机名还不是 x。");
    assert_eq!(lab.steps[0].checks[0].expect, "host.hostname == \"x\"");
    assert_eq!(lab.title, "Two hosts");
}

#[test]
fn what_is_missing_stale_or_left_over_is_told() {
    let printed = Translation::default().print(&lab(), false);
    let mut lines: Vec<&str> = printed.lines().collect();
    lines.retain(|line| !line.starts_with("title:"));
    let text =
        lines.join("\n").replacen("source: \"", "source: \"0", 1) + "\n  gone:\n    title: \"x\"\n";
    let told = words(&parse(&text));
    for message in [
        "`title` is missing",
        "the original texts of `lab` have changed",
        "the lab has no text `steps.gone.title`",
    ] {
        assert!(
            told.iter().any(|said| said == message),
            "{message}: {told:?}"
        );
    }
}

#[test]
fn what_is_no_map_of_texts_is_refused() {
    let refused =
        Translation::parse("a.zh-CN.yaml", b"title: [").map_err(|problems| problems.len());
    assert_eq!(refused, Err(1));
    assert!(Translation::parse("a.zh-CN.yaml", b"\xff").is_err());
}

#[test]
fn an_escape_is_no_way_in_for_a_control_character() {
    for text in [
        "title: \"a\\e[2J\"",
        "title: \"\\N\"",
        "\"ti\\u202etle\": x",
        "source: \"\\x07\"",
    ] {
        let read = Translation::parse("a.zh-CN.yaml", format!("format: 1\n{text}\n").as_bytes());
        let words = read.err().unwrap_or_default();
        let said = words.first().map(|problem| problem.message.as_str());
        assert!(
            said.is_some_and(|said| said.starts_with("control character U+")),
            "{text}"
        );
    }
}
