//! What is known of a lab.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::session::{How, Record};

/// What is known of a lab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Known {
    /// The lab's id.
    pub lab: String,
    /// How often it was begun.
    pub attempts: i64,
    /// Whether it was ever played to its end.
    pub done: bool,
    /// The step at which the last attempt was left; none if that came to the end.
    pub at: Option<String>,
    /// When it was played last, in seconds since 1970.
    pub last: i64,
    /// The steps of the last attempt, by id.
    pub steps: BTreeMap<String, StepKnown>,
}

impl Known {
    /// How many steps of the last attempt are so.
    pub fn count(&self, is: impl Fn(&StepKnown) -> bool) -> usize {
        self.steps.values().filter(|step| is(step)).count()
    }

    /// How many of them were done by hand.
    pub fn by_hand(&self) -> usize {
        self.count(|step| step.how == Some(word(How::Typed)))
    }

    /// How many were guessed right, and how many were guessed.
    pub fn guesses(&self) -> (usize, usize) {
        let right = self.count(|step| step.predicted == Some(true));
        (right, self.count(|step| step.predicted.is_some()))
    }
}

/// What is known of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StepKnown {
    /// How it was passed: `played`, `typed`, `shown`, `skipped` or `read`.
    pub how: Option<&'static str>,
    /// The answer chosen before it, 0 is the first.
    pub chosen: Option<usize>,
    /// Whether that was right, as the kernel showed.
    pub predicted: Option<bool>,
    /// Whether the question after it was answered right.
    pub answered: Option<bool>,
    /// What was said to a question that nobody judges.
    pub said: Option<String>,
    /// How many hints were opened.
    pub hints: usize,
    /// Milliseconds from the beginning of the attempt to when it was passed.
    pub after: u64,
}

/// The words of the file.
const HOW: [(How, &str); 5] = [
    (How::Played, "played"),
    (How::Typed, "typed"),
    (How::Shown, "shown"),
    (How::Skipped, "skipped"),
    (How::Read, "read"),
];

/// The word for how a step was passed.
pub(super) fn word(how: How) -> &'static str {
    HOW.iter()
        .find(|(known, _)| *known == how)
        .map_or("", |(_, word)| word)
}

impl StepKnown {
    /// From a word of the file; one that is not known is none.
    pub(super) fn how(word: &str) -> Option<&'static str> {
        HOW.iter()
            .find(|(_, known)| *known == word)
            .map(|(_, word)| *word)
    }

    /// As a session has it.
    pub fn record(&self) -> Record {
        let how = HOW.iter().find(|(_, word)| Some(*word) == self.how);
        Record {
            passed: how.map(|(how, _)| *how),
            chosen: self.chosen,
            right: self.predicted,
            answered: self.answered,
            said: self.said.clone(),
            hints: self.hints,
            at: self.after,
        }
    }
}
