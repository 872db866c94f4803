//! One attempt at a step: what is forgotten when the step begins anew.

use std::collections::BTreeMap;

use crate::check::{Facts, Verdict};
use crate::lab::Lab;
use crate::snapshot::{Outcome, StepFact};

use super::exam::Exam;

/// How far the program has played the step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Made {
    /// Not begun, or under way.
    #[default]
    Open,
    /// Stopped by a surprise.
    Stopped,
    /// All actions ended as the lab says.
    All,
}

/// The current attempt at the current step.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// The step's expectations.
    pub(super) exam: Exam,
    /// A verdict for each check, see `Session::verdicts`.
    pub(super) verdicts: Vec<Verdict>,
    /// Whether each check was true once, see `Session::reached`.
    pub(super) reached: Vec<bool>,
    /// For each hint, whether its `when` holds.
    pub(super) offered: Vec<bool>,
    /// The outcomes of the actions, in the order of the script.
    pub(super) outcomes: Vec<Outcome>,
    /// How far the program has played the step.
    pub(super) made: Made,
    /// The lines of the actions as they were run, by the actions' indices: what they name was so
    /// then.
    pub(super) ran: BTreeMap<usize, String>,
    /// How many lines were put into the prompt.
    pub(super) shown: usize,
    /// How many of the first actions the person has done by hand.
    pub(super) by_hand: usize,
    /// The actor in whose shell the next line was run, although it is for another one.
    pub(super) strayed: Option<String>,
    /// The snapshot at the beginning of the step is still to come.
    pub(super) fresh: bool,
    /// The person tried to go on past an open question.
    pub(super) pressed: bool,
    /// Whether the choice was right, see `Session::chosen_right`.
    pub(super) chosen_right: Option<bool>,
    /// The answer to the question after the step, and whether it was right.
    pub(super) answered: Option<(String, bool)>,
}

impl Attempt {
    /// A new attempt at a step of the lab.
    pub(super) fn new(lab: &Lab, step: usize) -> Self {
        let exam = Exam::new(lab, &lab.steps[step]);
        Self {
            reached: vec![false; exam.checks.len()],
            exam,
            ..Self::default()
        }
    }

    /// Judges the checks and the hints again.
    pub(super) fn weigh(&mut self, facts: &Facts) {
        self.verdicts = self
            .exam
            .checks
            .iter()
            .map(|check| check.verdict(facts))
            .collect();
        for (reached, verdict) in self.reached.iter_mut().zip(&self.verdicts) {
            *reached |= verdict.holds;
        }
        let offers = self.exam.offers.iter();
        self.offered = offers
            .map(|when| when.as_ref().is_some_and(|when| when.holds(facts)))
            .collect();
    }

    /// Whether the step is done: every check holds. A step without checks is done once it was
    /// played.
    pub(super) fn holds(&self) -> bool {
        let played = self.made == Made::All;
        (played || !self.verdicts.is_empty()) && self.verdicts.iter().all(|verdict| verdict.holds)
    }

    /// Whether nothing that counts was done yet.
    pub(super) fn untouched(&self) -> bool {
        self.outcomes.is_empty() && self.shown + self.by_hand == 0 && !self.reached.contains(&true)
    }

    /// The results of the actions, for the checks.
    pub(super) fn fact(&self) -> StepFact {
        StepFact::of(&self.outcomes)
    }
}
