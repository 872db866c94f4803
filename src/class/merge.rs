//! Whose the files are: one person may hand in several, and several persons the same one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::HandIn;
use crate::progress::Known;
use crate::word;

/// How much of a person's number is shown where that is enough.
const SHORT: usize = 6;

/// A class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// Everybody who handed in something, in the order of their labels.
    pub learners: Vec<Learner>,
    /// What is to be known of how files were counted.
    pub notes: Vec<Note>,
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learner {
    /// What they are called: by name if they said so, or by the beginning of their number.
    pub label: String,
    /// Whether that is a name.
    pub named: bool,
    /// What they did, by the id of the lab.
    pub labs: BTreeMap<String, Known>,
}

/// What is to be known of how files were counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The first file says nothing that the second, of the same person, does not say newer.
    Superseded(String, String),
    /// Two files are of one person and have different names.
    TwoNames(String, String),
    /// Two files are of one person, and the newer one knows less.
    Apart(String, String),
    /// So many files are of the first format, which does not say whose they are.
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

/// Finds who is who. Of each person's labs the newest account counts.
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
    // What was made later comes later; of two that were made in the same second, the one that
    // was given later.
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

/// What makes one doubt that two files that follow one another are of one person.
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

/// The beginning of each number, as long as it takes to tell all apart.
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

/// Everybody by name, or by number; namesakes by both.
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
