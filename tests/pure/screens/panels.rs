//! The panels: which one is in front, what its tabs say, and what of it is in view.

use std::sync::Arc;

use isolab::lab::{Lab, PanelName};
use isolab::session::{Effect, Event, Session};
use isolab::snapshot::{Actor, IdMap, Mount, Namespaces, Snapshot};
use isolab::ui::{Command, Focus, Geometry, UiState};

use super::facts;
use super::stage::{Stage, draw_lab, has, lab};

/// The lab with a panel for its first step, and none for the others.
fn lab_with(show: PanelName) -> Arc<Lab> {
    let mut lab = Lab::clone(&lab());
    lab.steps[0].show = Some(show);
    Arc::new(lab)
}

fn in_front(panel: PanelName) -> UiState {
    UiState {
        panel,
        ..UiState::default()
    }
}

/// The row of the tabs.
fn tabs(screen: &str) -> &str {
    screen.lines().nth(1).unwrap()
}

#[test]
fn a_step_without_a_panel_of_its_own_brings_that_of_the_last_step_that_had_one() {
    let mut session = Session::new(lab_with(PanelName::Mount), 0);
    session.handle(1, Event::Open);
    session.handle(2, Event::HostReady);
    session.handle(3, Event::Observed(Arc::new(facts::snapshot(false))));
    session.handle(4, Event::Predict(0));
    let effects = session.handle(5, Event::Next);
    assert_eq!(session.index(), 1);
    assert!(
        effects.contains(&Effect::ShowPanel(PanelName::Mount)),
        "{effects:?}"
    );
}

#[test]
fn the_panel_that_the_step_asks_for_is_marked_on_the_tabs() {
    let stage = Stage::of(lab_with(PanelName::Mount), 1);
    for (size, marked) in [
        ((80, 24), "5•Mnt"),
        ((120, 40), "5•Mnt"),
        ((200, 50), "5•Mnt"),
    ] {
        let (screen, _) = draw_lab(size, &stage, &in_front(PanelName::Process));
        has(tabs(&screen), &[marked, "[2 Proc"]);
        let (screen, _) = draw_lab(size, &stage, &in_front(PanelName::Mount));
        has(tabs(&screen), &["[5•M"]);
    }
}

#[test]
fn tabs_have_names_at_every_width_and_end_before_the_line() {
    let stage = Stage::at(1);
    for panel in PanelName::ALL {
        for zoom in [false, true] {
            let state = UiState {
                zoom,
                focus: Focus::Panel,
                ..in_front(panel)
            };
            for size in [(80, 24), (120, 40), (200, 50)] {
                let (screen, geometry) = draw_lab(size, &stage, &state);
                let row = tabs(&screen);
                let named = PanelName::ALL.iter().filter(|panel| is_named(row, **panel));
                let fewest = match size.0 {
                    _ if zoom => 10,
                    80 => 4,
                    _ => 9,
                };
                assert!(named.count() >= fewest, "{row}");
                // No name touches the line of the frame.
                let touches = |(a, b): (char, char)| (a.is_alphanumeric() || a == ']') && b == '━';
                assert!(!row.chars().zip(row.chars().skip(1)).any(touches), "{row}");
                let all = geometry
                    .hits
                    .iter()
                    .filter(|(place, _)| place.y == 1 && place.height == 1);
                assert_eq!(all.count(), PanelName::ALL.len());
            }
        }
    }
}

/// Whether a panel's tab has a name, long or short.
fn is_named(row: &str, panel: PanelName) -> bool {
    let key = panel.key();
    let mut behind = row.split(key).skip(1);
    behind.any(|rest| rest.chars().nth(1).is_some_and(char::is_alphabetic))
}

#[test]
fn a_panel_that_the_lab_has_no_use_for_is_dimmed_and_says_why() {
    let quiet = isolab::snapshot::Snapshot {
        actors: [(
            "host".to_owned(),
            isolab::snapshot::Actor {
                alive: true,
                ..isolab::snapshot::Actor::default()
            },
        )]
        .into(),
        hierarchy: isolab::snapshot::Hierarchy {
            there: true,
            ..isolab::snapshot::Hierarchy::default()
        },
        ..isolab::snapshot::Snapshot::default()
    };
    let stage = Stage::told(&[quiet.clone(), quiet], &["host"]);
    for (panel, why) in [
        (PanelName::Ipc, "No step of this lab is about IPC"),
        (PanelName::Network, "No step of this lab is about networks"),
        (PanelName::Cgroup, "No step of this lab is about control"),
        (PanelName::Overlay, "No overlay is mounted."),
        (PanelName::Container, "There is no container yet"),
    ] {
        let (screen, _) = draw_lab((80, 24), &stage, &in_front(panel));
        has(&screen.replace('\n', " "), &[why]);
        assert!(is_dim(&stage, panel), "{panel:?}");
    }
    assert!(!is_dim(&stage, PanelName::Process));
    assert!(!is_dim(&Stage::at(1), PanelName::Network));
}

/// Whether a panel's tab is dimmed while another panel is in front.
fn is_dim(stage: &Stage, panel: PanelName) -> bool {
    let (size, state) = ((80, 24), UiState::default());
    let (_, geometry) = draw_lab(size, stage, &state);
    let tab = isolab::ui::Command::Panel(panel);
    let (place, _) = geometry.hits.iter().find(|(_, hit)| *hit == tab).unwrap();
    let cells = super::stage::cells(size, stage, &state);
    let at = usize::from(place.y) * 80 + usize::from(place.x) + 1;
    cells[at].modifier.contains(ratatui::style::Modifier::DIM)
        || cells[at].fg == ratatui::style::Color::DarkGray
}

fn mount(id: i64, parent: i64, target: &str) -> Mount {
    Mount {
        id,
        parent,
        target: target.to_owned(),
        kind: "tmpfs".to_owned(),
        source: "none".to_owned(),
        options: vec!["rw".to_owned()],
        ..Mount::default()
    }
}

/// A run with mounts of the lab host, which are folded.
pub(super) fn folded() -> Stage {
    let state = of_actors(vec![("host", mounted(1, 100, &["/lab/share"]))]);
    Stage::told(&[state.clone(), state], &["host"])
}

/// A shell with the mounts of a lab host, numbered from `first` on, and some of its own.
fn mounted(space: i64, first: i64, own: &[&str]) -> Actor {
    let mut mounts = vec![mount(first, 0, "/")];
    for (number, place) in (1..).zip([
        "/usr",
        "/proc",
        "/dev/null",
        "/dev/zero",
        "/sys",
        "/etc/vim",
    ]) {
        mounts.push(mount(first + number, first, place));
    }
    for (number, place) in (10..).zip(own) {
        mounts.push(mount(first + number, first, place));
    }
    Actor {
        alive: true,
        root: "/".to_owned(),
        ns: Namespaces {
            mnt: space,
            ..Namespaces::default()
        },
        mounts,
        ..Actor::default()
    }
}

fn of_actors(actors: Vec<(&str, Actor)>) -> Snapshot {
    let actors = actors
        .into_iter()
        .map(|(name, actor)| (name.to_owned(), actor));
    Snapshot {
        actors: actors.collect(),
        ..Snapshot::default()
    }
}

#[test]
fn mounts_of_the_lab_host_are_one_line_that_opens_and_those_that_differ_are_seen() {
    let host = || mounted(1, 100, &["/lab/share"]);
    let before = of_actors(vec![
        ("host", host()),
        ("b", mounted(1, 100, &["/lab/share"])),
    ]);
    let mut b = mounted(2, 200, &["/lab/share", "/lab/own"]);
    // What b mounts otherwise than the host is not the same for all.
    b.mounts[5].options = vec!["ro".to_owned()];
    let now = of_actors(vec![("host", host()), ("b", b)]);
    let stage = Stage::told(&[before, now], &["host", "b"]);
    let mut state = UiState {
        focus: Focus::Panel,
        ..in_front(PanelName::Mount)
    };
    let (screen, geometry) = draw_lab((80, 24), &stage, &state);
    has(
        &screen,
        &[
            "mnt:[2]  b",
            "+ /lab/own",
            "/lab/share",
            "▸ 6 mounts of the lab host",
        ],
    );
    has(&screen, &["→ unfold"]);
    // A copy of a table is not new.
    assert_eq!(screen.matches("+ /").count(), 2, "{screen}");
    assert_eq!(screen.matches("/sys").count(), 2, "{screen}");
    assert!(!screen.contains("/etc/vim"), "{screen}");
    let open = Command::HostMounts(true);
    let (place, _) = geometry.hits.iter().find(|(_, hit)| *hit == open).unwrap();
    assert_eq!(geometry.hit(place.x + 1, place.y), Some(open.clone()));
    assert!(state.apply(&open, &Geometry::default()));
    state.zoom = true;
    let (screen, _) = draw_lab((80, 24), &stage, &state);
    has(
        &screen,
        &["▾ 6 mounts of the lab host", "/etc/vim", "← fold"],
    );
    assert_eq!(screen.matches("/etc/vim").count(), 1, "{screen}");
}

#[test]
fn identity_is_one_table_and_the_row_that_changes_is_on_a_small_screen() {
    let map = |outside, count| {
        vec![IdMap {
            inside: 0,
            outside,
            count,
        }]
    };
    let who = |pid| Actor {
        alive: true,
        pid,
        name: "bash".to_owned(),
        hostname: "lab".to_owned(),
        root: "/".to_owned(),
        cwd: "/lab".to_owned(),
        uid_map: map(100_000, 65_536),
        ..Actor::default()
    };
    let before = of_actors(vec![("host", who(10)), ("b", who(20)), ("c", who(30))]);
    let actors = ["host", "b", "c"];
    let seen = |change: fn(&mut Actor)| {
        let mut now = before.clone();
        change(now.actors.get_mut("b").unwrap());
        let stage = Stage::told(&[before.clone(), now], &actors);
        draw_lab((80, 24), &stage, &in_front(PanelName::Identity)).0
    };
    // The row of a fact in the table, cut at the panel's left edge.
    let row = |screen: &str, name: &str| {
        let mut rows = screen.lines().filter_map(|line| line.split_once(name));
        rows.next()
            .map(|(_, row)| row.trim_end().to_owned())
            .unwrap()
    };
    let screen = seen(|b| b.no_new_privs = true);
    has(&screen, &["host    b       c"]);
    assert_eq!(row(&screen, "no new privs"), " no      yes◀    no");
    let screen = seen(|b| b.seccomp = 2);
    assert!(row(&screen, "seccomp").contains("filter◀"), "{screen}");
    let screen =
        seen(|b| b.capabilities.bounding = vec!["CAP_CHOWN".to_owned(), "CAP_NET_RAW".to_owned()]);
    assert!(row(&screen, "bounding").contains("◀"), "{screen}");
    let screen = seen(|b| {
        b.uid_map = vec![IdMap {
            inside: 0,
            outside: 1000,
            count: 1,
        }];
    });
    assert_eq!(
        row(&screen, "uid map").trim_start(),
        "0–65535 0 →1000◀0–65535"
    );
}
