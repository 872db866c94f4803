//! What was written once is read, and every name stays.

use std::collections::BTreeMap;

use super::screen::State;
use super::{Line, journal};
use crate::config::{Chord, KeyName, Keys};
use crate::lab::PanelName;
use crate::scene::Moment;
use crate::ui::layers::Layers;
use crate::ui::state::{Beat, Focus, Mode, Popup, Present, Search, Slide, Split, Stand, UiState};

/// A line for each name, as version 2 writes it.
const WRITTEN: &str = include_str!("../../../tests/data/journals/names.jsonl");

#[test]
fn every_name_stays_what_it_was() {
    let mut moments = BTreeMap::new();
    for line in WRITTEN.lines() {
        let read: Line = serde_json::from_str(line).unwrap();
        let told = journal::Line::from(read);
        let written = serde_json::to_string(&Line::from(&told)).unwrap();
        assert_eq!(written, line);
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        for name in value["moment"].as_object().unwrap().keys() {
            *moments.entry(name.clone()).or_insert(0) += 1;
        }
    }
    assert_eq!(moments.len(), 11, "{moments:?}");
}

#[test]
fn what_is_not_there_has_a_default_and_what_is_unknown_is_passed_over() {
    for line in [
        "{\"moment\":{\"State\":{}}}",
        "{\"moment\":{\"State\":{\"later\":[1],\"present\":{\"stand\":{\"later\":2}}}},\"later\":3}",
        "{\"moment\":{\"State\":{\"layers\":{\"folds\":{}}}}}",
        "{\"moment\":{\"Event\":{\"event\":{\"Observed\":{\"later\":1}}}}}",
        "{\"moment\":{\"Event\":{\"event\":{\"Performed\":{\"calls\":[{}],\"refusal\":{}}}}}}",
        "{\"moment\":{\"Detail\":{\"versions\":[{}]}}}",
        "{\"moment\":{\"Resumed\":{\"a\":{\"later\":1}}}}",
        "{\"moment\":{\"Drawn\":{}}}",
    ] {
        let read: Result<Line, _> = serde_json::from_str(line);
        assert!(read.is_ok(), "{line}: {read:?}");
    }
    assert_eq!(UiState::from(State::default()), UiState::default());
}

/// A state of the screen in which nothing is as at first.
fn state() -> UiState {
    let place = |path: &str| ("merged".to_owned(), path.to_owned());
    UiState {
        selected: 1,
        focus: Focus::Shell(2),
        shell: 2,
        panel: PanelName::Overlay,
        former: Some(PanelName::Mount),
        layers: Layers {
            folds: [(place("a"), true), (place("a/b"), false)].into(),
            selected: Some(place("a")),
            filter: "x".to_owned(),
            filtering: true,
        },
        guide_scroll: 3,
        panel_scroll: 4,
        panel_held: true,
        said: "no".to_owned(),
        mounts_open: true,
        popup_scroll: 5,
        popup: Some(Popup::Steps { selected: 6 }),
        choice: 2,
        after: Some(Popup::Strange("it mounts".to_owned(), 7)),
        zoom: true,
        split: Split {
            columns: -8,
            rows: 9,
        },
        search: Search {
            words: "net".to_owned(),
            typing: true,
        },
        input: "42".to_owned(),
        declined: true,
        leader: true,
        keys: Keys::of('g', [(Chord::letter('x'), KeyName::Zoom)].into()),
        mode: Mode::Present(Present {
            slide: Slide::Answer,
            stand: Stand {
                beat: Beat::Held,
                count: 10,
                index: 11,
                actor: "host".to_owned(),
                line: "hostname b".to_owned(),
            },
            blank: true,
            auto: true,
            waits: true,
            seconds: 12,
            jump: "13".to_owned(),
        }),
        ..UiState::default()
    }
}

#[test]
fn a_state_of_the_screen_is_read_as_it_was_written() {
    let line = journal::Line {
        at: 1,
        moment: Moment::State(Box::new(state())),
    };
    let written = serde_json::to_string(&Line::from(&line)).unwrap();
    let read: Line = serde_json::from_str(&written).unwrap();
    let Moment::State(read) = journal::Line::from(read).moment else {
        panic!("{written}");
    };
    assert_eq!(*read, state());
}
