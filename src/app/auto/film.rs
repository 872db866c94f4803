//! A lab that plays itself on an invisible screen: its moments, for an export.

use ratatui::layout::Size;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, timeout_at};

use super::headless::{PATIENCE, Playing, at_rest, go_on, play_step};
use crate::app::learner;
use crate::app::run::tap::{Note, Tap};
use crate::app::run::{Conductor, Fault};
use crate::app::screen::{At, FIRST, FRAME, Script, Told, resize, settle};
use crate::scene::journal::Line;
use crate::scene::{Head, Scene};
use crate::session::Phase;
use crate::ui::UiState;
use crate::word;
use crate::word::later::Later;

/// How long nothing must come until everything counts as drawn.
const CALM: Duration = Duration::from_millis(60);
/// The longest wait for that: counters never become calm.
const LIMIT: Duration = Duration::from_millis(600);

/// The result of a film.
#[derive(Debug)]
pub enum Filmed {
    /// The head of the journal, and the moments.
    Run(Box<Head>, Vec<Line>),
    /// The machine lacks something that the lab needs; what, in words.
    Lacking(String),
    /// The lab did not play to the end, in words.
    Failed(String),
}

/// Plays a lab up to the end of the step `until`, or of the lab.
pub(crate) async fn film(script: &Script, until: Option<usize>, size: Size) -> Result<Filmed> {
    let (settings, _) = learner::speak();
    let head = Head {
        screen: size,
        ..script.head(0, Some(settings.looks.first(None).look))?
    };
    let mut camera = Camera::new(script, &head).map_err(anyhow::Error::msg)?;
    camera.wait(PATIENCE, at_rest).await;
    let last = script.lab.steps.len() - 1;
    for step in 0..=until.unwrap_or(last) {
        camera.rest().await;
        if let Phase::Lost { reason } = camera.run.session.phase() {
            return Ok(camera.lost(step, reason));
        }
        if !play_step(&mut camera).await {
            let lab = &script.lab.id;
            let words = word!("export-stopped", step = step + 1, lab = lab);
            return Ok(Filmed::Failed(words));
        }
        if until != Some(step) {
            go_on(&mut camera).await;
        }
    }
    camera.rest().await;
    Ok(Filmed::Run(Box::new(head), camera.lines))
}

/// The run, and the screen on which it is shown.
struct Camera {
    run: Conductor,
    scene: Scene,
    from: Receiver<Note>,
    lines: Vec<Line>,
    state: UiState,
    told: Told,
    size: Size,
    /// The step that was shown last, and whether it was over.
    seen: At,
    drawn: Instant,
}

impl Camera {
    fn new(script: &Script, head: &Head) -> Result<Self, String> {
        let (to, from) = channel();
        let mut run = Conductor::new(
            script.told(),
            0,
            FIRST,
            script.image.as_ref().map(Arc::clone),
        );
        run.tap(Tap::new(to));
        Ok(Self {
            run,
            scene: Scene::new(head.clone())?,
            from,
            lines: Vec::new(),
            state: UiState::default(),
            told: Told::default(),
            size: head.screen,
            seen: At::default(),
            drawn: Instant::now() - FRAME,
        })
    }

    /// Draws what changed, no more often than a screen does.
    fn frame(&mut self) {
        let geometry = self.scene.geometry();
        settle(&mut self.state, geometry, &mut self.run, &mut self.seen);
        if self.run.dirty && self.drawn.elapsed() >= FRAME {
            self.draw();
        }
    }

    fn draw(&mut self) {
        self.run.dirty = false;
        self.told
            .tell(&mut self.state, self.size, false, &self.run.tap);
        for line in self.from.try_iter().filter_map(Note::line) {
            self.scene.take(line.moment.clone());
            self.lines.push(line);
        }
        resize(self.scene.geometry(), &mut self.run);
        self.drawn = Instant::now();
    }

    fn lost(&self, step: usize, reason: &Later) -> Filmed {
        if step > 0 {
            return Filmed::Failed(word!("run-lost", why = reason));
        }
        if self.run.fault == Some(Fault::Setup) {
            let lab = &self.run.session.lab().id;
            return Filmed::Failed(format!("{lab}: {reason}"));
        }
        Filmed::Lacking(reason.to_string())
    }
}

impl Playing for Camera {
    fn run(&mut self) -> &mut Conductor {
        &mut self.run
    }

    async fn wait(&mut self, limit: Duration, done: impl Fn(&Conductor) -> bool) -> bool {
        let end = Instant::now() + limit;
        while !done(&self.run) {
            self.frame();
            let due = if self.run.dirty {
                self.drawn + FRAME
            } else {
                end
            };
            match timeout_at(due.min(end), self.run.next()).await {
                Ok(Some(said)) => self.run.drain(said, 0),
                Err(_) if due < end => {}
                Ok(None) | Err(_) => return false,
            }
        }
        true
    }

    async fn rest(&mut self) {
        let end = Instant::now() + LIMIT;
        loop {
            self.frame();
            let calm = (Instant::now() + CALM).min(end);
            match timeout_at(calm, self.run.next()).await {
                Ok(Some(said)) => self.run.drain(said, 0),
                Err(_) if self.run.dirty && calm < end => {}
                Ok(None) | Err(_) => break,
            }
        }
        self.frame();
        self.draw();
    }
}
