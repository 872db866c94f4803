//! Proves that a lab can be presented here: each step plays and fits the screen, and steps back and
//! jumps lead to the same states.

use ratatui::layout::Size;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::headless::{PATIENCE, SIZE, SOON, go_on, play_step, unplayable, wait_rest, wait_until};
use super::prove::difference;
use super::understudy::Understudy;
use crate::app::Ended;
use crate::app::print::line as say;
use crate::app::run::{Conductor, TURN};
use crate::lab::Lab;
use crate::sandbox::OwnImage;
use crate::session::{Event, Phase};
use crate::snapshot::Snapshot;
use crate::ui::present::fit::{self, Cut};
use crate::ui::state::Slide;
use crate::word;

/// How many steps are jumped to.
const JUMPS: usize = 10;

/// Plays a lab, goes back and jumps about in it, and prints what would go wrong on stage.
pub(crate) async fn rehearse(
    lab: &Arc<Lab>,
    image: Option<Arc<OwnImage>>,
    size: Size,
) -> Result<Ended> {
    let run = Conductor::new(Arc::clone(lab), 0, SIZE, image);
    let mut rehearsal = Rehearsal {
        faults: vec![Vec::new(); lab.steps.len()],
        begun: Vec::new(),
        back: Vec::new(),
        prepared: Vec::new(),
        jumps: Vec::new(),
        run,
        size,
    };
    wait_rest(&mut rehearsal.run).await;
    if let Phase::Lost { reason } = rehearsal.run.session.phase() {
        return Ok(unplayable(&rehearsal.run, reason));
    }
    rehearsal.run.settle().await;
    if rehearsal.forward().await {
        rehearsal.backward().await;
        rehearsal.jump(lab).await;
    }
    Ok(rehearsal.told(lab))
}

struct Rehearsal {
    run: Conductor,
    /// Columns and rows of the stage's screen.
    size: Size,
    /// What is wrong with each step.
    faults: Vec<Vec<String>>,
    /// The state in which each step began when played in order.
    begun: Vec<Arc<Snapshot>>,
    /// How long each step back took.
    back: Vec<Duration>,
    /// How long it took to make each step back ready.
    prepared: Vec<Duration>,
    /// How long each jump took.
    jumps: Vec<Duration>,
}

impl Rehearsal {
    /// Plays all steps; whether all passed.
    async fn forward(&mut self) -> bool {
        let last = self.faults.len() - 1;
        for index in 0..=last {
            let session = &self.run.session;
            let cuts = fit::step(session.step(), &self.run.lines(), self.size);
            self.faults[index].extend(cuts.iter().map(words));
            self.begun.push(Arc::clone(session.now()));
            if !play_step(&mut self.run).await {
                self.faults[index].push(word!("prove-not-reached"));
                return false;
            }
            if let Some(surprise) = self.run.session.surprise() {
                self.faults[index].push(surprise.words().to_string());
            }
            go_on(&mut self.run).await;
        }
        let recap = fit::recap(self.run.session.lab(), self.size);
        self.faults[last].extend(recap.iter().map(words));
        true
    }

    /// Goes back to the start, step by step; each step is made ready first.
    async fn backward(&mut self) {
        let mut understudy = Understudy::default();
        while let Some(step) = self.run.before() {
            let begun = Instant::now();
            let ready = ready(&mut understudy, &mut self.run).await;
            self.prepared.push(begun.elapsed());
            let begun = Instant::now();
            if ready {
                understudy.enter(&mut self.run);
            } else {
                self.run.event(Event::Back);
                wait_rest(&mut self.run).await;
            }
            // The step back is done when its state has been read in the lab host.
            self.run.settle().await;
            self.back.push(begun.elapsed());
            self.arrived(step).await;
        }
    }

    async fn jump(&mut self, lab: &Lab) {
        for step in picked(lab) {
            let begun = Instant::now();
            self.run.event(Event::GoTo(step));
            wait_rest(&mut self.run).await;
            self.run.settle().await;
            self.jumps.push(begun.elapsed());
            self.arrived(step).await;
        }
    }

    /// Compares the state at the beginning of a step with the one when played in order. Waits first
    /// for what the kernel removes late, such as a network namespace without processes.
    async fn arrived(&mut self, step: usize) {
        let then = Arc::clone(&self.begun[step]);
        wait_until(&mut self.run, SOON, |run| {
            !is_at(run, step) || difference(&then, run.session.now()).is_none()
        })
        .await;
        let fault = if is_at(&self.run, step) {
            difference(&then, self.run.session.now())
        } else {
            Some(word!("prove-no-host"))
        };
        if let Some(difference) = fault {
            self.faults[step].push(word!("prove-undo", difference = difference));
        }
    }

    /// Prints the findings, step by step.
    fn told(mut self, lab: &Lab) -> Ended {
        let steps = lab.steps.len();
        let mut failed = 0;
        for (index, (step, faults)) in lab.steps.iter().zip(&self.faults).enumerate() {
            let place = format!("{}/{steps} {}", index + 1, step.id);
            if index >= self.begun.len() {
                say(&word!("rehearsed-not", step = &place));
            } else if faults.is_empty() {
                say(&word!("rehearsed-ok", step = &place));
            }
            for fault in faults {
                failed += 1;
                say(&word!("rehearsed-fault", step = &place, fault = fault));
            }
        }
        let Size {
            width: columns,
            height: rows,
        } = self.size;
        let (lab, minutes) = (&lab.id, lab.minutes);
        if !self.back.is_empty() {
            let (median, worst) = figures(&mut self.back);
            let (ready, latest) = figures(&mut self.prepared);
            let ahead = word!("rehearsed-ready", median = ready, worst = latest);
            say(&word!(
                "rehearsed-back",
                median = median,
                worst = worst,
                ahead = ahead
            ));
        }
        if !self.jumps.is_empty() {
            let count = self.jumps.len();
            let (median, worst) = figures(&mut self.jumps);
            say(&word!(
                "rehearsed-jumps",
                count = count,
                median = median,
                worst = worst
            ));
        }
        if failed > 0 {
            say(&word!("rehearsed-bad", lab = lab, faults = failed));
            return Ended::Failed;
        }
        say(&word!(
            "rehearsed-good",
            lab = lab,
            steps = steps,
            columns = columns,
            rows = rows,
            minutes = minutes
        ));
        Ended::Passed
    }
}

/// Whether a run stands at the step of an index, and has a lab host.
fn is_at(run: &Conductor, step: usize) -> bool {
    run.session.index() == step && !run.session.phase().is_lost()
}

/// Waits until the step before is ready; false if the machine has no room for it.
async fn ready(understudy: &mut Understudy, run: &mut Conductor) -> bool {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        understudy.tend(run);
        if understudy.is_ready() {
            return true;
        }
        if run.is_calm() && !understudy.is_there() {
            return false;
        }
        tokio::select! {
            Some(said) = understudy.next() => understudy.drain(said),
            Some(said) = run.next() => run.drain(said, TURN),
            () = tokio::time::sleep_until(end) => return false,
        }
    }
}

/// The steps to jump to: pseudo-random, but the same for the same lab.
fn picked(lab: &Lab) -> Vec<usize> {
    let seed = lab.id.bytes().fold(17_u64, |all, byte| {
        all.wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(u64::from(byte) | 1)
    });
    let steps = lab.steps.len() as u64;
    let states = std::iter::successors(Some(next(seed)), |state| Some(next(*state)));
    let picked = states.map(|state| usize::try_from((state >> 33) % steps).unwrap_or(0));
    picked.take(JUMPS).collect()
}

/// The pseudo-random number that follows one.
fn next(state: u64) -> u64 {
    state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407)
}

/// The median and the longest, in milliseconds.
fn figures(times: &mut [Duration]) -> (String, String) {
    times.sort();
    let median = times.get(times.len() / 2);
    (milliseconds(median), milliseconds(times.last()))
}

fn milliseconds(time: Option<&Duration>) -> String {
    let time = time.copied().unwrap_or_default();
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn words(cut: &Cut) -> String {
    match cut {
        Cut::Title(taken, room) => word!("cut-title", taken = *taken, room = *room),
        Cut::Text(slide, taken, room) => {
            let what = match slide {
                Slide::Opening | Slide::Beats => word!("slide-opening"),
                Slide::Question => word!("slide-question"),
                Slide::Answer => word!("slide-answer"),
                Slide::Explanation => word!("slide-explanation"),
            };
            word!("cut-text", what = what, taken = *taken, room = *room)
        }
        Cut::Line(line, taken, room) => {
            word!("cut-line", line = line, taken = *taken, room = *room)
        }
        Cut::Recap(taken, room) => {
            let what = word!("slide-recap");
            word!("cut-text", what = what, taken = *taken, room = *room)
        }
    }
}
