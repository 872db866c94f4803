//! What a class did: who is who, what is counted, and that no file can do harm.

use std::collections::BTreeMap;

use isolab::catalog;
use isolab::class::{self, Class, HandIn, LabFigures, NotTaken, Note, StepFigures};
use isolab::lab::Lab;
use isolab::progress::{Known, StepKnown};
use isolab::session::How;
use isolab::word::{Language, speak};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

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
    // An account of one lab says nothing of the others.
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
    // Of two of the same second, the one that was given last.
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
    // As much of the numbers as it takes.
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

/// What isolab wrote before files said whose they are.
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
    let named =
        |name: &str| good.replace("\"exported\"", &format!("\"name\":{name:?},\"exported\""));
    assert_eq!(read(&named("王芳")).unwrap().name.as_deref(), Some("王芳"));
    let long = "x".repeat(81);
    let deep = format!("[{}", "[".repeat(100_000));
    let many = format!("[{}]", vec![FIRST.trim_matches(['[', ']']); 1001].join(","));
    for (text, why) in [
        ("", NotTaken::Damaged(1, 0)),
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
    assert!(matches!(read(&deep), Err(NotTaken::Damaged(..))));
    assert!(HandIn::read(b"\"\xff\xfe\"").is_err());
}

/// Three who finished, one who stopped, one who only began; of a lab that is known here.
fn five() -> Class {
    let ids = ["a1", "b2", "c3", "d4", "e5"].map(|end| format!("00000000000000{end}"));
    let guess = |how, seconds, chosen, right| StepKnown {
        chosen: Some(chosen),
        predicted: Some(right),
        ..step(how, seconds)
    };
    let hinted = StepKnown {
        hints: 3,
        ..step(How::Shown, 70)
    };
    let labs = [
        known(
            "05-pid",
            None,
            &[
                ("nobody", guess(How::Typed, 10, 2, true)),
                ("enter", step(How::Typed, 60)),
                ("gone-since", step(How::Typed, 5)),
            ],
        ),
        known(
            "05-pid",
            None,
            &[
                ("nobody", guess(How::Played, 20, 0, false)),
                ("enter", hinted),
            ],
        ),
        known(
            "05-pid",
            None,
            &[
                ("nobody", guess(How::Skipped, 999, 0, false)),
                ("enter", step(How::Read, 0)),
            ],
        ),
        known(
            "05-pid",
            Some("enter"),
            &[
                ("nobody", guess(How::Played, 40, 1, false)),
                (
                    "enter",
                    StepKnown {
                        how: None,
                        ..step(How::Read, 500)
                    },
                ),
            ],
        ),
        known("05-pid", Some("ps"), &[]),
    ];
    let files = ids.iter().zip(labs);
    merge(files.map(|(id, lab)| hand_in(id, 1, vec![lab])).collect())
}

fn row<'a>(lab: &'a LabFigures, id: &str) -> &'a StepFigures {
    lab.steps.iter().find(|step| step.id == id).unwrap()
}

#[test]
fn each_step_is_counted() {
    let all = figures(&five());
    let lab = &all[0];
    assert_eq!((all.len(), lab.began, lab.finished.len()), (1, 5, 3));
    assert_eq!(lab.title.as_deref(), Some("Being number one"));
    assert_eq!((lab.median, lab.longest), (Some(90_000), Some(999_000)));
    let first = row(lab, "nobody");
    assert_eq!(first.known, Some((1, "Without a number one".to_owned())));
    assert_eq!(
        (first.done(), first.typed, first.played, first.skipped),
        (3, 1, 2, 1)
    );
    assert_eq!(
        (first.timed, first.median, first.longest),
        (3, Some(20_000), Some(999_000))
    );
    assert_eq!(first.guesses, (4, 3));
    let choice = |number: usize, taken, wrong| {
        let choice = first
            .choices
            .iter()
            .find(|choice| choice.number == number)
            .unwrap();
        assert_eq!((choice.taken, choice.wrong), (taken, wrong), "{choice:?}");
        choice.say.clone().unwrap()
    };
    assert_eq!(choice(1, 2, 2), "It is number 2");
    assert_eq!(choice(2, 1, 1), "It is the next number 1");
    assert_eq!(choice(3, 1, 0), "It cannot be started");
    let second = row(lab, "enter");
    assert_eq!(
        (second.done(), second.shown, second.read, second.hints),
        (3, 1, 1, (3, 1))
    );
    // Two of the three were measured; of two in the middle it is half way.
    assert_eq!(
        (second.timed, second.median, second.longest),
        (2, Some(65_000), Some(500_000))
    );
    // A tie is told of both; nobody else.
    let marked = |is: fn(&StepFigures) -> bool| -> Vec<&str> {
        let steps = lab.steps.iter().filter(|step| is(step));
        steps.map(|step| step.id.as_str()).collect()
    };
    assert_eq!(marked(|step| step.most_stopped), ["enter", "ps"]);
    assert_eq!(marked(|step| step.slowest), ["enter"]);
    // A step that the lab has no longer comes last, and is told by its id.
    assert_eq!(lab.steps.len(), 9);
    assert_eq!(
        (lab.steps[8].id.as_str(), &lab.steps[8].known),
        ("gone-since", &None)
    );
}

#[test]
fn a_lab_that_is_not_known_here_is_told_in_the_order_of_playing() {
    let at = |how, after| StepKnown {
        after,
        ..step(how, 1)
    };
    let steps = [
        ("zero", at(How::Typed, 100)),
        ("alpha", at(How::Typed, 300)),
        ("mid", at(How::Typed, 200)),
    ];
    let own = known("my-own", Some("next"), &steps);
    let lab = &figures(&merge(vec![hand_in(ONE, 1, vec![own])]))[0];
    let ids: Vec<&str> = lab.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["zero", "mid", "alpha", "next"]);
    assert_eq!((lab.title.as_ref(), lab.steps[3].here.len()), (None, 1));
}

/// Names that want more than to be read.
const HOSTILE: [&str; 7] = [
    "=HYPERLINK(\"http://evil.example\",\"click\")",
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-2",
    "＝1+1",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "\"><style>*{display:none}</style>",
];

fn hostile() -> Class {
    let files = HOSTILE.iter().enumerate().map(|(n, name)| HandIn {
        name: Some((*name).to_owned()),
        ..hand_in(
            &format!("{n:016x}"),
            1,
            vec![
                known("05-pid", Some("ps"), &[]),
                known(
                    "=1+1",
                    Some("@here"),
                    &[("<b>step</b>", step(How::Typed, 1))],
                ),
            ],
        )
    });
    merge(files.collect())
}

#[test]
fn no_cell_of_the_table_is_a_formula() {
    let class = hostile();
    let table = class::csv(&figures(&class)).unwrap();
    let text = String::from_utf8(table).unwrap();
    let text = text
        .strip_prefix('\u{feff}')
        .expect("a mark before wide letters");
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<BTreeMap<String, String>> =
        table.deserialize().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), 8 + 2);
    let cells = || rows.iter().flat_map(BTreeMap::values);
    let each = cells().flat_map(|cell| cell.split("; "));
    for cell in each {
        assert!(
            !cell.trim_start().starts_with(['=', '+', '-', '@', '＝']),
            "{cell}"
        );
    }
    for name in HOSTILE {
        assert!(cells().any(|cell| cell.contains(name)), "{name}");
    }
    // What is ASCII alone needs no mark.
    let plain = merge(vec![hand_in(ONE, 1, vec![known("05-pid", None, &[])])]);
    assert!(
        class::csv(&figures(&plain))
            .unwrap()
            .starts_with(b"lab,lab_title,")
    );
}

#[test]
fn no_name_is_more_than_a_name_on_the_page() {
    let class = hostile();
    let left_out = ["<i>odd</i>.json: left out".to_owned()];
    let page = class::html(&class, &figures(&class), &left_out);
    for bad in [
        "<script",
        "<img",
        "<i>",
        "<b>",
        "\"><style>",
        "href=\"http",
        "src=",
    ] {
        let count = page.matches(bad).count();
        // The attribute is in a name, where it is text.
        let text = page.matches("&lt;img src=x").count();
        assert_eq!(count, if bad == "src=" { text } else { 0 }, "{bad}");
    }
    assert_eq!(page.matches("<style>").count(), 1);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("default-src 'none'") && !page.contains("@import"));
    assert!(!page.contains("url("));
}

#[test]
fn a_bar_is_as_wide_as_its_share() {
    let class = five();
    let page = class::html(&class, &figures(&class), &[]);
    // Of five, one typed the first step, two had it run, one passed over it.
    let bar = "<i class=\"typed\" style=\"width:20%\"></i><i class=\"run\" style=\"width:40%\"></i>\
        <i class=\"skipped\" style=\"width:20%\"></i>";
    assert!(page.contains(bar), "{page}");
}

/// Many people with long names, who took long.
fn crowd() -> Class {
    let steps = || {
        let slow = |id| {
            (
                id,
                StepKnown {
                    hints: 5,
                    ..step(How::Typed, 360_000)
                },
            )
        };
        ["nobody", "enter", "ps", "proc"].map(slow)
    };
    let files = (0..150).map(|n| HandIn {
        name: (n % 2 == 0).then(|| format!("{n} 欧阳娜娜 Wolfeschlegelsteinhausen")),
        ..hand_in(
            &format!("{n:016x}"),
            1,
            vec![
                known("05-pid", (n % 3 == 0).then_some("proc"), &steps()),
                known(
                    "a-lab-with-a-very-long-name-indeed-that-nobody-knows",
                    None,
                    &steps(),
                ),
            ],
        )
    });
    merge(files.collect())
}

#[test]
fn the_text_fits_eighty_columns_in_both_languages() {
    for language in Language::ALL {
        speak(language);
        let find = |id: &str| {
            let found = catalog::all(None)
                .into_iter()
                .find(|found| found.id == id)?;
            let lab = catalog::load(&found).ok()?.lab?;
            Some(catalog::in_language(&found, lab, language.tag()))
        };
        for class in [crowd(), hostile(), five()] {
            let text = class::text(&class, &class::figures(&class, |_| true, find));
            for line in text.lines() {
                assert!(line.width() <= 80, "{} {line}", line.width());
                assert!(!line.contains(char::is_control), "{line:?}");
            }
        }
    }
    speak(Language::English);
}

#[test]
fn many_names_are_counted_from_some_point_on() {
    let class = crowd();
    let text = class::text(&class, &figures(&class));
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains(" and 40 more") && flat.contains("150 100%"),
        "{text}"
    );
    assert!(flat.contains(">99h*"), "{text}");
}

#[test]
fn figures_beyond_all_measure_break_nothing() {
    let steps: Vec<(&str, StepKnown)> = ["nobody", "enter"]
        .map(|id| {
            let most = StepKnown {
                how: Some(How::Typed),
                chosen: Some(usize::MAX),
                predicted: Some(false),
                hints: usize::MAX,
                after: u64::MAX,
                spent: u64::MAX,
                ..StepKnown::default()
            };
            (id, most)
        })
        .to_vec();
    let lab = Known {
        attempts: i64::MAX,
        last: i64::MIN,
        ..known("05-pid", None, &steps)
    };
    let files = [ONE, TWO].map(|id| hand_in(id, i64::MAX, vec![lab.clone(), lab.clone()]));
    let class = merge(files.to_vec());
    let all = figures(&class);
    assert_eq!((all[0].began, all[0].median), (2, Some(u64::MAX)));
    assert!(class::text(&class, &all).contains("of 2"));
    assert!(class::csv(&all).is_ok() && !class::html(&class, &all, &[]).is_empty());
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
            prop_assert!(!class::text(&class, &all).contains('\u{1b}'));
        }
    }
}
