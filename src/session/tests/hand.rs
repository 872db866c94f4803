//! A step that a person has done in part by hand.

use std::sync::Arc;

use super::super::{Effect, Event, Phase, Session};
use super::{World, lab, rename};
use crate::lab::model::ActorDef;

/// What the terminal of host shows after these lines.
fn run(lines: &[&str]) -> String {
    let prompted = |line: &&str| format!("root@lab:/lab# {line}\n");
    lines.iter().map(prompted).collect::<String>() + "root@lab:/lab# "
}

/// The step with two lines, its question answered; host shows that these were run.
fn with(lines: &[&str]) -> World {
    let mut world = World::at(2);
    world.tell(Event::Predict(0));
    world.said[0] = run(lines);
    world.by_hand("x");
    world
}

/// The host names that were given by the program since then.
fn given(world: &World) -> Vec<&Effect> {
    let given = world.seen.iter();
    given
        .filter(|effect| matches!(effect, Effect::Perform { .. }))
        .collect()
}

#[test]
fn a_step_that_is_half_done_by_hand_goes_on_with_the_first_line_that_is_not_done() {
    let mut world = with(&["hostname x"]);
    assert_eq!(world.session.upcoming(), Some(&rename("two")));
    world.tell(Event::Run).stands(2, &Phase::Judged);
    let given = given(&world);
    let only = matches!(given[..], [Effect::Perform { action, .. }] if *action == rename("two"));
    assert!(only, "{given:?}");
    assert_eq!(world.session.journal()[2].done.len(), 1);
}

#[test]
fn what_is_not_a_line_of_the_step_or_was_not_run_leaves_all_of_it_to_do() {
    for lines in [&["hostname y"][..], &["hostname two"], &["echo hostname x"]] {
        let mut world = with(lines);
        world.tell(Event::Run);
        assert_eq!(given(&world).len(), 2, "{lines:?}");
    }
    let mut world = with(&[]);
    world.said[0] = "root@lab:/lab# hostname x".to_owned();
    world.by_hand("x").tell(Event::Run);
    assert_eq!(given(&world).len(), 2, "it stands in the prompt");
}

#[test]
fn the_line_that_is_shown_is_the_first_one_that_is_not_done() {
    let mut world = with(&["hostname x"]);
    world.tell(Event::Show);
    assert_eq!(world.seen, [Effect::Suggest(rename("two"))]);
    let mut world = with(&[]);
    world.tell(Event::Show);
    assert_eq!(world.seen, [Effect::Suggest(rename("x"))]);
    assert_eq!(
        world.session.upcoming(),
        Some(&rename("x")),
        "it may not run"
    );
}

#[test]
fn a_step_whose_lines_were_all_run_in_vain_is_run_anew() {
    let mut world = with(&["hostname x", "hostname two"]);
    world.stands(2, &Phase::Briefing);
    world.tell(Event::Run).stands(2, &Phase::Judged);
    assert_eq!(given(&world).len(), 2);
}

#[test]
fn a_line_that_was_refused_and_then_run_by_hand_is_not_tried_again() {
    let mut world = with(&[]);
    world.name = "locked".to_owned();
    world.tell(Event::Run).stands(2, &Phase::Observing);
    assert!(world.session.surprise().is_some());
    world.said[0] = run(&["hostname x"]);
    world
        .by_hand("x")
        .tell(Event::Run)
        .stands(2, &Phase::Judged);
    assert_eq!(given(&world).len(), 1);
}

#[test]
fn a_new_step_counts_nothing_of_the_one_before() {
    let mut world = with(&["hostname x"]);
    world.tell(Event::StartOver(super::super::Scope::Step));
    world.said = Default::default();
    world.by_hand("new").tell(Event::Run);
    assert_eq!(given(&world).len(), 2);
}

#[test]
fn a_line_that_was_run_in_another_shell_is_told_until_it_is_run_in_its_own() {
    let mut lab = Arc::unwrap_or_clone(lab());
    lab.actors.push(ActorDef {
        name: "b".to_owned(),
        title: String::new(),
        later: false,
    });
    let mut world = World::closed(1);
    world.session = Session::new(Arc::new(lab), 1);
    world.tell(Event::Open).by_hand("new");
    assert_eq!(world.session.acting(), Some("host"));
    assert_eq!(world.session.strayed(), None);
    let before = world.session.turn();
    world.said[1] = run(&["ls", "hostname one"]);
    world.by_hand("new");
    assert_eq!(world.session.strayed(), Some("b"));
    assert_eq!(
        world.session.since(&before),
        super::super::Course::Turned,
        "a journal must keep it"
    );
    world.said[0] = run(&["hostname one"]);
    world.by_hand("one").stands(1, &Phase::Judged);
    assert_eq!(world.session.strayed(), None);
    assert_eq!(world.session.acting(), Some("host"));
}
