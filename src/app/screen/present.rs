//! In front of a class: what a click means, and what goes on behind the screen.

use super::hand::obey;
use super::{Command, Conductor, Focus, Phase, Stage};
use crate::ui::present;
use crate::ui::state::{Mode, Slide};

/// Tends the understudy, and brings the presentation up to date with the run.
pub(super) fn settle(stage: &mut Stage, run: &mut Conductor) {
    match stage.state.mode {
        Mode::Study => {
            run.present(false);
            if stage.show.understudy.is_there() {
                stage.show.forget();
            }
        }
        Mode::Present(_) => {
            run.present(true);
            stand_by(stage, run);
            tell(stage, run);
            go_on(stage, run);
        }
    }
}

/// Keeps the step before ready, and goes there once that is asked for.
fn stand_by(stage: &mut Stage, run: &mut Conductor) {
    let understudy = &mut stage.show.understudy;
    understudy.tend(run);
    if understudy.wanted && understudy.is_ready() {
        understudy.enter(run);
    }
}

/// Copies the state of the run into the presentation.
fn tell(stage: &mut Stage, run: &mut Conductor) {
    let moved = stage.show.moves(&run.session);
    let Mode::Present(present) = &mut stage.state.mode else {
        return;
    };
    let mut now = present.clone();
    if moved {
        now.slide = Slide::Opening;
        now.jump.clear();
    }
    now.stand = run.stand().clone();
    now.waits = stage.show.understudy.wanted;
    now.seconds = run.elapsed() / 1000;
    if now != *present {
        *present = now;
        run.dirty = true;
    }
}

/// Autoplay: goes on once what is shown was there long enough to be read.
fn go_on(stage: &mut Stage, run: &mut Conductor) {
    let state = &stage.state;
    if !state.mode.present().is_some_and(|present| present.auto) {
        return stage.show.stay();
    }
    if *run.session.phase() == Phase::Finished || state.popup.is_some() {
        stage.state.apply(&Command::Auto, &stage.geometry);
    } else if stage.show.could_be_read(&run.session, state) {
        onward(stage, run);
    }
}

/// What a command means in front of a class; `None` if it is done already.
pub(super) fn meant(stage: &mut Stage, run: &mut Conductor, command: Command) -> Option<Command> {
    let Mode::Present(present) = &stage.state.mode else {
        return Some(command);
    };
    let wakes = [
        (present.blank, Command::Blank),
        (present.auto, Command::Auto),
    ];
    let woken = wakes.into_iter().find(|(is, _)| *is);
    run.dirty = true;
    match (command, woken) {
        (Command::Onward, Some((_, wakes))) => return Some(wakes),
        (Command::Onward, None) => onward(stage, run),
        (Command::Back, _) => {
            stage
                .state
                .apply(&Command::Focus(Focus::Guide), &stage.geometry);
            if !stage.show.understudy.is_there() {
                return Some(Command::Back);
            }
            stage.show.understudy.wanted = true;
        }
        (Command::Script, _) => {
            stage
                .state
                .apply(&Command::Focus(Focus::Guide), &stage.geometry);
            run.back_to_script();
        }
        (other, _) => return Some(other),
    }
    None
}

/// One click forward.
fn onward(stage: &mut Stage, run: &mut Conductor) {
    stage.show.understudy.wanted = false;
    if let Focus::Shell(_) = stage.state.focus {
        stage
            .state
            .apply(&Command::Focus(Focus::Guide), &stage.geometry);
    }
    run.dirty = true;
    for command in present::onward(&run.session, &stage.state, &stage.geometry) {
        if !stage.state.apply(&command, &stage.geometry) {
            obey(run, command);
        }
    }
}
