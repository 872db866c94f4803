//! The forms of a report, in which no name has any effect.

use std::collections::BTreeMap;

use isolab::catalog;
use isolab::class::{self, Class, HandIn};
use isolab::progress::StepKnown;
use isolab::session::How;
use isolab::word::{Language, speak};
use unicode_width::UnicodeWidthStr;

use super::figures::five;
use super::{ONE, figures, hand_in, known, merge, step};

/// Names that try to be more than text.
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
    // A file that is all ASCII needs no mark.
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
    // Of five, one typed the first step, two let it run, one skipped it.
    let bar = "<i class=\"typed\" style=\"width:20%\"></i><i class=\"run\" style=\"width:40%\"></i>\
        <i class=\"skipped\" style=\"width:20%\"></i>";
    assert!(page.contains(bar), "{page}");
}

/// Many learners with long names and long times.
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
