//! One attempt at a step: what is forgotten when the step begins anew.

use crate::check::{Facts, Verdict};
use crate::lab::Lab;
use crate::snapshot::{Outcome, StepFact};

use super::exam::Exam;

/// How far the program's own playing of the step came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Made {
    /// Not begun, or under way.
    #[default]
    Open,
    /// Stopped by a surprise.
    Stopped,
    /// All actions came to what the lab says.
    All,
}

/// The present attempt at the present step.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// The step's expectations.
    pub(super) exam: Exam,
    /// See `Session::verdicts`.
    pub(super) verdicts: Vec<Verdict>,
    /// See `Session::reached`.
    pub(super) reached: Vec<bool>,
    /// For each hint, whether its `when` holds.
    pub(super) offered: Vec<bool>,
    /// What the actions came to, in the order of the script.
    pub(super) outcomes: Vec<Outcome>,
    /// How far they came.
    pub(super) made: Made,
    /// How many lines were put into the prompt.
    pub(super) shown: usize,
    /// The state when the step began is still to be observed.
    pub(super) fresh: bool,
    /// The person tried to go on past an open question.
    pub(super) pressed: bool,
    /// See `Session::chosen_right`.
    pub(super) chosen_right: Option<bool>,
    /// See `Session::answered`.
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

    /// Judges the checks and the hints anew.
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
        let holds = |when: &Option<_>| {
            when.as_ref()
                .is_some_and(|w: &super::Compiled| w.holds(facts))
        };
        self.offered = self.exam.offers.iter().map(holds).collect();
    }

    /// Whether the step is done: every check holds. Without checks it is done once it was played.
    pub(super) fn holds(&self) -> bool {
        let played = self.made == Made::All;
        (played || !self.verdicts.is_empty()) && self.verdicts.iter().all(|verdict| verdict.holds)
    }

    /// Whether nothing was done yet that counts.
    pub(super) fn untouched(&self) -> bool {
        self.outcomes.is_empty() && self.shown == 0 && !self.reached.contains(&true)
    }

    /// What the actions came to, for the checks.
    pub(super) fn fact(&self) -> StepFact {
        StepFact::of(&self.outcomes)
    }
}
