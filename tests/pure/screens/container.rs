//! Containers that grow step by step, and the panel about them.

mod facts;

use isolab::lab::PanelName;
use isolab::snapshot::Snapshot;
use isolab::ui::{Focus, UiState};

use facts::{CABLE, POWER, SHELL, SPACES, state};

use super::stage::{SIZES, Stage, draw_lab, has};

/// The panel alone on the screen.
pub(crate) fn alone() -> UiState {
    UiState {
        panel: PanelName::Container,
        zoom: true,
        focus: Focus::Panel,
        ..UiState::default()
    }
}

/// A container that grew over six steps; in the seventh, only counters changed.
pub(crate) fn growing() -> Stage {
    Stage::told(&steps(), &["host", "c1"])
}

/// The state at the end of each of its steps.
fn steps() -> Vec<Snapshot> {
    (SHELL..=POWER + 1).map(|far| state(&[far], far)).collect()
}

/// Two containers of one image, the second one made in the last step.
pub(crate) fn two() -> Stage {
    let states = [
        state(&[SHELL, SHELL], 1),
        state(&[POWER, SHELL], 2),
        state(&[POWER, CABLE], 3),
    ];
    Stage::told(&states, &["host", "c1", "c2"])
}

/// No container.
pub(crate) fn none() -> Stage {
    Stage::told(&[state(&[SHELL], 1)], &["host", "c1"])
}

#[test]
fn without_a_container_that_is_said() {
    for size in SIZES {
        let screen = draw_lab(size, &none(), &alone()).0;
        has(&screen, &["There is no container yet"]);
    }
}

#[test]
fn a_container_is_told_part_by_part() {
    let screen = draw_lab((120, 40), &growing(), &alone()).0;
    has(
        &screen,
        &[
            "own: ipc mnt net pid uts · host's: cgroup time user · host name box1",
            "overlay c1 · upper /lab/u1 (2 written, 1 deleted)",
            "lower 1 bbbbbbbbbbbb (web)",
            "lower 2 aaaaaaaaaaaa (base, web) · masked places: 2 · read-only mounts: 1",
            "eth0 up 10.2.0.11/24 · ⇄ to-c1 in host, on bridge br0",
            "route default via 10.2.0.1 dev eth0",
            "group g1 · memory 6.0 MiB of 40.0 MiB · cpu 50 % · pids 6 of 20",
            "uid 0, gid 0 · 3 of 41 capabilities: chown kill net_raw",
            "no_new_privs · seccomp filter",
            "1 bash · 7 serve",
        ],
    );
    for word in ["As the host has it", "Shared", "fe80", "lo "] {
        assert!(!screen.contains(word), "{word} in\n{screen}");
    }
}

#[test]
fn each_part_names_the_step_that_made_it() {
    let states = steps();
    let marks = [
        ("Namespaces", 2),
        ("Limits", 3),
        ("Root", 4),
        ("Network", 5),
        ("Power", 6),
        ("Processes", 2),
    ];
    for steps in 2..=states.len() {
        let stage = Stage::told(&states[..steps], &["host", "c1"]);
        let screen = draw_lab((120, 40), &stage, &alone()).0;
        for (part, step) in marks {
            let past = format!("{part} · step {step}  ");
            let present = format!("{part} · step {step} ◀");
            assert_eq!(screen.contains(&past), step < steps, "{past} in\n{screen}");
            assert_eq!(
                screen.contains(&present),
                step == steps,
                "{present} in\n{screen}"
            );
        }
    }
}

#[test]
fn what_a_container_lacks_it_has_of_the_host() {
    let mut chrooted = state(&[SHELL], 1);
    let c1 = chrooted.actors.get_mut("c1").unwrap();
    "/lab/root".clone_into(&mut c1.root);
    c1.mounts.clear();
    let stage = Stage::told(&[state(&[SHELL], 1), chrooted], &["host", "c1"]);
    let screen = draw_lab((120, 40), &stage, &alone()).0;
    has(&screen, &["Root · step 2 ◀  directory /lab/root"]);
    has(&screen, &["Power  uid 0, gid 0 · all 41 capabilities"]);
    has(
        &screen,
        &["As the host has it  Namespaces · Network · Limits · Processes"],
    );
}

#[test]
fn several_stand_side_by_side_and_share() {
    let stage = two();
    for size in SIZES {
        let screen = draw_lab(size, &stage, &alone()).0;
        let heads = screen.lines().nth(2).unwrap();
        assert!(heads.contains("c1") && heads.contains("│ c2"), "{screen}");
    }
    let screen = draw_lab((120, 40), &stage, &alone()).0;
    has(
        &screen,
        &[
            "Shared  lower layers bbbbbbbbbbbb (web), aaaaaaaaaaaa (base, web) · bridge br0",
            "host's: cgroup time user · one kernel",
            "c1 alone  namespaces ipc mnt net pid uts · group g1 · upper /lab/u1 · 10.2.0.11/24",
            "c2 alone  namespaces ipc mnt net pid uts · group g2 · upper /lab/u2 · 10.2.0.12/24",
        ],
    );
    // In half of a small screen, they stand one below the other.
    let half = UiState {
        zoom: false,
        ..alone()
    };
    let screen = draw_lab((80, 24), &stage, &half).0;
    assert!(
        !screen.contains("c2 alone") && !screen.contains("│ c2"),
        "{screen}"
    );
}

#[test]
fn who_is_in_all_the_same_namespaces_is_in_the_container() {
    let mut state = state(&[CABLE, CABLE, SPACES], 1);
    let spaces = state.actors["c1"].ns;
    let mounts = state.actors["c1"].mounts.clone();
    let c2 = state.actors.get_mut("c2").unwrap();
    (c2.ns, c2.mounts) = (spaces, mounts);
    state.actors.get_mut("c3").unwrap().ns.net = spaces.net;
    let stage = Stage::told(&[state], &["host", "c1", "c2", "c3"]);
    let screen = draw_lab((120, 40), &stage, &alone()).0;
    has(
        &screen,
        &[
            "c1  with c2 in it",
            "│ c3",
            "with c3: net",
            "with c1, c2: net",
        ],
    );
    has(&screen, &["Shared  namespaces net"]);
}
