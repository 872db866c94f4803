//! What is counted, and how.

use isolab::class::{self, Class, LabFigures, StepFigures};
use isolab::progress::{Known, StepKnown};
use isolab::session::How;

use super::{ONE, TWO, figures, hand_in, known, merge, step};

/// Three learners who finished, one who stopped, one who only began; the lab is known here.
pub(super) fn five() -> Class {
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
    // Two of the three were measured: the median is half way between them.
    assert_eq!(
        (second.timed, second.median, second.longest),
        (2, Some(65_000), Some(500_000))
    );
    // A tie marks both steps, and no other.
    let marked = |is: fn(&StepFigures) -> bool| -> Vec<&str> {
        let steps = lab.steps.iter().filter(|step| is(step));
        steps.map(|step| step.id.as_str()).collect()
    };
    assert_eq!(marked(|step| step.most_stopped), ["enter", "ps"]);
    assert_eq!(marked(|step| step.slowest), ["enter"]);
    // A step that the lab no longer has comes last, and is named by its id.
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
