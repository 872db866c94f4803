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

/// A file: its name and what it says.
struct Named {
    name: String,
    hand_in: HandIn,
}

/// What all files of one person say.
struct Person {
    /// The beginning of their number.
    short: String,
    name: Option<String>,
    labs: BTreeMap<String, Known>,
}

/// Merges the files of each person, given with their names. The newest account of a lab counts.
pub fn merge(files: Vec<(String, HandIn)>) -> Class {
    let mut notes = Vec::new();
    let mut people: BTreeMap<String, Vec<Named>> = BTreeMap::new();
    let unsigned = files.iter().filter(|(_, file)| file.format == 1).count();
    for (name, hand_in) in files {
        let id = hand_in.learner.clone();
        let files = people.entry(id).or_default();
        files.push(Named { name, hand_in });
    }
    let shorts = shorts(people.keys());
    let persons = people
        .into_iter()
        .map(|(id, files)| person(shorts[&id].clone(), files, &mut notes));
    let learners = labelled(persons.collect());
    notes.extend((unsigned > 0).then_some(Note::Unsigned(unsigned)));
    Class { learners, notes }
}

/// One person, from all their files.
fn person(short: String, mut files: Vec<Named>, notes: &mut Vec<Note>) -> Person {
    // Order: by the time of export; files of the same second stay in the order in which they were
    // given.
    files.sort_by_key(|file| file.hand_in.exported);
    for pair in files.windows(2) {
        notes.extend(odd(&pair[0], &pair[1]));
    }
    let mut labs: BTreeMap<String, (usize, Known)> = BTreeMap::new();
    for (index, Named { hand_in, .. }) in files.iter().enumerate() {
        if hand_in.whole {
            labs.clear();
        }
        let fresh = hand_in
            .labs
            .iter()
            .map(|lab| (lab.lab.clone(), (index, lab.clone())));
        labs.extend(fresh);
    }
    let used: BTreeSet<usize> = labs.values().map(|(index, _)| *index).collect();
    let last = files.len().saturating_sub(1);
    for index in (0..last).filter(|index| !used.contains(index)) {
        let file = files[index].name.clone();
        let by = files[last].name.clone();
        notes.push(Note::Superseded(file, by));
    }
    let known = labs.into_iter().map(|(id, (_, known))| (id, known));
    Person {
        short,
        name: files.last().and_then(|file| file.hand_in.name.clone()),
        labs: known.collect(),
    }
}

/// A reason to doubt that two successive files are of one person.
fn odd(older: &Named, newer: &Named) -> Option<Note> {
    let first = older.name.clone();
    let second = newer.name.clone();
    match (&older.hand_in.name, &newer.hand_in.name) {
        (Some(one), Some(other)) if one != other => return Some(Note::TwoNames(first, second)),
        _ => {}
    }
    let labs = older.hand_in.labs.iter();
    let before: BTreeMap<&str, &Known> = labs.map(|lab| (lab.lab.as_str(), lab)).collect();
    let knows_less = newer.hand_in.labs.iter().any(|lab| {
        let known = before.get(lab.lab.as_str());
        known.is_some_and(|known| known.attempts > lab.attempts || known.last > lab.last)
    });
    knows_less.then_some(Note::Apart(first, second))
}

/// The beginning of each number, long enough to tell all apart.
fn shorts<'a>(ids: impl Iterator<Item = &'a String>) -> BTreeMap<String, String> {
    let ids: Vec<&String> = ids.collect();
    let length = (SHORT..16)
        .find(|length| are_apart(&ids, *length))
        .unwrap_or(16);
    ids.into_iter()
        .map(|id| (id.clone(), id[..length].to_owned()))
        .collect()
}

/// Whether so many letters tell all numbers apart.
fn are_apart(ids: &[&String], letters: usize) -> bool {
    let begins: BTreeSet<&str> = ids.iter().map(|id| &id[..letters]).collect();
    begins.len() == ids.len()
}

/// Labels each person by name, or by number; namesakes by both.
fn labelled(people: Vec<Person>) -> Vec<Learner> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for name in people.iter().filter_map(|person| person.name.clone()) {
        *names.entry(name).or_default() += 1;
    }
    let mut learners: Vec<Learner> = people
        .into_iter()
        .map(|Person { short, name, labs }| Learner {
            named: name.is_some(),
            label: match name {
                Some(name) if names[&name] > 1 => format!("{name} ({short})"),
                Some(name) => name,
                None => short,
            },
            labs,
        })
        .collect();
    learners.sort_by(|a, b| (!a.named, &a.label).cmp(&(!b.named, &b.label)));
    learners
}
