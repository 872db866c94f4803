//! Back, ahead, past a step, and after a loss.

use crate::lab::PanelName;

use super::super::{Effect, Event, How, Pace, Phase, Scope};
use super::{World, refusal, rename};

fn replayed(name: &str) -> Effect {
    Effect::Perform {
        action: rename(name),
        pace: Pace::Replay,
    }
}

#[test]
fn a_later_start_plays_the_steps_before_it() {
    let world = World::at(3);
    world.stands(3, &Phase::Briefing);
    let played: Vec<_> = ["one", "x", "two"].map(replayed).into();
    let performs = world
        .seen
        .iter()
        .filter(|e| matches!(e, Effect::Perform { .. }));
    assert!(performs.eq(&played));
    assert_eq!(world.session.before().actors["host"].hostname, "two");
    assert_eq!(world.session.now().steps.len(), 3);
    let hostnames: Vec<_> = world
        .session
        .journal()
        .iter()
        .map(|e| e.after.actors["host"].hostname.as_str())
        .collect();
    assert_eq!(hostnames, ["new", "one", "two", "two"]);
    assert_eq!(world.session.passed(2), Some(How::Skipped));
}

#[test]
fn back_is_a_new_host_and_the_journal_played_again() {
    let mut world = World::at(1);
    world
        .tell(Event::Run)
        .tell(Event::Next)
        .tell(Event::Predict(1))
        .tell(Event::Run);
    world.tell(Event::Next).stands(3, &Phase::Briefing);
    world.tell(Event::Back).stands(2, &Phase::Briefing);
    assert_eq!((world.hosts, world.session.chosen()), (2, Some(1)));
    assert_eq!(
        world.seen,
        [
            Effect::StartHost,
            replayed("one"),
            Effect::BeginStep,
            Effect::Observe,
            Effect::ShowPanel(PanelName::Namespace)
        ]
    );
    assert_eq!(world.session.passed(1), Some(How::Played));
    assert_eq!(world.session.passed(2), Some(How::Played));
    assert_eq!(world.session.journal().len(), 3);
    assert_eq!(world.session.journal()[2].how, None);
    assert!(world.session.journal()[2].done.is_empty());
}

#[test]
fn a_step_passed_before_is_left_by_next_and_stays_what_it_was() {
    let mut world = World::at(1);
    world
        .tell(Event::Run)
        .tell(Event::Back)
        .tell(Event::Back)
        .stands(0, &Phase::Briefing);
    world.tell(Event::Next).stands(1, &Phase::Briefing);
    world.tell(Event::Next).stands(2, &Phase::Predicting);
    assert_eq!(world.session.passed(1), Some(How::Played));
    assert_eq!(world.name, "one");
}

#[test]
fn an_untouched_step_is_skipped_in_place() {
    let mut world = World::at(1);
    world.tell(Event::Skip).stands(2, &Phase::Predicting);
    assert_eq!(world.hosts, 1);
    assert_eq!(world.session.passed(1), Some(How::Skipped));
    assert_eq!(
        world.session.journal()[1].after.actors["host"].hostname,
        "one"
    );
    assert_eq!(world.session.journal()[1].done.len(), 1);
}

#[test]
fn a_step_begun_by_hand_is_skipped_by_a_new_host() {
    let mut world = World::at(1);
    world
        .tell(Event::Show)
        .tell(Event::Skip)
        .stands(2, &Phase::Predicting);
    assert_eq!(world.hosts, 2);
    let mut world = World::at(1);
    world.name = "locked".to_owned();
    world.tell(Event::Skip).stands(2, &Phase::Predicting);
    assert_eq!((world.hosts, world.name.as_str()), (2, "one"));
    assert_eq!(world.session.surprise(), None);
}

#[test]
fn skipping_the_last_step_ends_the_lab() {
    let mut world = World::at(4);
    world.tell(Event::Skip).stands(4, &Phase::Finished);
    assert_eq!(world.name, "mine");
    assert_eq!(world.session.journal().len(), 5);
    world.tell(Event::Back).stands(4, &Phase::Briefing);
}

#[test]
fn going_forth_marks_what_was_passed_over() {
    let mut world = World::at(1);
    world
        .tell(Event::Run)
        .tell(Event::Next)
        .tell(Event::GoTo(9))
        .stands(2, &Phase::Predicting);
    world.tell(Event::GoTo(4)).stands(4, &Phase::Briefing);
    let passed: Vec<_> = (0..5).map(|step| world.session.passed(step)).collect();
    let skipped = Some(How::Skipped);
    assert_eq!(passed, [skipped, Some(How::Played), skipped, skipped, None]);
    assert_eq!(world.session.now().steps["refused"].errno, "EPERM");
    let steps = world.session.journal().iter().map(|entry| entry.step);
    assert!(steps.eq(0..5));
}

#[test]
fn starting_over_forgets_as_far_as_it_says() {
    let mut world = World::at(1);
    world
        .tell(Event::Run)
        .tell(Event::StartOver(Scope::Step))
        .stands(1, &Phase::Briefing);
    assert_eq!(world.session.passed(1), Some(How::Played));
    world
        .tell(Event::StartOver(Scope::Lab))
        .stands(0, &Phase::Briefing);
    assert_eq!(world.session.passed(1), None);
    assert_eq!(world.session.journal().len(), 1);
}

#[test]
fn a_lost_host_is_rebuilt_to_the_same_step_on_demand() {
    let mut world = World::at(2);
    world.tell(Event::HostLost("killed".into()));
    world.stands(
        2,
        &Phase::Lost {
            reason: "killed".into(),
        },
    );
    world
        .tell(Event::Run)
        .tell(Event::Next)
        .tell(Event::Skip)
        .tell(Event::HostReady);
    world.stands(
        2,
        &Phase::Lost {
            reason: "killed".into(),
        },
    );
    world.tell(Event::Rebuild).stands(2, &Phase::Predicting);
    assert_eq!((world.hosts, world.name.as_str()), (2, "one"));
}

#[test]
fn a_refusal_on_the_way_is_told_at_the_end_of_it() {
    let mut world = World::closed(2);
    world.session.handle(0, Event::Open);
    world.session.handle(0, Event::HostReady);
    let observed = world.observed();
    world.session.handle(0, observed);
    let observed = world.observed();
    let effects = world.session.handle(0, observed);
    assert_eq!(effects, [replayed("one")]);
    world
        .tell(Event::Performed(refusal("EROFS")))
        .stands(2, &Phase::Predicting);
    assert!(
        world
            .session
            .surprise()
            .is_some_and(|s| s.words().to_string().contains("EROFS"))
    );
}

#[test]
fn stray_answers_change_nothing() {
    let mut world = World::closed(0);
    let observed = world.observed();
    world
        .tell(observed)
        .tell(Event::HostReady)
        .tell(Event::Performed(refusal("EIO")));
    world.stands(0, &Phase::Rewinding { to: 0 });
    assert!(world.seen.is_empty());
    world
        .tell(Event::Open)
        .tell(Event::Performed(refusal("EIO")))
        .tell(Event::HostReady);
    world.stands(0, &Phase::Briefing);
}
