//! The figures of one lab: how many learners came how far, in which way, and in what time.

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
    /// How many learners have begun it.
    pub began: usize,
    /// The learners who have played it to its end.
    pub finished: Vec<String>,
    /// Learners who began the lab but whose current step is unknown.
    pub begun: Vec<String>,
    /// The median time of those who finished it, in milliseconds.
    pub median: Option<u64>,
    /// The longest time of those who finished it, in milliseconds.
    pub longest: Option<u64>,
    /// Each step, in the order of the lab.
    pub steps: Vec<StepFigures>,
}

/// A step in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepFigures {
    /// Its id.
    pub id: String,
    /// Its number in the lab, from 1, and its title; `None` if the lab is unknown here or has no
    /// such step.
    pub known: Option<(usize, String)>,
    /// How many typed it themselves.
    pub typed: usize,
    /// How many had its lines put into the prompt.
    pub shown: usize,
    /// How many let the program play it.
    pub played: usize,
    /// How many only read it, as a text.
    pub read: usize,
    /// How many skipped it.
    pub skipped: usize,
    /// How many guesses were judged, and how many of them were wrong.
    pub guesses: (usize, usize),
    /// The choices that were taken, in the order of the lab.
    pub choices: Vec<Choice>,
    /// How many answered the question after it, and how many of them wrongly.
    pub answers: (usize, usize),
    /// How many hints were opened, and by how many learners.
    pub hints: (usize, usize),
    /// How many times are known of learners who passed it without skipping.
    pub timed: usize,
    /// The median of these times, in milliseconds.
    pub median: Option<u64>,
    /// The longest time that any learner spent on it, in milliseconds, whether they went on or not.
    pub longest: Option<u64>,
    /// The learners who stopped here and have not finished the lab.
    pub here: Vec<String>,
    /// Whether at no step more learners stopped.
    pub most_stopped: bool,
    /// Whether no step has a longer median time.
    pub slowest: bool,
}

/// A choice of the question before a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Its number, from 1.
    pub number: usize,
    /// Its words; `None` if the lab is unknown here or has no such choice.
    pub say: Option<String>,
    /// How many took it.
    pub taken: usize,
    /// For how many of them it was wrong.
    pub wrong: usize,
}

impl StepFigures {
    /// How many passed it without skipping.
    pub fn done(&self) -> usize {
        self.typed + self.shown + self.run()
    }

    /// How many let the program play it, or only read it.
    pub fn run(&self) -> usize {
        self.played + self.read
    }
}

/// A learner, and what is known of them in one lab.
type Account<'a> = (&'a Learner, &'a Known);

/// The figures of each wanted lab that a file mentions, in the order of the ids. `find` returns the
/// lab of an id as it is known here, in the language of the person.
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

/// A row for each step of the lab, then one for each step that only the files know, in the order in
/// which those were passed.
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

/// Fills a row.
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

/// How often each choice was taken, and how often it was wrong.
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

/// Marks the steps where most learners stopped, and the slowest steps; all of them if several are
/// equal.
fn mark(steps: &mut [StepFigures]) {
    let stopped = steps.iter().map(|step| step.here.len()).max().unwrap_or(0);
    let slowest = steps.iter().filter_map(|step| step.median).max();
    for step in steps {
        step.most_stopped = stopped > 0 && step.here.len() == stopped;
        step.slowest = slowest.is_some() && step.median == slowest;
    }
}

/// The times that were measured, in ascending order.
fn sorted(times: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut times: Vec<u64> = times.filter(|time| *time > 0).collect();
    times.sort_unstable();
    times
}

/// The median; of an even number of times, the midpoint of the two in the middle.
fn median(sorted: &[u64]) -> Option<u64> {
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(sorted.get(half.wrapping_sub(1))?.midpoint(upper))
}
