//! What a person does within a step and from one to the next.

use std::sync::Arc;

use super::super::{Course, Effect, Event, How, Pace, Phase, Session, Surprise};
use super::{World, expect, lab, rename};
use crate::lab::PanelName;

#[test]
fn opening_asks_for_a_host_and_observes_before_the_first_step() {
    let mut world = World::closed(0);
    world.stands(0, &Phase::Rewinding { to: 0 });
    world.tell(Event::Open);
    assert_eq!(
        world.seen,
        [Effect::StartHost, Effect::BeginStep, Effect::Observe]
    );
    world.stands(0, &Phase::Briefing);
    assert_eq!(world.session.before().actors["host"].hostname, "new");
}

#[test]
fn a_text_is_passed_by_next_and_the_panel_of_the_next_step_comes_forward() {
    let mut world = World::at(0);
    world.tell(Event::Run).stands(0, &Phase::Briefing);
    world.tell(Event::Next).stands(1, &Phase::Briefing);
    assert_eq!(world.session.passed(0), Some(How::Read));
    assert!(
        world
            .seen
            .contains(&Effect::ShowPanel(PanelName::Namespace))
    );
}

#[test]
fn a_step_is_played_judged_and_left_by_hand_only() {
    let mut world = World::at(1);
    world.tell(Event::Next).stands(1, &Phase::Briefing);
    world.tell(Event::Run).stands(1, &Phase::Judged);
    let perform = Effect::Perform {
        action: rename("one"),
        pace: Pace::Live,
    };
    assert_eq!(world.seen, [perform, Effect::Observe]);
    assert_eq!(world.session.passed(1), Some(How::Played));
    assert_eq!(world.session.now().result.outcome, "done");
    world.tell(Event::Next).stands(2, &Phase::Predicting);
    assert_eq!(world.session.now().steps["one"].outcome, "done");
    assert_eq!(world.session.now().result.outcome, "");
}

#[test]
fn a_step_done_by_hand_is_typed_and_after_the_lines_were_shown_is_shown() {
    let mut world = World::at(1);
    world.by_hand("one").stands(1, &Phase::Judged);
    assert_eq!(world.session.passed(1), Some(How::Typed));
    let mut world = World::at(1);
    world.tell(Event::Show);
    assert_eq!(world.seen, [Effect::Suggest(rename("one"))]);
    world.by_hand("one").stands(1, &Phase::Judged);
    assert_eq!(world.session.passed(1), Some(How::Shown));
}

#[test]
fn lines_are_shown_one_after_the_other() {
    let mut world = World::at(2);
    world.tell(Event::Predict(0)).tell(Event::Show);
    assert_eq!(world.seen, [Effect::Suggest(rename("x"))]);
    world.tell(Event::Show);
    assert_eq!(
        (world.session.shown(), &world.seen[..]),
        (2, &[Effect::Suggest(rename("two"))][..])
    );
}

#[test]
fn a_passed_step_stays_passed_while_the_list_tells_the_present() {
    let mut world = World::at(1);
    world
        .tell(Event::Run)
        .by_hand("other")
        .stands(1, &Phase::Judged);
    assert!(!world.session.verdicts()[0].holds);
    assert_eq!(world.session.reached(), [true]);
}

#[test]
fn the_question_comes_before_the_step_but_not_before_the_hand() {
    let mut world = World::at(2);
    world.tell(Event::Run).stands(2, &Phase::Predicting);
    assert!(world.session.wants_answer() && world.seen.is_empty());
    world.tell(Event::Predict(9)).stands(2, &Phase::Predicting);
    world.tell(Event::Predict(1)).stands(2, &Phase::Briefing);
    world
        .tell(Event::Predict(0))
        .tell(Event::Run)
        .stands(2, &Phase::Judged);
    assert_eq!(
        (world.session.chosen(), world.session.chosen_right()),
        (Some(1), Some(true))
    );
    let mut world = World::at(2);
    world.by_hand("two").stands(2, &Phase::Judged);
    assert_eq!(
        (world.session.chosen(), world.session.chosen_right()),
        (None, None)
    );
}

#[test]
fn a_class_goes_on_without_an_answer() {
    let mut world = World::at(2);
    world.stands(2, &Phase::Predicting);
    world.tell(Event::Decline).stands(2, &Phase::Briefing);
    world.tell(Event::Run).stands(2, &Phase::Judged);
    assert_eq!(world.session.chosen(), None);
    assert_eq!(world.session.right_choices(), Some(vec![1]));
}

#[test]
fn a_wrong_choice_is_told_and_an_answer_is_held_against_the_live_value() {
    let mut world = World::at(2);
    world
        .tell(Event::Predict(0))
        .tell(Event::Answer("two".to_owned()));
    assert_eq!(world.session.answered(), None);
    world.tell(Event::Run);
    assert_eq!(world.session.chosen_right(), Some(false));
    world.tell(Event::Answer(" one\n".to_owned()));
    assert_eq!(world.session.answered(), Some(("one", false)));
    world.tell(Event::Answer(" two\n".to_owned()));
    assert_eq!(world.session.answered(), Some(("two", true)));
}

#[test]
fn an_expected_refusal_passes() {
    let mut world = World::at(3);
    world.tell(Event::Run).stands(3, &Phase::Judged);
    assert_eq!(world.session.now().result.errno, "EPERM");
    assert_eq!(world.session.surprise(), None);
}

#[test]
fn an_unexpected_refusal_stops_the_step_and_running_again_goes_on_there() {
    let mut world = World::at(2);
    world.name = "locked".to_owned();
    world
        .tell(Event::Predict(0))
        .tell(Event::Run)
        .stands(2, &Phase::Observing);
    let told = world
        .session
        .surprise()
        .map(|surprise| surprise.words().to_string());
    assert_eq!(told.as_deref(), Some("sethostname(\"bad\") => EACCES: no"));
    assert_eq!(world.session.journal()[2].done.len(), 1);
    world
        .by_hand("free")
        .tell(Event::Run)
        .stands(2, &Phase::Judged);
    assert_eq!(world.session.surprise(), None);
    assert_eq!(world.session.journal()[2].done.len(), 3);
}

#[test]
fn a_refusal_that_did_not_come_is_told() {
    let mut world = World::at(3);
    world.session.handle(1, Event::Run);
    world
        .session
        .handle(2, Event::Performed(crate::snapshot::Outcome::default()));
    assert_eq!(
        world.session.surprise(),
        Some(&Surprise::NotRefused("EPERM".to_owned()))
    );
    assert_eq!(*world.phase(), Phase::Applying { done: 1 });
}

#[test]
fn hints_open_one_by_one_and_one_offers_itself() {
    let mut world = World::at(1);
    assert!(world.session.offered_hint().is_none());
    world.by_hand("oen");
    assert_eq!(
        world.session.offered_hint().map(|hint| hint.say.as_str()),
        Some("tool")
    );
    world.tell(Event::Hint).tell(Event::Hint).tell(Event::Hint);
    assert_eq!(world.session.hints_open(), 2);
    assert!(world.session.offered_hint().is_none());
    assert_eq!(world.session.journal()[1].hints, 2);
}

#[test]
fn a_broken_invariant_is_told_while_it_is_broken() {
    let mut world = World::at(1);
    world.alive = false;
    world.by_hand("x");
    assert_eq!(world.session.spoilt(), Some("not so: host.alive".into()));
    world.tell(Event::Rebuild).stands(1, &Phase::Briefing);
    assert_eq!(world.session.spoilt(), None);
}

#[test]
fn an_invariant_that_costs_too_much_is_told_as_such() {
    let numbers: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let list = format!("[{}]", numbers.join(","));
    let endless = format!("{list}.all(a, {list}.all(b, {list}.all(c, true)))");
    let mut lab = Arc::unwrap_or_clone(lab());
    lab.invariants = vec![expect(&endless)];
    let mut world = World::closed(1);
    world.session = Session::new(Arc::new(lab), 1);
    world.tell(Event::Open).by_hand("x");
    let told = world.session.spoilt().unwrap().to_string();
    assert!(told.contains("costs too much"), "{told}");
}

#[test]
fn a_challenge_is_won_by_hand_and_ends_the_lab() {
    let mut world = World::at(4);
    world.by_hand("mine").stands(4, &Phase::Judged);
    world.tell(Event::Next).stands(4, &Phase::Finished);
    world
        .tell(Event::Next)
        .tell(Event::Skip)
        .tell(Event::Run)
        .stands(4, &Phase::Finished);
    assert!(world.seen.is_empty());
}

/// The course of a snapshot after the person has renamed the host.
fn course(world: &mut World, name: &str) -> Course {
    let before = world.session.turn();
    world.by_hand(name);
    world.session.since(&before)
}

#[test]
fn a_snapshot_turns_a_run_shows_something_or_shows_nothing_new() {
    let mut world = World::at(1);
    assert_eq!(course(&mut world, "new"), Course::Still);
    assert_eq!(course(&mut world, "other"), Course::Passing);
    // It points at a hint.
    assert_eq!(course(&mut world, "oen"), Course::Turned);
    // It is what the step wants.
    assert_eq!(course(&mut world, "one"), Course::Turned);
    assert_eq!(course(&mut world, "one"), Course::Still);
    assert_eq!(course(&mut world, "another"), Course::Turned);
    assert_eq!(course(&mut world, "and another"), Course::Passing);
}

#[test]
fn without_the_snapshots_that_pass_a_run_comes_to_the_same() {
    let names = ["x", "y", "oen", "z", "z", "one", "a", "b"];
    let (mut whole, mut short) = (World::at(1), World::at(1));
    let mut passing = None;
    for name in names {
        if course(&mut whole, name) == Course::Turned {
            passing = None;
            short.by_hand(name);
        } else {
            passing = Some(name);
        }
    }
    if let Some(name) = passing {
        short.by_hand(name);
    }
    assert_eq!(whole.phase(), short.phase());
    assert_eq!(whole.session.reached(), short.session.reached());
    assert_eq!(whole.session.verdicts(), short.session.verdicts());
    assert_eq!(whole.session.now(), short.session.now());
}
