//! The shells on the screen: which are seen, what their footer tells, and how one has ended.

use std::sync::Arc;

use isolab::lab::action::Setns;
use isolab::lab::{Action, Lab};
use isolab::scene;
use isolab::session::Event;
use isolab::snapshot::{Actor, NamespaceKind, Process, Snapshot};
use isolab::ui::{Command, Focus, UiState};
use ratatui::layout::Size;

use super::facts::snapshot;
use super::stage::{self, SIZES, Stage, draw_lab, has};

fn in_shell(index: usize) -> UiState {
    UiState {
        focus: Focus::Shell(index),
        shell: index,
        ..UiState::default()
    }
}

fn footer(screen: &str) -> &str {
    screen.lines().last().unwrap_or_default()
}

/// A run whose second step is one of these actors' to do.
fn acted_by(actor: &str) -> Stage {
    let mut lab = Lab::clone(Stage::at(1).session.lab());
    if let Some(Action::Unshare(verb)) = lab.steps[1].actions.first_mut() {
        actor.clone_into(&mut verb.actor);
    }
    Stage::of(Arc::new(lab), 1)
}

/// The panes that are seen.
fn seen(size: impl Into<Size>, stage: &Stage, state: &UiState) -> Vec<usize> {
    let (_, geometry) = draw_lab(size, stage, state);
    geometry.panes.iter().map(|(index, _)| *index).collect()
}

#[test]
fn the_footer_of_a_shell_tells_how_the_step_stands_which_shell_it_is_about_and_the_ways_out() {
    let mut stage = Stage::at(1);
    let (screen, geometry) = draw_lab((80, 24), &stage, &in_shell(0));
    let told = " ☐ not done: Ctrl-] Enter run · step: Ctrl-] 2 b · Ctrl-] h hint";
    assert!(footer(&screen).starts_with(told), "{screen}");
    let hits = geometry.hits.iter().filter(|(place, _)| place.y == 23);
    let asked: Vec<&Command> = hits.map(|(_, command)| command).collect();
    let to_b = Command::Focus(Focus::Shell(1));
    assert_eq!(
        asked,
        [&Command::Run, &to_b, &Command::Hint, &Command::Zoom]
    );
    // In the shell that the step is about, nothing leads to it.
    let (screen, _) = draw_lab((80, 24), &stage, &in_shell(1));
    let told = " ☐ not done: Ctrl-] Enter run · Ctrl-] h hint · Ctrl-] z zoom";
    assert!(footer(&screen).starts_with(told), "{screen}");
    let (screen, _) = draw_lab((120, 40), &stage, &in_shell(0));
    has(
        footer(&screen),
        &["step: Ctrl-] 2 b", "Ctrl-] z zoom · Ctrl-] g guide"],
    );
    stage.play();
    let (screen, _) = draw_lab((80, 24), &stage, &in_shell(0));
    let told = " ✓ done: Ctrl-] Enter next · Ctrl-] z zoom · Ctrl-] g guide";
    assert!(footer(&screen).starts_with(told), "{screen}");
}

#[test]
fn a_shell_that_is_not_there_yet_takes_no_room() {
    let stage = Stage::at(1);
    for size in SIZES {
        let state = UiState::default();
        assert_eq!(seen(size, &stage, &state), [0, 1], "{size:?}");
        has(&draw_lab(size, &stage, &state).0, &[" 3 a2 "]);
    }
    // Who goes there sees why nothing is there.
    has(
        &draw_lab((80, 24), &stage, &in_shell(2)).0,
        &["not there yet"],
    );
}

#[test]
fn the_shell_that_the_step_acts_in_is_seen() {
    let (first, mut third) = (acted_by("host"), acted_by("a2"));
    third.there = 3;
    let state = UiState::default();
    assert_eq!(seen((80, 24), &first, &state), [0, 1]);
    assert_eq!(seen((80, 24), &third, &state), [0, 2]);
    assert_eq!(seen((120, 40), &third, &state), [0, 1, 2]);
    // It stays when it has acted, and beside the one that has the keys.
    third.play();
    assert_eq!(seen((80, 24), &third, &state), [0, 2]);
    assert_eq!(seen((80, 24), &third, &in_shell(1)), [1, 2]);
}

/// A run in which the shell of b has ended with a status.
fn ended(status: i64) -> Stage {
    let mut stage = Stage::at(1);
    stage.ended = Some(1);
    let mut dead = snapshot(false);
    let b = Actor {
        exit: status,
        ..Actor::default()
    };
    dead.actors.insert("b".to_owned(), b);
    stage.tell(Event::Observed(Arc::new(dead)));
    stage
}

#[test]
fn a_shell_that_has_ended_keeps_what_it_printed_and_says_how_it_ended() {
    let (screen, _) = draw_lab((80, 24), &ended(3), &in_shell(1));
    has(&screen, &["ended with status 3 · Enter begins"]);
    let (screen, _) = draw_lab((120, 40), &ended(137), &UiState::default());
    has(
        &screen,
        &[
            "terminal of b",
            "ended with status 137 (128 + 9: killed by KILL)",
        ],
    );
    // Before a snapshot tells how.
    let mut stage = Stage::at(1);
    stage.ended = Some(1);
    let (screen, _) = draw_lab((80, 24), &stage, &UiState::default());
    has(&screen, &["ended · Enter begins it anew"]);
}

#[test]
fn a_line_for_another_shell_gets_a_word() {
    let mut stage = Stage::at(1);
    let mut typed: Snapshot = snapshot(false);
    let host = typed.actors.entry("host".to_owned()).or_default();
    "root@lab:/lab# unshare --uts bash\n".clone_into(&mut host.said);
    stage.tell(Event::Observed(Arc::new(typed)));
    let (screen, _) = draw_lab((80, 24), &stage, &in_shell(0));
    let told = " that line is for: Ctrl-] 2 b · ☐ not done: Ctrl-] Enter run";
    assert!(footer(&screen).starts_with(told), "{screen}");
    let (screen, _) = draw_lab((120, 40), &stage, &in_shell(0));
    has(
        &screen,
        &["! The line was run in host, but it is for b: Ctrl-] 2"],
    );
}

/// A state in which b sees host's shell by this number.
fn numbered(pid: i64) -> Event {
    let mut state = snapshot(false);
    let host = state.actors.entry("host".to_owned()).or_default();
    host.outer_pid = 1010;
    let b = state.actors.entry("b".to_owned()).or_default();
    b.pids = vec![20];
    b.processes = vec![Process {
        outer_pid: 1010,
        pid,
        pids: vec![pid],
        ..Process::default()
    }];
    Event::Observed(Arc::new(state))
}

#[test]
fn a_line_that_was_run_keeps_the_number_that_was_true_then() {
    let mut lab = Lab::clone(&stage::lab());
    lab.steps[1].actions = vec![Action::Setns(Setns {
        actor: "b".to_owned(),
        target: "host".to_owned(),
        namespaces: vec![NamespaceKind::Uts],
    })];
    let mut stage = Stage::of(Arc::new(lab), 1);
    let line = |stage: &Stage| scene::lines(&stage.session).concat();
    for pid in [30, 31] {
        stage.tell(numbered(pid));
        assert!(
            line(&stage).contains(&format!("-t {pid} ")),
            "{}",
            line(&stage)
        );
    }
    stage.tell(Event::Run);
    stage.tell(numbered(1));
    assert!(line(&stage).contains("-t 31 "), "{}", line(&stage));
}
