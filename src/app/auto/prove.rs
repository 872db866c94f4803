//! Proves a lab: every check is false before its step and true after it, played
//! and typed by hand; undo restores the state of before.

mod calls;
mod compare;

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;

use super::headless::{
    PATIENCE, SIZE, SOON, go_on, play_step, unplayable, wait_rest, wait_state, wait_until,
};
use crate::app::print::{self, lines as say};
use crate::app::run::Conductor;
use crate::app::{Ended, install};
use crate::lab::{Action, Lab, Step};
use crate::sandbox;
use crate::session::{Event, Phase};
use crate::snapshot::Snapshot;
use crate::ui::Absent;
use crate::word;
pub(in crate::app) use compare::difference;

/// Plays a lab, types it, undoes each step, and prints each fault. With `only`, one step is proven,
/// after the steps before it were played.
pub(crate) async fn prove(lab: &Arc<Lab>, only: Option<usize>) -> Result<Ended> {
    let mut proof = Proof {
        lab,
        only,
        faults: 0,
        leaves: false,
        absent: install::absent(),
        untyped: BTreeSet::new(),
    };
    let played = match proof.play().await {
        Ok(played) => played,
        Err(ended) => return Ok(ended),
    };
    let left = sandbox::await_burials();
    proof.typing(&played).await;
    proof.undo(&played).await;
    if !(left.is_empty() || proof.leaves) {
        proof.fault(lab.steps.len() - 1, &word!("prove-leaves"));
    }
    say(&proof.verdict());
    Ok(if proof.faults == 0 {
        Ended::Passed
    } else {
        Ended::Failed
    })
}

/// How many lines of a terminal a fault shows.
const LAST: usize = 4;

/// The states before and after a played step, and the calls that it made.
struct Played {
    before: Snapshot,
    after: Snapshot,
    calls: BTreeSet<String>,
}

struct Proof<'a> {
    lab: &'a Arc<Lab>,
    /// The step to prove, if not all.
    only: Option<usize>,
    faults: usize,
    /// A step that leaves something on the machine was already reported.
    leaves: bool,
    /// The missing programs: lines that begin one cannot be typed here.
    absent: Absent,
    /// The steps that were not typed because a program is missing, in words.
    untyped: BTreeSet<String>,
}

impl Proof<'_> {
    fn fault(&mut self, step: usize, words: &str) {
        self.faults += 1;
        let (lab, step) = (&self.lab.id, &self.lab.steps[step].id);
        say(&word!("prove-fault", lab = lab, step = step, fault = words));
    }

    /// The verdict on the lab, in words.
    fn verdict(&self) -> String {
        let (lab, steps, faults) = (&self.lab.id, self.lab.steps.len(), self.faults);
        match self.only {
            _ if faults == 0 && !self.untyped.is_empty() => {
                let list: Vec<&str> = self.untyped.iter().map(String::as_str).collect();
                word!("prove-untyped", lab = lab, untyped = list.join("\n  "))
            }
            _ if faults > 0 => word!("prove-bad", lab = lab, faults = faults, steps = steps),
            Some(only) => word!(
                "prove-good-step",
                lab = lab,
                step = &self.lab.steps[only].id
            ),
            None => word!("prove-good", lab = lab, steps = steps),
        }
    }

    /// The played steps that are to be proven, with their indices.
    fn wanted<'p>(
        &self,
        played: &'p [Played],
    ) -> impl Iterator<Item = (usize, &'p Played)> + use<'p> {
        let only = self.only;
        let all = played.iter().enumerate();
        all.filter(move |(index, _)| only.is_none_or(|only| only == *index))
    }

    /// Opens a lab host at the beginning of a step. It is a fault of that step if the way there
    /// comes to a standstill.
    async fn open(&mut self, start: usize) -> Result<Conductor, Ended> {
        let mut run = Conductor::new(Arc::clone(self.lab), start, SIZE, None);
        if !wait_rest(&mut run).await {
            self.fault(start, &word!("prove-slow", seconds = PATIENCE.as_secs()));
            return Err(Ended::Failed);
        }
        if let Phase::Lost { reason } = run.session.phase() {
            return Err(unplayable(&run, reason));
        }
        run.settle().await;
        Ok(run)
    }

    /// Reports that there was no lab host for a step, if `open` has not reported a fault.
    fn unopened(&mut self, step: usize, how: &str, why: &Ended) {
        if let Ended::Lacking(_) | Ended::Lost(_) = why {
            let words = word!("prove-how", how = how, fault = word!("prove-no-host"));
            self.fault(step, &words);
        }
    }

    /// Plays all steps. Each check must be false before its step and true after it.
    async fn play(&mut self) -> Result<Vec<Played>, Ended> {
        let mut run = self.open(0).await?;
        let mut played = Vec::new();
        for index in 0..=self.only.unwrap_or(self.lab.steps.len() - 1) {
            progress(self.lab, index, &word!("prove-plays"));
            self.false_before(index, &run);
            let before = Snapshot::clone(run.session.now());
            if !play_step(&mut run).await {
                self.not_reached(index, &word!("prove-played"), &run);
                return Ok(played);
            }
            run.settle().await;
            self.as_planned(index, &run);
            self.questions(index, &word!("prove-played"), &run);
            played.push(Played {
                before,
                after: Snapshot::clone(run.session.now()),
                calls: calls::made(&run),
            });
            self.still_true(index, &run);
            go_on(&mut run).await;
        }
        Ok(played)
    }

    fn false_before(&mut self, step: usize, run: &Conductor) {
        let checks = self.lab.steps[step]
            .checks
            .iter()
            .zip(run.session.verdicts());
        let early: Vec<String> = checks
            .filter(|(_, v)| v.holds)
            .map(|(c, _)| c.expect.clone())
            .collect();
        for expect in early {
            self.fault(step, &word!("prove-early", expect = expect));
        }
    }

    /// Reports a refusal of the kernel that differs from what the step expects.
    fn as_planned(&mut self, step: usize, run: &Conductor) {
        let Some(surprise) = run.session.surprise() else {
            return;
        };
        let surprise = surprise.words().to_string();
        let words = match self.lab.steps[step].refused.as_deref() {
            None => word!("prove-no-refused", surprise = surprise),
            Some(errno) => word!("prove-refused", errno = errno, surprise = surprise),
        };
        self.fault(step, &words);
    }

    /// Reports a question that has no answer in this state; the one before the step must have
    /// exactly one.
    fn questions(&mut self, step: usize, how: &str, run: &Conductor) {
        if let Some(right) = run.session.right_choices().filter(|right| right.len() != 1) {
            let words = match right.len() {
                0 => word!("prove-no-choice"),
                count => word!("prove-choices", count = count),
            };
            self.fault(step, &word!("prove-how", how = how, fault = words));
        }
        let ask = self.lab.steps[step].then_ask.as_ref();
        if let Some(answer) = ask.and_then(|ask| ask.answer.as_ref())
            && run.session.wanted_answer().is_none()
        {
            let words = word!("prove-no-answer", expect = &answer.expect);
            self.fault(step, &word!("prove-how", how = how, fault = words));
        }
    }

    fn still_true(&mut self, step: usize, run: &Conductor) {
        if run.session.verdicts().iter().any(|verdict| !verdict.holds) {
            self.not_reached(step, &word!("prove-later"), run);
        }
    }

    fn not_reached(&mut self, step: usize, how: &str, run: &Conductor) {
        let mut words = word!("prove-how", how = how, fault = word!("prove-not-reached"));
        for (check, verdict) in self.lab.steps[step]
            .checks
            .iter()
            .zip(run.session.verdicts())
        {
            if !verdict.holds {
                let not_yet = verdict.not_yet.as_ref();
                let why = not_yet.map_or_else(String::new, ToString::to_string);
                words.push_str(&format!("\n    {} {why}", check.expect));
                for (name, value) in &verdict.values {
                    words.push_str(&format!("\n      {name} = {value}"));
                }
            }
        }
        if let Some(entry) = run.session.journal().last() {
            for (_, outcome) in &entry.done {
                let refusal = outcome.calls.last().filter(|_| outcome.refusal.is_some());
                words.push_str(&refusal.map_or_else(String::new, |call| format!("\n      {call}")));
            }
        }
        words.push_str(&said(&self.lab.steps[step], run));
        self.fault(step, &words);
    }

    /// Brings a new lab host to each step, where it must show what the played one showed.
    async fn undo(&mut self, played: &[Played]) {
        for (index, states) in self.wanted(played).filter(|(index, _)| *index > 0) {
            let mut run = match self.open(index).await {
                Ok(run) => run,
                Err(why) => {
                    self.unopened(index, &word!("prove-undone"), &why);
                    continue;
                }
            };
            if let Some(difference) = lasting(&mut run, &states.before).await {
                self.fault(index, &word!("prove-undo", difference = difference));
            }
        }
    }

    /// Reports what the lab host of a step left on the machine. Each later one leaves the same, so
    /// only the first such step is reported.
    fn leaves_nothing(&mut self, step: usize) {
        let left = sandbox::await_burials();
        if self.leaves {
            return;
        }
        for path in left {
            self.leaves = true;
            self.fault(
                step,
                &word!("prove-left", path = path.display().to_string()),
            );
        }
    }

    /// Tells the calls that the actions of a step made and its lines did not: a line that comes to the
    /// same another way is no fault.
    async fn other_calls(&self, step: usize, played: &BTreeSet<String>, run: &mut Conductor) {
        let missing = calls::missing(played, run).await;
        if !missing.is_empty() {
            let (lab, step) = (&self.lab.id, &self.lab.steps[step].id);
            let calls = missing.join(", ");
            say(&word!(
                "prove-other-calls",
                lab = lab,
                step = step,
                calls = calls
            ));
        }
    }

    /// Types the lines of each step, in a lab host that was played up to it.
    async fn typing(&mut self, played: &[Played]) {
        for (index, states) in self.wanted(played) {
            if self.lab.steps[index].is_text() {
                continue;
            }
            let step = &self.lab.steps[index];
            if let Some(words) = self.absent.words(step.script()) {
                let words = word!("prove-step-untyped", step = &step.id, why = words);
                self.untyped.insert(words);
                continue;
            }
            progress(self.lab, index, &word!("prove-types"));
            let mut run = match self.open(index).await {
                Ok(run) => run,
                Err(why) => {
                    self.unopened(index, &word!("prove-typed"), &why);
                    continue;
                }
            };
            if matches!(run.session.phase(), Phase::Predicting) {
                run.event(Event::Predict(0));
            }
            let watched = calls::watch(&mut run).await;
            for action in self.lab.steps[index].script().to_vec() {
                type_action(&mut run, &action).await;
            }
            wait_state(&mut run, |run| run.session.phase().is_passed()).await;
            if !run.session.phase().is_passed() {
                self.not_reached(index, &word!("prove-typed"), &run);
                continue;
            }
            run.settle().await;
            self.questions(index, &word!("prove-typed"), &run);
            if let Some(difference) = lasting(&mut run, &states.after).await {
                self.fault(index, &word!("prove-typing", difference = difference));
            }
            if watched {
                self.other_calls(index, &states.calls, &mut run).await;
            }
            drop(run);
            self.leaves_nothing(index);
        }
    }
}

/// The first difference from the wanted state that does not vanish by itself. The kernel removes
/// some things late, such as a network namespace without processes.
async fn lasting(run: &mut Conductor, wanted: &Snapshot) -> Option<String> {
    wait_until(run, SOON, |run| {
        difference(wanted, run.session.now()).is_none()
    })
    .await;
    difference(wanted, run.session.now())
}

/// The last lines of the terminals in which a step acts.
fn said(step: &Step, run: &Conductor) -> String {
    let actors: BTreeSet<&str> = step.script().iter().map(Action::actor).collect();
    let mut words = String::new();
    for actor in actors {
        let actor_now = run.session.now().actors.get(actor);
        let said = actor_now.map_or("", |actor| actor.said.as_str());
        let lines: Vec<&str> = said
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        for line in &lines[lines.len().saturating_sub(LAST)..] {
            words.push_str(&format!("\n      {actor}| {line}"));
        }
    }
    words
}

/// Prints what is under way, if the output is a terminal.
fn progress(lab: &Lab, step: usize, what: &str) {
    if print::is_on_terminal() {
        let (number, steps) = (step + 1, lab.steps.len());
        say(&format!("  {what} {number}/{steps} {}", lab.steps[step].id));
    }
}

/// Whether the shell of an actor waits for a line.
fn reads(run: &Conductor, actor: &str) -> bool {
    let actor = run.session.now().actors.get(actor);
    actor.is_some_and(|actor| actor.at_prompt)
}

async fn type_action(run: &mut Conductor, action: &Action) {
    // A line that is typed before the shell reads may be lost.
    if let Action::Actor(_) = action {
        run.event(Event::Show);
        wait_until(run, PATIENCE, |run| reads(run, action.actor())).await;
    } else if let Some(line) = run.line(action) {
        wait_until(run, SOON, |run| reads(run, action.actor())).await;
        run.type_line(action.actor(), &line);
        wait_until(run, PATIENCE, |run| !run.is_typing()).await;
    }
    run.settle().await;
}
