//! Finds out whose the files are: one person may hand in several, and several persons the same one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::HandIn;
use crate::progress::Known;
use crate::word;

/// How much of a learner's number is shown if that is enough to tell them apart.
const SHORT: usize = 6;

/// A class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// Everybody who handed in something, in the order of their labels.
    pub learners: Vec<Learner>,
    /// Notes on how files were counted.
    pub notes: Vec<Note>,
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learner {
    /// Their label: the name if they gave one, otherwise the beginning of the number.
    pub label: String,
    /// Whether the label is a name.
    pub named: bool,
    /// What they did, by the id of the lab.
    pub labs: BTreeMap<String, Known>,
}

/// A note on how files were counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The second file, of the same person, is newer and has all that the first one has.
    Superseded(String, String),
    /// Two files are of one person and have different names.
    TwoNames(String, String),
    /// Two files are of one person, but the newer one knows less.
    Apart(String, String),
    /// This many files are of format 1, which names no learner.
    Unsigned(usize),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Superseded(file, by) => word!("class-superseded", file = file, by = by),
            Self::TwoNames(file, other) => word!("class-two-names", file = file, other = other),
            Self::Apart(file, other) => word!("class-apart", file = file, other = other),
            Self::Unsigned(count) => word!("class-unsigned", count = *count),
        };
        f.write_str(&words)
    }
}

/// A file's name and what it says.
type Named = (String, HandIn);

/// Merges the files of each person. The newest account of a lab counts.
pub fn merge(files: Vec<Named>) -> Class {
    let mut notes = Vec::new();
    let mut people: BTreeMap<String, Vec<Named>> = BTreeMap::new();
    let unsigned = files.iter().filter(|(_, file)| file.format == 1).count();
    for file in files {
        people.entry(file.1.learner.clone()).or_default().push(file);
    }
    let shorts = shorts(people.keys());
    let learners = people.into_iter().map(|(id, files)| {
        let (name, labs) = one(files, &mut notes);
        (shorts[&id].clone(), name, labs)
    });
    let learners = labelled(learners.collect());
    notes.extend((unsigned > 0).then_some(Note::Unsigned(unsigned)));
    Class { learners, notes }
}

/// One person's name and labs, from all their files.
fn one(mut files: Vec<Named>, notes: &mut Vec<Note>) -> (Option<String>, BTreeMap<String, Known>) {
    // Order: by the time of export; files of the same second stay in the order in which they were
    // given.
    files.sort_by_key(|(_, file)| file.exported);
    for pair in files.windows(2) {
        notes.extend(odd(&pair[0], &pair[1]));
    }
    let mut labs: BTreeMap<String, (usize, Known)> = BTreeMap::new();
    for (index, (_, file)) in files.iter().enumerate() {
        if file.whole {
            labs.clear();
        }
        let fresh = file
            .labs
            .iter()
            .map(|lab| (lab.lab.clone(), (index, lab.clone())));
        labs.extend(fresh);
    }
    let used: BTreeSet<usize> = labs.values().map(|(index, _)| *index).collect();
    let last = files.len().saturating_sub(1);
    for index in (0..last).filter(|index| !used.contains(index)) {
        let (file, by) = (files[index].0.clone(), files[last].0.clone());
        notes.push(Note::Superseded(file, by));
    }
    let name = files.last().and_then(|(_, file)| file.name.clone());
    let labs = labs.into_iter().map(|(id, (_, known))| (id, known));
    (name, labs.collect())
}

/// A reason to doubt that two successive files are of one person.
fn odd(older: &Named, newer: &Named) -> Option<Note> {
    let (first, second) = (older.0.clone(), newer.0.clone());
    match (&older.1.name, &newer.1.name) {
        (Some(one), Some(other)) if one != other => return Some(Note::TwoNames(first, second)),
        _ => {}
    }
    let before: BTreeMap<&str, &Known> = older
        .1
        .labs
        .iter()
        .map(|lab| (lab.lab.as_str(), lab))
        .collect();
    let less = |lab: &Known| {
        let known = before.get(lab.lab.as_str());
        known.is_some_and(|known| known.attempts > lab.attempts || known.last > lab.last)
    };
    newer
        .1
        .labs
        .iter()
        .any(less)
        .then_some(Note::Apart(first, second))
}

/// The beginning of each number, long enough to tell all apart.
fn shorts<'a>(ids: impl Iterator<Item = &'a String>) -> BTreeMap<String, String> {
    let ids: Vec<&String> = ids.collect();
    let apart = |length: &usize| {
        let begins: BTreeSet<&str> = ids.iter().map(|id| &id[..*length]).collect();
        begins.len() == ids.len()
    };
    let length = (SHORT..16).find(apart).unwrap_or(16);
    let short = |id: &String| (id.clone(), id[..length].to_owned());
    ids.into_iter().map(short).collect()
}

/// Labels each person by name, or by number; namesakes by both.
fn labelled(people: Vec<(String, Option<String>, BTreeMap<String, Known>)>) -> Vec<Learner> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for name in people.iter().filter_map(|(_, name, _)| name.clone()) {
        *names.entry(name).or_default() += 1;
    }
    let learner = |(short, name, labs): (String, Option<String>, _)| Learner {
        named: name.is_some(),
        label: match name {
            Some(name) if names[&name] > 1 => format!("{name} ({short})"),
            Some(name) => name,
            None => short,
        },
        labs,
    };
    let mut learners: Vec<Learner> = people.into_iter().map(learner).collect();
    learners.sort_by(|a, b| (!a.named, &a.label).cmp(&(!b.named, &b.label)));
    learners
}
