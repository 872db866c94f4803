//! The same loop without a screen: each step is played and told as it happens.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use super::Ended;
use super::conductor::Conductor;
use crate::lab::Lab;
use crate::sandbox::OwnImage;
use crate::session::{Event, Phase};
use crate::sys::pty::Size;
use crate::word;

/// The size of terminals that nobody sees.
pub(super) const SIZE: Size = Size {
    rows: 24,
    columns: 80,
};
/// How long a step may take to come to a verdict.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How long a state may take to come about after everything was done.
pub(super) const SOON: Duration = Duration::from_secs(10);

/// Waits until a phase is reached that satisfies `done`; false if it takes too long.
pub(super) async fn wait_until(
    run: &mut Conductor,
    limit: Duration,
    done: impl Fn(&Conductor) -> bool,
) -> bool {
    let end = tokio::time::Instant::now() + limit;
    while !done(run) {
        match tokio::time::timeout_at(end, run.next()).await {
            Ok(Some(happening)) => run.happen(happening),
            Ok(None) | Err(_) => return false,
        }
        while let Some(happening) = run.ready() {
            run.happen(happening);
        }
    }
    true
}

/// Whether the session waits for a person.
pub(super) fn at_rest(run: &Conductor) -> bool {
    !matches!(
        run.session.phase(),
        Phase::Applying { .. } | Phase::Rewinding { .. }
    )
}

/// Plays a lab from its start up to and with a step.
pub(super) async fn run(
    lab: Arc<Lab>,
    until: usize,
    image: Option<Arc<OwnImage>>,
    json: bool,
) -> Result<Ended> {
    let mut run = Conductor::new(Arc::clone(&lab), 0, SIZE, image);
    let mut told = Teller {
        json,
        colour: !json && std::io::stdout().is_terminal(),
    };
    wait_until(&mut run, PATIENCE, at_rest).await;
    for index in 0..=until.min(lab.steps.len() - 1) {
        if let Phase::Lost { reason } = run.session.phase() {
            return Ok(unplayable(&run, reason));
        }
        told.step(&run);
        let passed = play_step(&mut run).await;
        told.outcome(&run, passed);
        if let Phase::Lost { reason } = run.session.phase() {
            anyhow::bail!(word!("run-lost", why = reason));
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

/// What it comes to that there is no lab host: what the lab itself could not
/// prepare is its own failure, and said.
pub(super) fn unplayable(run: &Conductor, reason: &str) -> Ended {
    if !run.unprepared {
        return Ended::Lacking(reason.to_owned());
    }
    // A reader that has gone away is no error of ours.
    let _ = writeln!(
        std::io::stdout().lock(),
        "{}: {reason}",
        run.session.lab().id
    );
    Ended::Failed
}

/// Plays the present step; whether it is passed.
pub(super) async fn play_step(run: &mut Conductor) -> bool {
    if matches!(run.session.phase(), Phase::Predicting) {
        run.event(Event::Predict(0));
    }
    if run.session.step().is_text() {
        return true;
    }
    run.event(Event::Run);
    let judged = |run: &Conductor| {
        matches!(
            run.session.phase(),
            Phase::Judged | Phase::Finished | Phase::Lost { .. }
        )
    };
    // A step that is not passed when everything was done may be so a moment later.
    wait_until(run, PATIENCE, at_rest).await;
    wait_until(run, SOON, judged).await;
    matches!(run.session.phase(), Phase::Judged | Phase::Finished)
}

/// Goes to the next step.
pub(super) async fn go_on(run: &mut Conductor) {
    let from = run.session.index();
    run.event(Event::Next);
    if run.session.index() == from && matches!(run.session.phase(), Phase::Judged) {
        run.event(Event::Next);
    }
    wait_until(run, PATIENCE, |run| {
        at_rest(run) && run.session.index() != from
            || matches!(run.session.phase(), Phase::Finished | Phase::Lost { .. })
    })
    .await;
    // The first snapshot of the step: what its checks are compared with.
    run.settle().await;
}

/// Prints what happens.
struct Teller {
    json: bool,
    colour: bool,
}

impl Teller {
    fn say(&self, style: &str, line: &str) {
        let mut out = std::io::stdout().lock();
        let clean: String = line.chars().filter(|c| !c.is_control()).collect();
        // A reader that has gone away is no error of ours.
        let _ = if self.colour {
            writeln!(out, "\x1b[{style}m{clean}\x1b[0m")
        } else {
            writeln!(out, "{clean}")
        };
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
            if verdict.holds {
                self.say("32", &format!("  {}{}", word!("run-true"), check.expect));
                continue;
            }
            self.say("33", &format!("  {}{}", word!("run-not"), check.expect));
            self.say("0", &format!("         {}", check.otherwise));
            if !verdict.not_yet.is_empty() {
                self.say("0", &format!("         {}", verdict.not_yet));
            }
            for (name, value) in &verdict.values {
                self.say("0", &format!("         {name} = {value}"));
            }
        }
    }
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
        .map(|(check, verdict)| json!({"expect": check.expect, "holds": verdict.holds}))
        .collect();
    let line = json!({"step": step.id, "passed": passed, "done": done, "checks": checks});
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
