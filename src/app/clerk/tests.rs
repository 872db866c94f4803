//! Journals and those who look on, where there is more than is kept.

use std::fs::File;
use std::sync::Arc;

use super::*;
use crate::app::log::Along;
use crate::scene::Moment;
use crate::scene::journal::Reader;
use crate::scene::moment::{Bytes, FORMAT, PaneChange};

fn head() -> Head {
    Head {
        isolab_journal: FORMAT,
        ..Head::default()
    }
}

/// Something that does not become smaller, printed in a pane.
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
        file: 1 << 20,
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
    assert!(((1 << 20)..(2 << 20)).contains(&size), "{size}");
    let (reader, _) = Reader::new(File::open(&path).unwrap()).unwrap();
    let read = reader.count();
    assert!((100..1000).contains(&read), "{read}");
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
    let (clerk, tap) = Clerk::within(limits, head(), places).unwrap();
    let early = std::thread::spawn({
        let along = Along::new(Arc::clone(&log));
        || Reader::new(along).unwrap().0.count()
    });
    let language = || Moment::Language("en".to_owned());
    tap.tell(language);
    let mut asked = 0;
    for seed in 0..4000 {
        tap.tell(|| noise(seed));
        tap.freshen(|| {
            asked += 1;
            vec![Moment::Screen(80, 24)]
        });
        if seed % 100 == 0 {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
    drop(tap);
    assert_eq!(clerk.finish(), None);
    assert!(asked > 1, "{asked}");
    let (reader, _) = Reader::new(Along::new(Arc::clone(&log))).unwrap();
    let late: Vec<Line> = reader.collect();
    assert!(matches!(late[0].moment, Moment::Language(_)));
    assert!(matches!(late[1].moment, Moment::Screen(80, 24)));
    assert!(late.len() < 3000, "{}", late.len());
    // Who was there reads on, unless they were too slow.
    let early = early.join().unwrap();
    assert!((1..=4001).contains(&early), "{early}");
}
