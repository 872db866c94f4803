//! The figures of one lab: how many came how far, how, and in what time.

use std::collections::BTreeMap;

use super::{Class, Learner, Place};
use crate::lab::{Lab, Step};
use crate::progress::{Known, StepKnown};
use crate::session::How;

/// A lab in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabFigures {
    /// Its id.
    pub id: String,
    /// Its title, if the lab is known here.
    pub title: Option<String>,
    /// How many have begun it.
    pub began: usize,
    /// Who has played it to its end.
    pub finished: Vec<String>,
    /// Who has begun it and is nobody knows where.
    pub begun: Vec<String>,
    /// The milliseconds that those who have finished it spent on it, the one in the middle.
    pub median: Option<u64>,
    /// Of them the most.
    pub longest: Option<u64>,
    /// Each step, in the order of the lab.
    pub steps: Vec<StepFigures>,
}

/// A step in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepFigures {
    /// Its id.
    pub id: String,
    /// Its number in the lab, 1 for the first, and its title, if the lab is known here and has it.
    pub known: Option<(usize, String)>,
    /// How many passed it in each way.
    pub typed: usize,
    /// After its lines were put into the prompt.
    pub shown: usize,
    /// Played by the program.
    pub played: usize,
    /// There was nothing to do but to read.
    pub read: usize,
    /// Passed over.
    pub skipped: usize,
    /// How many guesses were judged, and how many of them were wrong.
    pub guesses: (usize, usize),
    /// The answers that were taken, in the order of the lab.
    pub choices: Vec<Choice>,
    /// How many answered the question after it, and how many of them wrongly.
    pub answers: (usize, usize),
    /// How many hints were opened, and by how many.
    pub hints: (usize, usize),
    /// How many times are known of those who passed it.
    pub timed: usize,
    /// The one in the middle, in milliseconds.
    pub median: Option<u64>,
    /// The most that anybody spent on it, who went on or not.
    pub longest: Option<u64>,
    /// Who stopped here and has not finished the lab.
    pub here: Vec<String>,
    /// Nowhere have more stopped.
    pub most_stopped: bool,
    /// Nowhere does it take longer.
    pub slowest: bool,
}

/// An answer to the question before a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Its number, 1 for the first.
    pub number: usize,
    /// Its words, if the lab is known here and has it.
    pub say: Option<String>,
    /// How many took it.
    pub taken: usize,
    /// For how many of them it was wrong.
    pub wrong: usize,
}

impl StepFigures {
    /// How many have passed it, and not over it.
    pub fn done(&self) -> usize {
        self.typed + self.shown + self.run()
    }

    /// For how many the program did it, or there was nothing to do.
    pub fn run(&self) -> usize {
        self.played + self.read
    }
}

/// What one person knows of a lab.
type Account<'a> = (&'a Learner, &'a Known);

/// Each lab of which a file tells and that is wanted, in the order of the ids. `find` gives
/// what is known here of the lab of an id, in the language of the person.
pub fn figures(
    class: &Class,
    wanted: impl Fn(&str) -> bool,
    mut find: impl FnMut(&str) -> Option<Lab>,
) -> Vec<LabFigures> {
    let mut labs: BTreeMap<&str, Vec<Account<'_>>> = BTreeMap::new();
    for learner in &class.learners {
        for (id, known) in learner.labs.iter().filter(|(id, _)| wanted(id)) {
            labs.entry(id).or_default().push((learner, known));
        }
    }
    let labs = labs.into_iter();
    labs.map(|(id, accounts)| lab(id, find(id).as_ref(), &accounts))
        .collect()
}

fn lab(id: &str, lab: Option<&Lab>, accounts: &[Account<'_>]) -> LabFigures {
    let mut steps = rows(lab, accounts);
    for step in &mut steps {
        let of_lab = lab.and_then(|lab| lab.steps.iter().find(|of| of.id == step.id));
        count(step, of_lab, accounts);
    }
    mark(&mut steps);
    let done = accounts.iter().filter(|(_, known)| known.done);
    let whole = |known: &Known| {
        let times = known.steps.values().map(|step| step.spent);
        times.fold(0, u64::saturating_add)
    };
    let times = sorted(done.clone().map(|(_, known)| whole(known)));
    LabFigures {
        id: id.to_owned(),
        title: lab.map(|lab| lab.title.clone()),
        began: accounts.len(),
        finished: who(accounts, |place| *place == Place::Finished),
        begun: who(accounts, |place| *place == Place::Begun),
        median: median(&times),
        longest: times.last().copied(),
        steps,
    }
}

/// A row for each step of the lab; then for each that the lab has no longer, or that is not
/// known, in the order in which they were passed.
fn rows(lab: Option<&Lab>, accounts: &[Account<'_>]) -> Vec<StepFigures> {
    let known = lab.iter().flat_map(|lab| &lab.steps).enumerate();
    let mut rows: Vec<StepFigures> = known
        .map(|(index, step)| StepFigures {
            id: step.id.clone(),
            known: Some((index + 1, step.title.clone())),
            ..StepFigures::default()
        })
        .collect();
    let mut others: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (_, known) in accounts {
        for id in known.at.iter().filter(|_| !known.done) {
            others.entry(id).or_default();
        }
        for (id, step) in &known.steps {
            let passed = others.entry(id).or_default();
            passed.extend(step.how.map(|_| step.after));
        }
    }
    let of_lab = |id: &str| rows.iter().any(|row| row.id == id);
    let mut others: Vec<(u64, &str)> = others
        .into_iter()
        .filter(|(id, _)| !of_lab(id))
        .map(|(id, after)| (median(&sorted(after.into_iter())).unwrap_or(u64::MAX), id))
        .collect();
    others.sort_unstable();
    rows.extend(others.into_iter().map(|(_, id)| StepFigures {
        id: id.to_owned(),
        ..StepFigures::default()
    }));
    rows
}

fn who(accounts: &[Account<'_>], is: impl Fn(&Place) -> bool) -> Vec<String> {
    let there = accounts.iter().filter(|(_, known)| is(&Place::of(known)));
    there.map(|(learner, _)| learner.label.clone()).collect()
}

/// Fills in a row.
fn count(row: &mut StepFigures, of_lab: Option<&Step>, accounts: &[Account<'_>]) {
    row.here = who(
        accounts,
        |place| matches!(place, Place::At(id) if *id == row.id),
    );
    let told = accounts
        .iter()
        .filter_map(|(_, known)| known.steps.get(&row.id));
    let told: Vec<&StepKnown> = told.collect();
    let so = |is: &dyn Fn(&StepKnown) -> bool| told.iter().filter(|step| is(step)).count();
    let passed = |how| so(&|step| step.how == Some(how));
    row.typed = passed(How::Typed);
    row.shown = passed(How::Shown);
    row.played = passed(How::Played);
    row.read = passed(How::Read);
    row.skipped = passed(How::Skipped);
    let judged = so(&|step| step.predicted.is_some());
    row.guesses = (judged, so(&|step| step.predicted == Some(false)));
    let answered = so(&|step| step.answered.is_some());
    row.answers = (answered, so(&|step| step.answered == Some(false)));
    let opened = told
        .iter()
        .fold(0, |sum: usize, step| sum.saturating_add(step.hints));
    row.hints = (opened, so(&|step| step.hints > 0));
    let timed = |step: &&&StepKnown| step.how.is_some_and(|how| how != How::Skipped);
    let times = sorted(told.iter().filter(timed).map(|step| step.spent));
    row.timed = times.len();
    row.median = median(&times);
    row.longest = told
        .iter()
        .map(|step| step.spent)
        .max()
        .filter(|most| *most > 0);
    row.choices = choices(of_lab, &told);
}

/// How often each answer was taken.
fn choices(of_lab: Option<&Step>, told: &[&StepKnown]) -> Vec<Choice> {
    let mut taken: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for step in told {
        if let Some(choice) = step.chosen {
            let (all, wrong) = taken.entry(choice).or_default();
            *all += 1;
            *wrong += usize::from(step.predicted == Some(false));
        }
    }
    let ask = of_lab.and_then(|step| step.ask.as_ref());
    let choice = |(index, (taken, wrong)): (usize, (usize, usize))| Choice {
        number: index.saturating_add(1),
        say: ask.and_then(|ask| Some(ask.choices.get(index)?.say.clone())),
        taken,
        wrong,
    };
    taken.into_iter().map(choice).collect()
}

/// Marks where the most have stopped, and where it takes longest; where several are equal, all.
fn mark(steps: &mut [StepFigures]) {
    let stopped = steps.iter().map(|step| step.here.len()).max().unwrap_or(0);
    let slowest = steps.iter().filter_map(|step| step.median).max();
    for step in steps {
        step.most_stopped = stopped > 0 && step.here.len() == stopped;
        step.slowest = slowest.is_some() && step.median == slowest;
    }
}

/// The times that were measured, the shortest first.
fn sorted(times: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut times: Vec<u64> = times.filter(|time| *time > 0).collect();
    times.sort_unstable();
    times
}

/// The one in the middle; of two in the middle, what is half way between them.
fn median(sorted: &[u64]) -> Option<u64> {
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(sorted.get(half.wrapping_sub(1))?.midpoint(upper))
}
