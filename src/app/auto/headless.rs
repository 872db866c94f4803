//! A run without a screen: each step is played, and what happens is printed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};

use crate::app::run::{Conductor, Fault};
use crate::app::{Ended, install, print};
use crate::check::Verdict;
use crate::lab::{Check, Lab, Step};
use crate::sandbox::OwnImage;
use crate::session::{Event, Phase, sentence};
use crate::sys::pty::Size;
use crate::ui::Absent;
use crate::word;
use crate::word::later::Later;

/// The size of invisible terminals.
pub(crate) const SIZE: Size = Size {
    rows: 24,
    columns: 80,
};
/// How long a run waits for anything: as long as an action may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// How long a state may take to come about after all actions, while no verdict changes.
pub(crate) const SOON: Duration = Duration::from_secs(10);
/// How long it may take while verdicts still change.
const LONGEST: Duration = Duration::from_secs(90);

/// Waits until `done`; false if that takes longer than `limit`.
pub(crate) async fn wait_until(
    run: &mut Conductor,
    limit: Duration,
    done: impl Fn(&Conductor) -> bool,
) -> bool {
    let end = tokio::time::Instant::now() + limit;
    while !done(run) {
        match tokio::time::timeout_at(end, run.next()).await {
            Ok(Some(said)) => run.drain(said, usize::MAX),
            Ok(None) | Err(_) => return false,
        }
    }
    true
}

/// Whether the session waits for a person.
pub(crate) fn at_rest(run: &Conductor) -> bool {
    !matches!(
        run.session.phase(),
        Phase::Applying { .. } | Phase::Rewinding { .. }
    )
}

/// Waits until the session waits for a person. `PATIENCE` begins anew with each action on the way;
/// false if none was done for that long.
pub(crate) async fn wait_rest(playing: &mut impl Playing) -> bool {
    loop {
        let before = done(playing.run());
        let moved = playing.wait(PATIENCE, move |run| at_rest(run) || done(run) != before);
        if !moved.await {
            return false;
        }
        if at_rest(playing.run()) {
            return true;
        }
    }
}

/// How much was done in a run: the number of its steps and of their actions.
fn done(run: &Conductor) -> usize {
    let entries = run.session.journal().iter();
    entries.map(|entry| 1 + entry.done.len()).sum()
}

/// Waits until a state has come about. A program of the step may still change what the checks look
/// at: as long as verdicts change, the wait goes on, up to `LONGEST`.
pub(crate) async fn wait_state(playing: &mut impl Playing, is: impl Fn(&Conductor) -> bool) {
    let end = Instant::now() + LONGEST;
    while !is(playing.run()) && Instant::now() < end {
        let before = playing.run().session.verdicts().to_vec();
        let moved = playing.wait(SOON, |run| is(run) || run.session.verdicts() != before);
        // A snapshot with much in it takes longer on a slow machine: what it says is not known yet.
        if !moved.await && !playing.run().is_observing() {
            return;
        }
    }
}

/// Plays a lab from its start up to and including the step `until`, and prints what happens.
pub(crate) async fn run(
    lab: Arc<Lab>,
    until: usize,
    image: Option<Arc<OwnImage>>,
    json: bool,
) -> Result<Ended> {
    let mut run = Conductor::new(Arc::clone(&lab), 0, SIZE, image);
    let mut told = Teller {
        json,
        colour: !json && print::is_on_terminal(),
        absent: install::absent(),
    };
    wait_rest(&mut run).await;
    for index in 0..=until.min(lab.steps.len() - 1) {
        if let Phase::Lost { reason } = run.session.phase() {
            return Ok(unplayable(&run, reason));
        }
        told.step(&run);
        let passed = play_step(&mut run).await;
        told.outcome(&run, passed);
        if let Phase::Lost { reason } = run.session.phase() {
            let words = word!("run-lost", why = reason);
            return Ok(if run.fault == Some(Fault::Starved) {
                Ended::Lacking(words)
            } else {
                Ended::Lost(words)
            });
        }
        if !passed {
            return Ok(Ended::Failed);
        }
        if index < until {
            go_on(&mut run).await;
        }
    }
    Ok(Ended::Passed)
}

/// How a run ends without a lab host: a failed `setup` is the lab's fault and is printed; anything
/// else is what the machine lacks.
pub(crate) fn unplayable(run: &Conductor, reason: &Later) -> Ended {
    if run.fault != Some(Fault::Setup) {
        return Ended::Lacking(reason.to_string());
    }
    print::lines(&format!("{}: {reason}", run.session.lab().id));
    Ended::Failed
}

/// A run without a person, and whatever shows it.
pub(crate) trait Playing {
    /// The run.
    fn run(&mut self) -> &mut Conductor;
    /// Goes on until `done`; false if that takes longer than `limit`.
    async fn wait(&mut self, limit: Duration, done: impl Fn(&Conductor) -> bool) -> bool;
    /// Goes on until everything so far is drawn, if the run is drawn at all.
    async fn rest(&mut self) {}
}

impl Playing for Conductor {
    fn run(&mut self) -> &mut Conductor {
        self
    }
    async fn wait(&mut self, limit: Duration, done: impl Fn(&Self) -> bool) -> bool {
        wait_until(self, limit, done).await
    }
}

/// Plays the current step; returns whether it passed. A question is answered correctly first.
pub(crate) async fn play_step(playing: &mut impl Playing) -> bool {
    if matches!(playing.run().session.phase(), Phase::Predicting) {
        let choice = right_choice(playing.run().session.step());
        playing.run().event(Event::Predict(choice));
        playing.rest().await;
    }
    if playing.run().session.step().is_text() {
        return true;
    }
    playing.run().event(Event::Run);
    // Order: a step may pass a moment after its last action.
    wait_rest(playing).await;
    wait_state(playing, is_over).await;
    playing.rest().await;
    playing.run().session.phase().is_passed()
}

/// Whether nothing more comes of a step: it is passed, or the lab host is gone.
fn is_over(run: &Conductor) -> bool {
    let phase = run.session.phase();
    phase.is_passed() || phase.is_lost()
}

/// Whether a run has come from the step of an index to another one, or to its end.
fn has_left(run: &Conductor, from: usize) -> bool {
    at_rest(run) && run.session.index() != from
        || matches!(run.session.phase(), Phase::Finished | Phase::Lost { .. })
}

/// The choice that the lab marks as right, or else the first.
fn right_choice(step: &Step) -> usize {
    let mut choices = step.ask.iter().flat_map(|ask| &ask.choices);
    choices
        .position(|choice| choice.right.is_some())
        .unwrap_or(0)
}

/// Goes to the next step.
pub(crate) async fn go_on(playing: &mut impl Playing) {
    let from = playing.run().session.index();
    playing.run().event(Event::Next);
    let session = &playing.run().session;
    if session.index() == from && matches!(session.phase(), Phase::Judged) {
        // A text was read: what the lab says after it is shown first.
        playing.rest().await;
        playing.run().event(Event::Next);
    }
    playing.wait(PATIENCE, move |run| has_left(run, from)).await;
    // The checks of the step compare with its first snapshot.
    playing.run().settle().await;
}

/// Prints the run.
struct Teller {
    json: bool,
    colour: bool,
    /// The programs that a person would type and this machine lacks.
    absent: Absent,
}

impl Teller {
    fn say(&self, style: &str, line: &str) {
        if self.colour {
            print::styled(style, line);
        } else {
            print::line(line);
        }
    }

    fn step(&mut self, run: &Conductor) {
        if self.json {
            return;
        }
        let (index, step) = (run.session.index(), run.session.step());
        let count = run.session.lab().steps.len();
        self.say("1", &format!("{}/{count} {}", index + 1, step.title));
        for action in step.script() {
            if let Some(line) = run.line(action) {
                self.say("36", &format!("  {}$ {line}", action.actor()));
            }
        }
        if let Some(words) = self.absent.words(step.script()) {
            self.say("33", &format!("  {words}"));
        }
    }

    fn outcome(&mut self, run: &Conductor, passed: bool) {
        let entry = run.session.journal().last();
        let done = entry.map(|entry| entry.done.as_slice()).unwrap_or_default();
        if self.json {
            return json_line(run, passed);
        }
        for (_, outcome) in done {
            for line in outcome.output.lines() {
                self.say("0", &format!("    {line}"));
            }
            for call in &outcome.calls {
                self.say("2", &format!("    {call}"));
            }
        }
        self.verdicts(run);
    }

    fn verdicts(&mut self, run: &Conductor) {
        for (check, verdict) in run.session.step().checks.iter().zip(run.session.verdicts()) {
            let words = sentence(check, verdict.holds);
            if verdict.holds {
                self.say("32", &format!("  {}{words}", word!("run-true")));
                continue;
            }
            self.say("33", &format!("  {}{words}", word!("run-not")));
            self.say("0", &format!("         {}", check.expect));
            if let Some(why) = &verdict.not_yet {
                self.say("0", &format!("         {why}"));
            }
            for (name, value) in &verdict.values {
                self.say("0", &format!("         {name} = {value}"));
            }
        }
    }
}

fn check_line(check: &Check, verdict: &Verdict) -> Value {
    json!({
        "expect": check.expect,
        "holds": verdict.holds,
        "else": check.otherwise,
        "then": check.then,
    })
}

/// A step as one line of JSON.
fn json_line(run: &Conductor, passed: bool) {
    let step = run.session.step();
    let entry = run.session.journal().last();
    let done: Vec<_> = entry
            .map(|entry| entry.done.as_slice())
            .unwrap_or_default()
            .iter()
            .map(|(action, outcome)| json!({"action": action, "typed": run.line(action), "outcome": outcome}))
            .collect();
    let checks: Vec<_> = step
        .checks
        .iter()
        .zip(run.session.verdicts())
        .map(|(check, verdict)| check_line(check, verdict))
        .collect();
    let line = json!({"step": step.id, "passed": passed, "done": done, "checks": checks});
    print::json(&line);
}
