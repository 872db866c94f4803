//! Follows one run, and sends its changes to the keeper.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::watch::Watch;
use super::{Order, Progress, Which};
use crate::session::{Phase, Record, Session};

/// The most time on a step that is lost when the program is killed.
const UNWRITTEN: Duration = Duration::from_secs(60);

/// The recorder of a run.
#[derive(Debug)]
pub struct Recorder {
    progress: Progress,
    lab: Which,
    /// The attempt's number in this program; 0 before anything was done.
    attempt: u64,
    /// The records that were sent.
    written: Vec<Record>,
    at: Option<At>,
    watch: Watch,
    /// The steps' ids, and the time on each that was sent.
    times: Vec<(String, Duration)>,
}

/// Where a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct At {
    /// The current step's number.
    step: usize,
    /// Whether it is behind the last step.
    finished: bool,
}

impl Recorder {
    /// A recorder of a run that has not begun. Records from an earlier attempt are written into the
    /// new one as well.
    pub fn new(progress: Progress, lab: Which) -> Self {
        Self {
            progress,
            lab,
            attempt: 0,
            written: Vec::new(),
            at: None,
            watch: Watch::new(Instant::now()),
            times: Vec::new(),
        }
    }

    /// Notes that the person pressed a key or typed a line.
    pub fn sign(&mut self) {
        self.watch.sign(Instant::now());
    }

    /// Sends all times: the person leaves.
    pub fn leave(&mut self) {
        self.sign();
        self.write_times(|_, _| true);
    }

    /// Sends what has changed in the session.
    pub fn follow(&mut self, session: &Session) {
        self.take_time(session);
        let records = session.records();
        if self.written.len() != records.len() {
            self.written = vec![Record::default(); records.len()];
        }
        let fresh = |records: &[Record]| records.iter().all(|record| *record == Record::default());
        if fresh(records) && !fresh(&self.written) {
            // The person started over: this is another attempt.
            self.write_times(|_, _| true);
            self.begin_times(session);
            (self.attempt, self.at) = (0, None);
            self.written = vec![Record::default(); records.len()];
        }
        let at = At {
            step: session.index(),
            finished: *session.phase() == Phase::Finished,
        };
        if fresh(records) && at == At::default()
            || matches!(session.phase(), Phase::Rewinding { .. })
        {
            return;
        }
        self.write(session, at);
        self.write_times(|here, open| !here || open >= UNWRITTEN);
    }

    fn take_time(&mut self, session: &Session) {
        let steps = session.lab().steps.len();
        if self.times.len() != steps {
            self.begin_times(session);
        }
        let here = (*session.phase() != Phase::Finished).then_some(session.index());
        self.watch.turn(Instant::now(), here, steps);
    }

    fn begin_times(&mut self, session: &Session) {
        self.watch.reset();
        let steps = session.lab().steps.iter();
        self.times = steps
            .map(|step| (step.id.clone(), Duration::ZERO))
            .collect();
    }

    /// Sends the times for which `due(is_current_step, unwritten)` is true.
    fn write_times(&mut self, due: impl Fn(bool, Duration) -> bool) {
        if self.attempt == 0 {
            return;
        }
        for (index, spent) in self.watch.spent().iter().enumerate() {
            let (step, written) = &mut self.times[index];
            let open = spent.saturating_sub(*written);
            if !open.is_zero() && due(self.watch.runs(index), open) {
                *written = *spent;
                self.progress.desk.send(Order::Spent {
                    attempt: self.attempt,
                    step: step.clone(),
                    spent: *spent,
                });
            }
        }
    }

    fn write(&mut self, session: &Session, at: At) {
        if self.attempt == 0 {
            static NEXT: AtomicU64 = AtomicU64::new(1);
            self.attempt = NEXT.fetch_add(1, Ordering::Relaxed);
            self.say(Order::Begin {
                attempt: self.attempt,
                lab: self.lab.clone(),
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
            let (step, finished) = (session.step().id.clone(), at.finished);
            self.say(Order::At {
                attempt,
                step,
                finished,
            });
        }
    }

    fn say(&self, order: Order) {
        // Without a keeper's thread, that was already reported.
        self.progress.desk.send(order);
    }
}
