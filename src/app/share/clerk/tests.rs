//! The limits of journals and logs: what happens when a run exceeds them.

use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

use super::*;
use crate::app::aside::Aside;
use crate::app::share::log::Along;
use crate::scene::Moment;
use crate::scene::journal::Reader;
use crate::scene::moment::{Bytes, FORMAT, PaneChange};
use crate::session::{Event, Telling};

fn head() -> Head {
    Head {
        isolab_journal: FORMAT,
        ..Head::default()
    }
}

/// English is spoken from now on.
fn english() -> Moment {
    let telling = Telling {
        language: "en".to_owned(),
        lab: None,
    };
    Moment::Event {
        at: 0,
        event: Event::Retell(telling),
    }
}

/// 4096 bytes that do not compress, printed in a pane.
fn noise(seed: u32) -> Moment {
    let mut now = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        now ^= now << 13;
        now ^= now >> 17;
        now ^= now << 5;
        now.to_le_bytes()[0]
    };
    let bytes = (0..4096).map(|_| next()).collect();
    Moment::Pane(0, PaneChange::Fed(Bytes(bytes)))
}

#[test]
fn a_journal_that_is_too_large_is_ended_told_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let places = Places {
        file: Some((File::create(&path).unwrap(), path.clone())),
        log: None,
    };
    let limits = Limits {
        journal: Most {
            bytes: 1 << 20,
            ..LIMITS.journal
        },
        ..LIMITS
    };
    let (clerk, tap) = Clerk::within(limits, head(), places).unwrap();
    let told = clerk.trouble();
    for seed in 0..1000 {
        tap.tell(|| noise(seed));
    }
    drop(tap);
    let why = clerk.finish().unwrap();
    assert!(why.contains("as long as a journal may be"), "{why}");
    assert_eq!(told.take(), Some(why));
    let size = path.metadata().unwrap().len();
    assert!(size < 2 << 20, "{size}");
    let (reader, _) = Reader::new(File::open(&path).unwrap()).unwrap();
    let read = reader.flatten().count();
    assert!((50..500).contains(&read), "{read}");
}

#[test]
fn who_comes_late_is_told_what_happened_and_what_is_seen() {
    let log = Arc::new(Log::default());
    let places = Places {
        file: None,
        log: Some(Arc::clone(&log)),
    };
    let limits = Limits {
        part: 1 << 20,
        ..LIMITS
    };
    let (tell, notes) = channel();
    let (flow, told) = (Arc::new(Flow::default()), Trouble::default());
    let tap = Tap::new(tell);
    let teller = Teller {
        notes,
        flow: Arc::clone(&flow),
        told,
    };
    let mut desk = Desk::new(&head(), places, limits, teller).unwrap();
    let mut early = Along::new(&Aside::of_a_test(), Arc::clone(&log));
    tap.tell(english);
    let (mut asked, mut told) = (0, 0);
    while asked < 3 {
        tap.tell(|| noise(told));
        told += 1;
        let lines: Vec<Note> = desk.teller.notes.try_iter().collect();
        for line in lines {
            desk = desk.take(line).unwrap();
        }
        if flow.is_asked() {
            asked += 1;
            let now = Moment::Screen((80, 24).into());
            let now = Line { at: 0, moment: now };
            desk = desk.take(Note::Fresh(vec![now])).unwrap();
        }
    }
    tap.tell(|| noise(told));
    drop(tap);
    assert_eq!(desk.serve().unwrap(), None);
    log.end();
    let (reader, _) = Reader::new(Along::new(&Aside::of_a_test(), Arc::clone(&log))).unwrap();
    let late: Vec<Moment> = reader.map(|line| line.unwrap().moment).collect();
    assert!(matches!(
        &late[0],
        Moment::Event { event: Event::Retell(telling), .. } if telling.language == "en"
    ));
    assert!(matches!(late[1], Moment::Screen(size) if size == (80, 24).into()));
    assert!(matches!(late[2], Moment::Pane(..)));
    assert_eq!((late.len(), told > 100), (3, true), "{told}");
    // A follower that is more than one part behind has reached the end.
    let mut rest = Vec::new();
    assert_eq!(early.read_to_end(&mut rest).ok(), Some(0));
}

/// A desk that writes for followers, and the tap that feeds it.
fn desk(limits: Limits, log: &Arc<Log>) -> (Desk, Tap) {
    let places = Places {
        file: None,
        log: Some(Arc::clone(log)),
    };
    let (tell, notes) = channel();
    let teller = Teller {
        notes,
        flow: Arc::default(),
        told: Trouble::default(),
    };
    let desk = Desk::new(&head(), places, limits, teller).unwrap();
    (desk, Tap::new(tell))
}

fn observed(name: &str) -> Moment {
    let actor = crate::snapshot::Actor {
        hostname: name.to_owned(),
        ..Default::default()
    };
    let snapshot = crate::snapshot::Snapshot {
        actors: [("host".to_owned(), actor)].into(),
        ..Default::default()
    };
    let event = crate::session::Event::Observed(Arc::new(snapshot));
    Moment::Event { at: 0, event }
}

#[test]
fn of_the_snapshots_that_pass_the_last_is_told_to_who_comes_late() {
    let log = Arc::new(Log::default());
    let (mut desk, tap) = desk(LIMITS, &log);
    tap.tell(|| observed("first"));
    for number in 0..1000 {
        tap.tell_passing(|| observed(&number.to_string()));
    }
    let notes: Vec<Note> = desk.teller.notes.try_iter().collect();
    for note in notes {
        desk = desk.take(note).unwrap();
    }
    let length = desk.story.as_ref().unwrap().length();
    assert!(length < 100_000, "{length}");
    let now = Line {
        at: 0,
        moment: Moment::Screen((80, 24).into()),
    };
    desk = desk.part(&[now]).unwrap();
    drop((tap, desk));
    log.end();
    let (reader, _) = Reader::new(Along::new(&Aside::of_a_test(), log)).unwrap();
    let names = reader.filter_map(|line| match line.unwrap().moment {
        Moment::Event {
            event: crate::session::Event::Observed(now),
            ..
        } => Some(now.actors["host"].hostname.clone()),
        _ => None,
    });
    assert_eq!(names.collect::<Vec<_>>(), ["first", "999"]);
}

#[test]
fn a_part_that_was_asked_for_twice_is_begun_once() {
    let log = Arc::new(Log::default());
    let limits = Limits {
        part: 1 << 16,
        ..LIMITS
    };
    let (mut desk, tap) = desk(limits, &log);
    let mut behind = Along::new(&Aside::of_a_test(), Arc::clone(&log));
    for seed in 0..40 {
        tap.tell(|| noise(seed));
    }
    let notes: Vec<Note> = desk.teller.notes.try_iter().collect();
    for note in notes {
        desk = desk.take(note).unwrap();
    }
    for _ in 0..2 {
        desk = desk.take(Note::Fresh(Vec::new())).unwrap();
    }
    tap.tell(english);
    drop(tap);
    assert_eq!(desk.serve().unwrap(), None);
    log.end();
    // A follower in the part before reads all of it.
    let mut all = Vec::new();
    behind.read_to_end(&mut all).unwrap();
    let (reader, _) = Reader::new(&all[..]).unwrap();
    assert_eq!(reader.flatten().count(), 41);
}
