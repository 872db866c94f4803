//! What of a panel is in view: what is new since the step began, until the person scrolls.

use isolab::lab::PanelName;
use isolab::snapshot::overlay::{Image, Layer};
use isolab::snapshot::{Actor, Mount, Process, ProcessState, Snapshot};
use isolab::ui::{Command, Focus, Geometry, Popup, UiState};

use super::stage::{Stage, draw_lab, has};

fn in_front(panel: PanelName) -> UiState {
    UiState {
        panel,
        focus: Focus::Panel,
        ..UiState::default()
    }
}

fn host() -> Actor {
    Actor {
        alive: true,
        pid: 10,
        name: "bash".to_owned(),
        root: "/".to_owned(),
        ..Actor::default()
    }
}

fn state(host: Actor) -> Snapshot {
    Snapshot {
        actors: [("host".to_owned(), host)].into(),
        ..Snapshot::default()
    }
}

/// A host with mounts of these numbers.
fn mounted(numbers: impl Iterator<Item = i64>) -> Snapshot {
    let mount = |id: i64| Mount {
        id,
        target: format!("/lab/m{id}"),
        kind: "tmpfs".to_owned(),
        ..Mount::default()
    };
    state(Actor {
        mounts: numbers.map(mount).collect(),
        ..host()
    })
}

/// How many new things are in view.
fn seen(geometry: &Geometry) -> usize {
    geometry
        .news
        .iter()
        .filter(|(_, row)| row.is_some())
        .count()
}

#[test]
fn what_is_new_is_in_view_until_the_person_scrolls_and_again_in_the_next_step() {
    let stage = Stage::told(&[mounted(1..60), mounted(1..61)], &["host"]);
    let mut state = in_front(PanelName::Mount);
    for size in [(80, 24), (120, 40)] {
        let (screen, geometry) = draw_lab(size, &stage, &state);
        has(&screen, &["+ /lab/m60"]);
        assert_eq!(seen(&geometry), 1);
    }
    let (_, geometry) = draw_lab((80, 24), &stage, &state);
    let from = geometry.panel_scroll;
    assert!(from > 0);
    // The person's own scrolling goes on from there, and stays.
    state.apply(&Command::Scroll(-3), &geometry);
    let (_, geometry) = draw_lab((80, 24), &stage, &state);
    assert_eq!(geometry.panel_scroll, from - 3);
    state.apply(&Command::Scroll(-1000), &geometry);
    let (screen, geometry) = draw_lab((80, 24), &stage, &state);
    assert!(
        screen.contains("/lab/m1 ") && seen(&geometry) == 0,
        "{screen}"
    );
    state.begin_step();
    has(&draw_lab((80, 24), &stage, &state).0, &["+ /lab/m60"]);
}

#[test]
fn what_is_far_apart_is_shown_together_and_a_click_shows_all_lines() {
    let (mut before, now) = (mounted(1..60), mounted(1..60));
    let mounts = &mut before.actors.get_mut("host").unwrap().mounts;
    mounts.retain(|mount| mount.id != 2 && mount.id != 58);
    let stage = Stage::told(&[before, now], &["host"]);
    let mut state = in_front(PanelName::Mount);
    let (screen, geometry) = draw_lab((80, 24), &stage, &state);
    has(&screen, &["+ /lab/m2 ", "+ /lab/m58", "more lines"]);
    let whole = |hit: &&(ratatui::layout::Rect, Command)| hit.1 == Command::Whole;
    let (place, _) = geometry.hits.iter().find(whole).unwrap();
    assert_eq!(geometry.hit(place.x + 1, place.y), Some(Command::Whole));
    state.apply(&Command::Whole, &geometry);
    let (screen, geometry) = draw_lab((80, 24), &stage, &state);
    has(&screen, &["+ /lab/m2 ", "/lab/m3 ", "/lab/m4 "]);
    assert_eq!(seen(&geometry), 1);
}

#[test]
fn of_more_than_there_are_rows_as_much_is_shown_as_there_are_rows() {
    let stage = Stage::told(&[mounted(1..3), mounted(1..60)], &["host"]);
    for size in [(80, 24), (120, 40)] {
        let (_, geometry) = draw_lab(size, &stage, &in_front(PanelName::Mount));
        assert_eq!(seen(&geometry), geometry.panel_rows);
    }
}

#[test]
fn a_process_keeps_whose_shell_it_is_and_that_it_is_new_on_a_small_screen() {
    let process = |pid, parent, name: &str| Process {
        pid,
        parent,
        name: name.to_owned(),
        outer_pid: pid + 1000,
        pids: vec![pid],
        state: ProcessState::Sleeping,
        ..Process::default()
    };
    let before = state(Actor {
        processes: vec![process(10, 0, "bash")],
        ..host()
    });
    let mut now = before.clone();
    let all = vec![
        process(10, 0, "bash"),
        process(20, 10, "a-long-name"),
        process(30, 20, "another-name"),
        process(40, 30, "isolab-shell-b"),
    ];
    now.actors.get_mut("host").unwrap().processes = all;
    let b = Actor { pid: 40, ..host() };
    now.actors.insert("b".to_owned(), b);
    let stage = Stage::told(&[before, now], &["host", "b"]);
    let (screen, geometry) = draw_lab((80, 24), &stage, &in_front(PanelName::Process));
    has(&screen, &["← b (new)"]);
    assert_eq!(seen(&geometry), 3);
}

#[test]
fn all_changes_are_behind_a_key_and_a_click_and_what_runs_behind_comes_last() {
    let process = |pid: i64| Process {
        pid,
        parent: 10,
        name: "sleep".to_owned(),
        outer_pid: pid + 1000,
        pids: vec![pid],
        ..Process::default()
    };
    let states = [30..34, 40..44].map(|pids| {
        state(Actor {
            processes: pids.map(process).collect(),
            ..host()
        })
    });
    let [before, mut now] = states;
    let host = now.actors.get_mut("host").unwrap();
    (host.hostname, host.cwd) = ("other".to_owned(), "/srv".to_owned());
    let stage = Stage::compared(&[before, now], &["host"]);
    let state = in_front(PanelName::Process);
    for (size, rows) in [((80, 24), 12), ((120, 40), 12)] {
        let (screen, geometry) = draw_lab(size, &stage, &state);
        has(
            &screen,
            &["changed: host: host name  → other", "8 more things: c"],
        );
        assert!(!screen.contains("changed: started"), "{screen}");
        let open = Command::Popup(Popup::Changes);
        let clicks = geometry.hits.iter().filter(|(_, hit)| *hit == open);
        assert_eq!(clicks.count(), 1);
        let opened = UiState {
            popup: Some(Popup::Changes),
            ..state.clone()
        };
        let (screen, _) = draw_lab(size, &stage, &opened);
        let at = |words: &str| {
            screen
                .find(words)
                .unwrap_or_else(|| panic!("{words}: {screen}"))
        };
        assert!(at("· host: working directory  → /srv") < at("· started: sleep (40)"));
        assert!(at("· host: host name  → other") < at("· ended: sleep (33)"));
        assert!(screen.matches("· ").count() >= rows - 2, "{screen}");
    }
}

#[test]
fn an_image_without_layers_is_not_listed_and_not_told() {
    let before = state(host());
    let mut now = before.clone();
    let base = Image {
        layers: vec![Layer::default()],
    };
    now.images.insert("base".to_owned(), base);
    now.images.insert("own-one".to_owned(), Image::default());
    let stage = Stage::compared(&[before, now], &["host"]);
    let (screen, _) = draw_lab((80, 24), &stage, &in_front(PanelName::Overlay));
    has(&screen, &["base ◀", "changed: image base"]);
    assert!(!screen.contains("own-one"), "{screen}");
}
