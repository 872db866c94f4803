//! Any order of events: no panic, the invariants hold, and a run replays bit for bit.

use std::sync::Arc;

use proptest::prelude::*;

use super::super::{Effect, Event, Phase, Scope, Session};
use super::{World, lab, refusal};
use crate::snapshot::{Actor, Outcome, Snapshot};

fn observed(name: &str, alive: bool) -> Event {
    let host = Actor {
        hostname: name.to_owned(),
        alive,
        ..Actor::default()
    };
    let actors = [("host".to_owned(), host)].into();
    Event::Observed(Arc::new(Snapshot {
        actors,
        ..Snapshot::default()
    }))
}

/// Anything that may happen, the likely more often.
fn event() -> impl Strategy<Value = Event> {
    let name = prop_oneof![
        Just("one"),
        Just("two"),
        Just("mine"),
        Just("oen"),
        Just("other")
    ];
    prop_oneof![
        1 => Just(Event::Open),
        4 => Just(Event::HostReady),
        1 => Just(Event::HostLost("gone".into())),
        6 => Just(Event::Performed(Outcome::default())),
        3 => Just(Event::Performed(refusal("EPERM"))),
        9 => (name, any::<bool>()).prop_map(|(name, alive)| observed(name, alive)),
        4 => person(),
    ]
}

/// What a person may do.
fn person() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => Just(Event::Run),
        2 => Just(Event::Show),
        3 => (0..4_usize).prop_map(Event::Predict),
        2 => Just(Event::Answer("two".to_owned())),
        1 => Just(Event::Decline),
        2 => Just(Event::Hint),
        9 => Just(Event::Next),
        2 => Just(Event::Back),
        4 => Just(Event::Skip),
        2 => (0..7_usize).prop_map(Event::GoTo),
        1 => Just(Event::StartOver(Scope::Step)),
        1 => Just(Event::StartOver(Scope::Lab)),
        2 => Just(Event::Rebuild),
    ]
}

/// What must be true of a session at any time.
fn in_order(session: &Session) {
    let step = session.step();
    let underway = !matches!(
        session.phase(),
        Phase::Rewinding { .. } | Phase::Lost { .. }
    );
    let journal = session.journal();
    assert!(journal.iter().map(|entry| entry.step).eq(0..journal.len()));
    assert!(journal.len() <= session.lab().steps.len());
    assert!(session.hints_open() <= step.hints.len());
    assert_eq!(session.verdicts().len(), session.reached().len());
    assert_eq!(
        session.replay.is_some(),
        matches!(session.phase(), Phase::Rewinding { .. })
    );
    if underway {
        assert_eq!(journal.len(), session.index() + 1);
        assert_eq!(session.verdicts().len(), step.checks.len());
        assert!(
            journal
                .iter()
                .rev()
                .skip(1)
                .all(|entry| entry.how.is_some())
        );
        assert_eq!(journal[session.index()].before, *session.before());
    }
    match session.phase() {
        Phase::Predicting => assert!(step.ask.is_some() && session.chosen().is_none()),
        Phase::Applying { done } => assert!(*done <= step.script().len()),
        Phase::Judged | Phase::Finished => assert!(session.passed(session.index()).is_some()),
        Phase::Rewinding { to } => assert_eq!(*to, session.index()),
        _ => {}
    }
    let _ = (session.offered_hint(), session.spoilt(), session.answered());
}

/// Everything that can be seen of a session.
fn seen(session: &Session) -> String {
    format!(
        "{:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        session.phase(),
        session.index(),
        session.now(),
        session.before(),
        session.verdicts(),
        session.reached(),
        session.spoilt(),
        session.surprise(),
        session.chosen_right(),
        session.answered(),
        session.journal(),
    )
}

fn play(start: usize, events: &[(u64, Event)]) -> (String, Vec<Vec<Effect>>) {
    let mut session = Session::new(lab(), start);
    let effects = events
        .iter()
        .map(|(at, event)| session.handle(*at, event.clone()));
    let effects = effects.collect();
    (seen(&session), effects)
}

proptest! {
    #[test]
    fn any_events_keep_a_session_in_order(
        start in 0..9_usize,
        events in prop::collection::vec(event(), 0..120),
    ) {
        let mut session = Session::new(lab(), start);
        session.handle(0, Event::Open);
        for (at, event) in (1..).zip(events) {
            session.handle(at, event);
            in_order(&session);
        }
    }

    #[test]
    fn a_recorded_run_replays_bit_for_bit(
        start in 0..5_usize,
        events in prop::collection::vec((any::<u64>(), event()), 0..120),
    ) {
        prop_assert_eq!(play(start, &events), play(start, &events));
    }

    #[test]
    fn a_person_never_gets_stuck(events in prop::collection::vec(person(), 0..60)) {
        let mut world = World::at(0);
        for event in events {
            world.tell(event);
            in_order(&world.session);
        }
        for _ in 0..5 {
            world.tell(Event::Skip);
        }
        world.stands(4, &Phase::Finished);
    }
}
