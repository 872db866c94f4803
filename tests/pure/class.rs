//! What a class did: who is who, what is counted, and that no file can do harm.

mod figures;
mod form;

use isolab::catalog;
use isolab::class::{self, Class, HandIn, LabFigures, NotTaken, Note};
use isolab::lab::Lab;
use isolab::progress::{Known, StepKnown};
use isolab::session::How;
use proptest::prelude::*;

const ONE: &str = "00000000000000aa";
const TWO: &str = "00000000000000bb";
const SECOND: u64 = 1000;

fn step(how: How, seconds: u64) -> StepKnown {
    StepKnown {
        how: Some(how),
        spent: seconds * SECOND,
        ..StepKnown::default()
    }
}

/// A lab left at a step, or finished.
fn known(lab: &str, at: Option<&str>, steps: &[(&str, StepKnown)]) -> Known {
    let steps = steps
        .iter()
        .map(|(id, step)| ((*id).to_owned(), step.clone()));
    Known {
        lab: lab.to_owned(),
        attempts: 1,
        done: at.is_none(),
        at: at.map(str::to_owned),
        last: 1,
        steps: steps.collect(),
        ..Known::default()
    }
}

fn hand_in(learner: &str, exported: i64, labs: Vec<Known>) -> HandIn {
    HandIn {
        format: class::FORMAT,
        isolab: String::new(),
        learner: learner.to_owned(),
        name: None,
        exported,
        whole: true,
        labs,
    }
}

fn merge(files: Vec<HandIn>) -> Class {
    let named = files.into_iter().enumerate();
    class::merge(named.map(|(n, file)| (format!("{n}.json"), file)).collect())
}

fn read(text: &str) -> Result<HandIn, NotTaken> {
    HandIn::read(text.as_bytes())
}

fn lab(id: &str) -> Option<Lab> {
    let found = catalog::all(None)
        .into_iter()
        .find(|found| found.id == id)?;
    catalog::load(&found).ok()?.lab
}

fn figures(class: &Class) -> Vec<LabFigures> {
    class::figures(class, |_| true, lab)
}

#[test]
fn the_newest_account_counts_and_each_person_once() {
    let lab = |at| known("05-pid", at, &[]);
    let old = hand_in(ONE, 10, vec![lab(Some("ps")), known("x", Some("a"), &[])]);
    let new = hand_in(ONE, 20, vec![lab(Some("proc"))]);
    for files in [
        vec![old.clone(), new.clone()],
        vec![new.clone(), old.clone()],
    ] {
        let class = merge(files);
        assert_eq!(class.learners.len(), 1);
        let labs = &class.learners[0].labs;
        assert_eq!(
            (labs.len(), labs["05-pid"].at.as_deref()),
            (1, Some("proc"))
        );
        assert!(
            matches!(class.notes[..], [Note::Superseded(..)]),
            "{:?}",
            class.notes
        );
    }
    // An account of one lab does not change the others.
    let part = HandIn {
        whole: false,
        ..new
    };
    let class = merge(vec![part, old.clone()]);
    let labs = &class.learners[0].labs;
    assert_eq!(
        (labs.len(), labs["05-pid"].at.as_deref()),
        (2, Some("proc"))
    );
    assert_eq!(class.notes, []);
    // Of two of the same second, the one that was given last counts.
    let twin = hand_in(ONE, 10, vec![lab(Some("enter"))]);
    let class = merge(vec![old, twin]);
    assert_eq!(
        class.learners[0].labs["05-pid"].at.as_deref(),
        Some("enter")
    );
}

#[test]
fn people_are_called_by_name_if_they_say_so_now() {
    let file = |learner: &str, exported, name: Option<&str>| HandIn {
        name: name.map(str::to_owned),
        ..hand_in(learner, exported, Vec::new())
    };
    let labels = |files| -> Vec<String> {
        let learners = merge(files).learners.into_iter();
        learners.map(|learner| learner.label).collect()
    };
    // As many digits as tell the numbers apart.
    assert_eq!(
        labels(vec![file(ONE, 1, None), file(TWO, 1, None)]),
        ["00000000000000a", "00000000000000b"]
    );
    assert_eq!(labels(vec![file(ONE, 1, None)]), ["000000"]);
    assert_eq!(
        labels(vec![file(ONE, 1, Some("Li Lei")), file(ONE, 2, None)]),
        ["000000"]
    );
    let namesakes = labels(vec![file(ONE, 1, Some("Li")), file(TWO, 1, Some("Li"))]);
    assert_eq!(namesakes, ["Li (00000000000000a)", "Li (00000000000000b)"]);
    let class = merge(vec![file(ONE, 1, Some("Li")), file(ONE, 2, Some("Han"))]);
    assert!(
        class
            .notes
            .iter()
            .any(|note| matches!(note, Note::TwoNames(..)))
    );
    assert_eq!(class.learners[0].label, "Han");
}

#[test]
fn a_newer_file_that_knows_less_is_told() {
    let more = Known {
        attempts: 3,
        ..known("05-pid", None, &[])
    };
    let less = known("05-pid", Some("ps"), &[]);
    let class = merge(vec![
        hand_in(ONE, 1, vec![more]),
        hand_in(ONE, 2, vec![less]),
    ]);
    let apart = Note::Apart("0.json".to_owned(), "1.json".to_owned());
    assert!(class.notes.contains(&apart), "{:?}", class.notes);
}

/// What isolab wrote before a file named its learner.
const FIRST: &str = r#"[{"lab": "05-pid", "attempts": 2, "done": false, "at": "ps", "last": 77,
    "steps": {"nobody": {"how": "typed", "chosen": 2, "predicted": true, "answered": null,
    "said": null, "hints": 1, "after": 5000}}}]"#;

#[test]
fn files_of_the_first_format_are_read() {
    let old = read(FIRST).unwrap();
    assert_eq!(
        (old.exported, old.name.as_deref(), old.learner.len()),
        (77, None, 16)
    );
    assert_eq!(read("[]").unwrap().labs, []);
    let other = read(&FIRST.replace("77", "78")).unwrap();
    let class = merge(vec![old.clone(), old, other]);
    assert_eq!(class.learners.len(), 2);
    assert_eq!(class.notes.last(), Some(&Note::Unsigned(3)));
    let lab = &figures(&class)[0];
    let first = &lab.steps[0];
    assert_eq!(
        (lab.began, first.typed, first.guesses, first.hints),
        (2, 2, (2, 0), (2, 2))
    );
    assert_eq!((first.timed, first.median, first.longest), (0, None, None));
}

#[test]
fn what_isolab_cannot_have_written_is_not_taken() {
    let good = serde_json::to_string(&hand_in(ONE, 1, vec![known("05-pid", None, &[])])).unwrap();
    assert!(read(&good).is_ok());
    assert!(read(&format!("\u{feff}{good}")).is_ok());
    // As PowerShell writes it, and the other way round.
    let words = || format!("\u{feff}{good}").encode_utf16().collect::<Vec<_>>();
    let little: Vec<u8> = words().iter().flat_map(|w| w.to_le_bytes()).collect();
    let big: Vec<u8> = words().iter().flat_map(|w| w.to_be_bytes()).collect();
    assert_eq!(HandIn::read(&little), read(&good));
    assert_eq!(HandIn::read(&big), read(&good));
    let named = |name: &str| {
        let name = serde_json::to_string(name).unwrap();
        good.replace("\"exported\"", &format!("\"name\":{name},\"exported\""))
    };
    assert_eq!(read(&named("王芳")).unwrap().name.as_deref(), Some("王芳"));
    let long = "x".repeat(81);
    let deep = format!("[{}", "[".repeat(100_000));
    let many = format!("[{}]", vec![FIRST.trim_matches(['[', ']']); 1001].join(","));
    for (text, why) in [
        ("", NotTaken::Empty),
        (&good[..40], NotTaken::Damaged(1, 40)),
        ("{\n]", NotTaken::Damaged(2, 1)),
        ("null", NotTaken::Other),
        ("{}", NotTaken::Other),
        (r#"{"format": 2}"#, NotTaken::Other),
        (r#"{"format": 99, "all": "new"}"#, NotTaken::Newer(99)),
        (
            &good.replace("\"format\":2", "\"format\":-1"),
            NotTaken::Other,
        ),
        (&good.replace(ONE, "zz"), NotTaken::Other),
        (&good.replace(ONE, "../../../etc/pas"), NotTaken::Other),
        (&good.replace("05-pid", ""), NotTaken::Other),
        (&good.replace("05-pid", &long), NotTaken::Other),
        (&good.replace("05-pid", r"\u001b[2J"), NotTaken::Other),
        (
            &good.replace("\"attempts\":1", "\"attempts\":-1"),
            NotTaken::Other,
        ),
        (&named(&long), NotTaken::Other),
        (&named("a\nb"), NotTaken::Other),
        (&named("\u{202e}cod.exe"), NotTaken::Other),
        (&FIRST.replace("typed", "dreamt"), NotTaken::Other),
        (
            &FIRST.replace("\"hints\": 1", "\"hints\": 1e300"),
            NotTaken::Other,
        ),
        (&many, NotTaken::Other),
    ] {
        assert_eq!(
            read(text),
            Err(why),
            "{}",
            text.chars().take(200).collect::<String>()
        );
    }
    assert!(read(&deep).is_err());
    assert!(read(&format!("{{\"format\": 2, \"more\": {deep}")).is_err());
    assert!(HandIn::read(b"\"\xff\xfe\"").is_err());
}

proptest! {
    #[test]
    fn no_damage_to_a_file_breaks_the_reading(at in 0usize..400, byte in any::<u8>()) {
        let mut bytes = FIRST.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(file) = HandIn::read(&bytes) {
            let class = merge(vec![file]);
            let all = figures(&class);
            let escapes = class::text(&class, &all).contains('\u{1b}');
            prop_assert!(!escapes);
        }
    }
}
