//! What is known of a lab.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::session::{How, Record};

/// The place of built-in labs.
pub const BUILT_IN: &str = "built in";

/// Which lab it is: two files may have the same id.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Which {
    /// The lab's id.
    pub id: String,
    /// The path of its file, without links, or [`BUILT_IN`].
    pub place: String,
}

/// What is known of a lab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The lab's id.
    pub lab: String,
    /// Its place, which is never handed in. `None` in what an older isolab wrote: that belongs to
    /// the first lab with this id that is played.
    #[serde(skip)]
    pub place: Option<String>,
    /// How often it was begun.
    pub attempts: i64,
    /// Whether it was ever played to its end.
    pub done: bool,
    /// The step at which the last attempt was left; `None` if it came to the end.
    pub at: Option<String>,
    /// When it was played last, in seconds since 1970.
    pub last: i64,
    /// The steps, by id: of the last attempt, or of all attempts combined.
    pub steps: BTreeMap<String, StepKnown>,
}

impl Known {
    /// The lab that this is about.
    pub fn which(&self) -> Which {
        Which {
            id: self.lab.clone(),
            place: self.place.clone().unwrap_or_default(),
        }
    }

    /// What is known of a lab; what an older isolab wrote of its id, if there is nothing else.
    pub fn find<'a>(all: &'a [Self], lab: &Which) -> Option<&'a Self> {
        let at = |place: Option<&str>| {
            all.iter()
                .find(|known| known.lab == lab.id && known.place.as_deref() == place)
        };
        at(Some(&lab.place)).or_else(|| at(None))
    }

    /// The name of the lab among all that are known: its id, behind as many folders of its path as
    /// tell it from others with this id.
    pub fn name(&self, all: &[Self]) -> String {
        let others: Vec<String> = all
            .iter()
            .filter(|other| other.lab == self.lab && other.place != self.place)
            .map(|other| other.long(usize::MAX))
            .collect();
        let own = self.long(usize::MAX);
        let parts = own.split('/').count();
        let names = (1..=parts).map(|count| self.long(count));
        let ends = |name: &str, other: &str| {
            let rest = other.strip_suffix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let mut alone = names.filter(|name| !others.iter().any(|other| ends(name, other)));
        alone.next().unwrap_or(own)
    }

    /// The last parts of its path without the extension; the id if there is no path.
    fn long(&self, parts: usize) -> String {
        let path = self.place.as_deref().filter(|place| place.starts_with('/'));
        let Some((folder, _)) = path.and_then(|path| path.rsplit_once('/')) else {
            return self.lab.clone();
        };
        let folders = folder.rsplit('/').filter(|part| !part.is_empty());
        let mut all: Vec<&str> = folders.take(parts.saturating_sub(1)).collect();
        all.reverse();
        all.push(&self.lab);
        all.join("/")
    }

    /// How many steps satisfy `is`.
    pub fn count(&self, is: impl Fn(&StepKnown) -> bool) -> usize {
        self.steps.values().filter(|step| is(step)).count()
    }

    /// How many of them were done by hand.
    pub fn by_hand(&self) -> usize {
        self.count(|step| step.how == Some(How::Typed))
    }

    /// How many guesses were right, and how many were judged.
    pub fn guesses(&self) -> (usize, usize) {
        let right = self.count(|step| step.predicted == Some(true));
        (right, self.count(|step| step.predicted.is_some()))
    }
}

/// What is known of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepKnown {
    /// How it was passed: `played`, `typed`, `shown`, `skipped` or `read`.
    pub how: Option<How>,
    /// The choice before it, from 0.
    pub chosen: Option<usize>,
    /// Whether that was right, as the kernel showed.
    pub predicted: Option<bool>,
    /// Whether the question after it was answered right.
    pub answered: Option<bool>,
    /// The answer to a question that is not judged.
    pub said: Option<String>,
    /// How many hints were opened.
    pub hints: usize,
    /// Milliseconds from the beginning of the attempt to when it was passed.
    pub after: u64,
    /// Milliseconds that the person spent on it, of which a break counts five minutes at most; 0 if
    /// nothing was measured.
    pub spent: u64,
}

/// The words of the file, ordered by how much they say of the person, least first.
const HOW: [(How, &str); 5] = [
    (How::Skipped, "skipped"),
    (How::Read, "read"),
    (How::Played, "played"),
    (How::Shown, "shown"),
    (How::Typed, "typed"),
];

/// The word for how a step was passed.
pub(super) fn word(how: How) -> &'static str {
    HOW.iter()
        .find(|(known, _)| *known == how)
        .map_or("", |(_, word)| word)
}

impl StepKnown {
    /// From a word of the file; `None` if it is unknown.
    pub(super) fn how(word: &str) -> Option<How> {
        HOW.iter()
            .find(|(_, known)| *known == word)
            .map(|(how, _)| *how)
    }

    /// The record, as a session keeps it.
    pub fn record(&self) -> Record {
        Record {
            passed: self.how,
            chosen: self.chosen,
            right: self.predicted,
            answered: self.answered,
            said: self.said.clone(),
            hints: self.hints,
            at: self.after,
        }
    }

    /// Combines this with a later attempt at the same step. The first guess counts, since a second
    /// one knows the answer; of the ways in which the step was passed, the one that says most of
    /// the person; the larger number of hints; the sum of the times.
    #[must_use]
    pub(super) fn with(self, later: Self) -> Self {
        let rank = |how: &Option<How>| HOW.iter().position(|(known, _)| Some(*known) == *how);
        let same = self.chosen.is_none() || self.chosen == later.chosen;
        Self {
            how: if rank(&later.how) > rank(&self.how) {
                later.how
            } else {
                self.how
            },
            chosen: self.chosen.or(later.chosen),
            predicted: self.predicted.or(later.predicted.filter(|_| same)),
            answered: self.answered.or(later.answered),
            said: later.said.or(self.said),
            hints: self.hints.max(later.hints),
            after: later.after,
            spent: self.spent.saturating_add(later.spent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labs_of_one_name_are_told_apart() {
        let known = |place: Option<&str>| Known {
            lab: "lab".to_owned(),
            place: place.map(str::to_owned),
            ..Known::default()
        };
        let places = [Some("/t/week1/lab.yaml"), Some("/t/week2/lab.yaml")];
        let two = places.map(known);
        assert_eq!(two[0].name(&two), "week1/lab");
        assert_eq!(two[1].name(&two), "week2/lab");
        assert_eq!(two[0].name(&two[..1]), "lab");
        let old = [
            known(None),
            known(Some("/a/x/lab.yaml")),
            known(Some("/b/x/lab.yaml")),
        ];
        assert_eq!(old[0].name(&old), "lab");
        assert_eq!(old[1].name(&old), "a/x/lab");
        let which = |place: &str| Which {
            id: "lab".to_owned(),
            place: place.to_owned(),
        };
        assert_eq!(
            Known::find(&two, &which("/t/week2/lab.yaml")),
            Some(&two[1])
        );
        assert_eq!(Known::find(&two, &which("/t/week3/lab.yaml")), None);
        assert_eq!(Known::find(&old, &which("/c/lab.yaml")), Some(&old[0]));
    }

    #[test]
    fn attempts_together_say_what_a_person_can_do_and_thought_first() {
        let first = StepKnown {
            how: Some(How::Typed),
            chosen: Some(2),
            hints: 3,
            spent: 1000,
            ..StepKnown::default()
        };
        // The same attempt goes on, and its guess is judged.
        let judged = StepKnown {
            predicted: Some(false),
            ..first.clone()
        };
        let again = StepKnown {
            how: Some(How::Played),
            chosen: Some(0),
            predicted: Some(true),
            spent: 500,
            ..StepKnown::default()
        };
        let all = first.with(judged).with(again);
        assert_eq!((all.how, all.hints, all.spent), (Some(How::Typed), 3, 2500));
        assert_eq!((all.chosen, all.predicted), (Some(2), Some(false)));
        // A guess that was never judged is not judged by a later one.
        let open = StepKnown {
            chosen: Some(1),
            ..StepKnown::default()
        };
        let right = StepKnown {
            chosen: Some(0),
            predicted: Some(true),
            how: Some(How::Skipped),
            ..StepKnown::default()
        };
        let all = open.with(right);
        assert_eq!((all.chosen, all.predicted), (Some(1), None));
        assert_eq!(all.how, Some(How::Skipped));
    }
}
