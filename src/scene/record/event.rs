//! What happens to a run, and what an earlier run did, as it is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::session;
use crate::snapshot::lens::Glimpse;
use crate::snapshot::{Outcome, Snapshot};
use crate::word::later::Later;

/// Something that happens to a run; each name says what [`session::Event`] says of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "session::Event says it")]
pub enum Event {
    Open,
    HostReady,
    HostLost(Later),
    Performed(Outcome),
    Observed(Arc<Snapshot>),
    Run,
    Show,
    Predict(usize),
    Decline,
    Answer(String),
    Hint,
    Next,
    Back,
    Skip,
    GoTo(usize),
    StartOver(Scope),
    Rebuild,
    Saw(Vec<Glimpse>),
}

/// How far "start over" goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// To the start of the present step.
    Step,
    /// To the first step.
    Lab,
}

/// What is remembered of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// How it was passed last.
    pub passed: Option<How>,
    /// The index of the choice made in its question.
    pub chosen: Option<usize>,
    /// Whether that choice was right.
    pub right: Option<bool>,
    /// Whether the question after the step was answered right.
    pub answered: Option<bool>,
    /// The answer to a question that nobody judges.
    pub said: Option<String>,
    /// How many hints were opened.
    pub hints: usize,
    /// Milliseconds from the start of the run to when it was passed last.
    pub at: u64,
}

/// How a step was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// The program made its actions.
    Played,
    /// The person reached the state by hand.
    Typed,
    /// The person reached it by hand, with the lines in the prompt.
    Shown,
    /// The person passed it over.
    Skipped,
    /// The person read it.
    Read,
}

/// The records of an earlier run, to be written.
fn written(records: &BTreeMap<String, session::Record>) -> BTreeMap<String, Record> {
    let records = records.iter();
    records
        .map(|(step, record)| (step.clone(), Record::from(record)))
        .collect()
}

/// The records of an earlier run, as they were read.
pub(super) fn read(records: BTreeMap<String, Record>) -> BTreeMap<String, session::Record> {
    let records = records.into_iter();
    records
        .map(|(step, record)| (step, record.into()))
        .collect()
}

names_or!(Event = session::Event {
    Open,
    HostReady,
    HostLost(reason),
    Performed(outcome),
    Observed(snapshot),
    Run,
    Show,
    Predict(choice),
    Decline,
    Answer(text),
    Hint,
    Next,
    Back,
    Skip,
    GoTo(step),
    StartOver(scope),
    Rebuild,
    Saw(glimpses),
} else Moment {
    Recall(records) => Moment::Resumed(written(&records)),
    Retell(telling) => Moment::Language(telling.language),
});
names!(Scope = session::Scope { Step, Lab });
names!(
    How = session::How {
        Played,
        Typed,
        Shown,
        Skipped,
        Read
    }
);

impl From<&session::Record> for Record {
    fn from(record: &session::Record) -> Self {
        Self {
            passed: record.passed.map(How::from),
            chosen: record.chosen,
            right: record.right,
            answered: record.answered,
            said: record.said.clone(),
            hints: record.hints,
            at: record.at,
        }
    }
}

impl From<Record> for session::Record {
    fn from(record: Record) -> Self {
        Self {
            passed: record.passed.map(session::How::from),
            chosen: record.chosen,
            right: record.right,
            answered: record.answered,
            said: record.said,
            hints: record.hints,
            at: record.at,
        }
    }
}
