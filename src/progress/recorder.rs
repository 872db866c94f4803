//! Follows one run, and has what changed written.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Order, Progress};
use crate::session::{Phase, Record, Session};

/// The recorder of a run.
#[derive(Debug)]
pub struct Recorder {
    progress: Progress,
    /// The attempt's number in this program; 0 before anything was done.
    attempt: u64,
    /// What was written.
    written: Vec<Record>,
    at: Option<(usize, bool)>,
}

impl Recorder {
    /// Of a run that has not begun. What is known from an earlier attempt belongs to a new one as well.
    pub fn new(progress: Progress) -> Self {
        Self {
            progress,
            attempt: 0,
            written: Vec::new(),
            at: None,
        }
    }

    /// Has written what is new.
    pub fn follow(&mut self, session: &Session) {
        let records = session.records();
        if self.written.len() != records.len() {
            self.written = vec![Record::default(); records.len()];
        }
        let fresh = |records: &[Record]| records.iter().all(|record| *record == Record::default());
        if fresh(records) && !fresh(&self.written) {
            // Started over: another attempt.
            (self.attempt, self.at) = (0, None);
            self.written = vec![Record::default(); records.len()];
        }
        let at = (session.index(), *session.phase() == Phase::Finished);
        if fresh(records) && at == (0, false) || matches!(session.phase(), Phase::Rewinding { .. })
        {
            return;
        }
        self.write(session, at);
    }

    fn write(&mut self, session: &Session, at: (usize, bool)) {
        if self.attempt == 0 {
            static NEXT: AtomicU64 = AtomicU64::new(1);
            self.attempt = NEXT.fetch_add(1, Ordering::Relaxed);
            self.say(Order::Begin {
                attempt: self.attempt,
                lab: session.lab().id.clone(),
            });
        }
        let attempt = self.attempt;
        for (index, record) in session.records().iter().enumerate() {
            if self.written[index] != *record {
                self.written[index] = record.clone();
                let step = session.lab().steps[index].id.clone();
                let record = record.clone();
                self.say(Order::Step {
                    attempt,
                    step,
                    record,
                });
            }
        }
        if self.at != Some(at) {
            self.at = Some(at);
            let (step, finished) = (session.step().id.clone(), at.1);
            self.say(Order::At {
                attempt,
                step,
                finished,
            });
        }
    }

    fn say(&self, order: Order) {
        // A book that cannot be kept has said so.
        let _ = self.progress.orders.send(order);
    }
}
