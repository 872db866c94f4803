//! In front of a class: what a click comes to, and what goes on behind the screen.

use std::time::{Duration, Instant};

use super::{Command, Conductor, Focus, Phase, Stage, UiState, obey};
use crate::app::auto::understudy::Understudy;
use crate::ui::present::{self, Slide, Stand};

/// What is seen, as far as going on by itself is concerned.
type Mark = (usize, Phase, Slide, Stand, usize);

/// What goes on behind a presentation.
#[derive(Default)]
pub(super) struct Show {
    /// The program does nothing else: nothing of it is remembered.
    pub(super) only: bool,
    /// The step before, made ready.
    pub(super) understudy: Understudy,
    /// What is seen, and when it goes on by itself.
    auto: Option<(Mark, Instant)>,
    /// The step that is shown, and whether there is a lab host for it.
    place: (usize, bool),
}

impl Show {
    /// What was made ready is no longer of use.
    pub(super) fn forget(&mut self) {
        *self = Self {
            only: self.only,
            ..Self::default()
        };
    }

    /// When something is different without anybody's doing: the clock, and what goes on by itself.
    pub(super) fn deadline(
        &self,
        run: &Conductor,
        state: &UiState,
    ) -> Option<tokio::time::Instant> {
        state.present.as_ref()?;
        let second = Duration::from_millis(1000 - run.elapsed() % 1000);
        let auto = self.auto.as_ref().map(|(_, at)| *at);
        let next = Instant::now() + second;
        Some(auto.map_or(next, |at| at.min(next)).into())
    }
}

/// What the screen takes from the run.
pub(super) fn settle(stage: &mut Stage, run: &mut Conductor) {
    let is_on = stage.state.present.is_some();
    run.present(is_on);
    if !is_on {
        if stage.show.understudy.is_there() {
            stage.show.forget();
        }
        return;
    }
    let understudy = &mut stage.show.understudy;
    understudy.tend(run);
    if understudy.wanted && understudy.is_ready() {
        understudy.enter(run);
    }
    tell(stage, run);
    go_on(stage, run);
}

/// Tells the screen how far the run is.
fn tell(stage: &mut Stage, run: &mut Conductor) {
    let away = matches!(
        run.session.phase(),
        Phase::Rewinding { .. } | Phase::Lost { .. }
    );
    let place = (run.session.index(), away);
    let moved = std::mem::replace(&mut stage.show.place, place) != place;
    let Some(present) = &mut stage.state.present else {
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

/// Goes on by itself, once what is seen could be read.
fn go_on(stage: &mut Stage, run: &mut Conductor) {
    let state = &stage.state;
    let Some(present) = state.present.as_ref().filter(|present| present.auto) else {
        stage.show.auto = None;
        return;
    };
    let session = &run.session;
    if *session.phase() == Phase::Finished || state.popup.is_some() {
        stage.state.apply(&Command::Auto, &stage.geometry);
        return;
    }
    let mark = (
        session.index(),
        session.phase().clone(),
        present.slide,
        present.stand.clone(),
        state.guide_scroll,
    );
    match (&stage.show.auto, present::reading(session, state)) {
        (_, None) => stage.show.auto = None,
        (Some((known, at)), _) if *known == mark => {
            if Instant::now() >= *at {
                stage.show.auto = None;
                onward(stage, run);
            }
        }
        (_, Some(time)) => {
            let at = Instant::now() + Duration::from_millis(time);
            stage.show.auto = Some((mark, at));
        }
    }
}

/// What a command comes to in front of a class; nothing, if it is done already.
pub(super) fn meant(stage: &mut Stage, run: &mut Conductor, command: Command) -> Option<Command> {
    let Some(present) = &stage.state.present else {
        return Some(command);
    };
    let woken = [
        (present.blank, Command::Blank),
        (present.auto, Command::Auto),
    ];
    let woken = woken.into_iter().find(|(is, _)| *is);
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
