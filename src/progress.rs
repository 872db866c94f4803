//! What this learner has done: every attempt at a lab, how each step was passed,
//! what was predicted, which hints were opened. Kept in `SQLite`, by a thread of
//! its own, so that a slow disk holds nobody up; several programs may write at once.
//!
//! Invariant: a file that cannot be read is put aside, one from a newer isolab is
//! left alone; neither keeps a lab from being played.

mod book;
mod recorder;
mod store;
mod watch;

pub use book::{Known, StepKnown};
pub use recorder::Recorder;
pub use watch::BREAK;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use crate::session::Record;
use crate::word::later::{Later, later_word};
use store::Store;

/// Said to the thread that has the file.
enum Order {
    /// An attempt begins; the number is the recorder's.
    Begin { attempt: u64, lab: String },
    /// A step was passed, a question answered, a hint opened.
    Step {
        attempt: u64,
        step: String,
        record: Record,
    },
    /// The attempt is at this step; it may be at its end.
    At {
        attempt: u64,
        step: String,
        finished: bool,
    },
    /// So much time was spent on a step.
    Spent {
        attempt: u64,
        step: String,
        spent: Duration,
    },
    /// Tell what is known of all labs, from the last attempt at each or from all.
    Tell(Which, mpsc::Sender<Vec<Known>>),
    /// Tell whose file it is.
    Learner(mpsc::Sender<Option<String>>),
    /// Forget a lab; tells whether there was anything.
    Forget(String, mpsc::Sender<bool>),
    /// Answer when all before this is written.
    Flush(mpsc::Sender<()>),
}

/// From which attempts the steps of a lab are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    /// The last one.
    Last,
    /// All together.
    All,
}

/// The book of one learner.
#[derive(Clone, Debug)]
pub struct Progress {
    orders: mpsc::Sender<Order>,
    trouble: Arc<Mutex<Option<Later>>>,
}

impl Progress {
    /// Opens the file, which is made if it is not there. `become_owner` is called
    /// on the thread that makes and writes it: started with sudo, the file is
    /// still the person's own.
    pub fn open(path: PathBuf, become_owner: impl FnOnce() + Send + 'static) -> Self {
        let (orders, queue) = mpsc::channel();
        let trouble = Arc::new(Mutex::new(None));
        let to_tell = Arc::clone(&trouble);
        let serve = move || {
            become_owner();
            keep(&path, &queue, &to_tell);
        };
        if std::thread::Builder::new().spawn(serve).is_err() {
            let words = later_word!("no-threads");
            *trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
        }
        Self { orders, trouble }
    }

    /// What is known of all labs, in the order in which they were played first.
    pub fn all(&self) -> Vec<Known> {
        self.tell(Which::Last)
    }

    /// The same with the steps of all attempts together: what somebody else is told.
    pub fn ever(&self) -> Vec<Known> {
        self.tell(Which::All)
    }

    fn tell(&self, which: Which) -> Vec<Known> {
        let (answer, told) = mpsc::channel();
        let _ = self.orders.send(Order::Tell(which, answer));
        told.recv().unwrap_or_default()
    }

    /// A number by which the learner's exports are known as one person's, in 16 hexadecimal
    /// digits. It is by chance, made when it is asked for first, and says nothing of who it is.
    pub fn learner(&self) -> Option<String> {
        let (answer, told) = mpsc::channel();
        let _ = self.orders.send(Order::Learner(answer));
        told.recv().ok().flatten()
    }

    /// What is known of a lab.
    pub fn of(&self, lab: &str) -> Option<Known> {
        self.all().into_iter().find(|known| known.lab == lab)
    }

    /// Forgets all about a lab; whether there was anything.
    pub fn forget(&self, lab: &str) -> bool {
        let (answer, told) = mpsc::channel();
        let _ = self.orders.send(Order::Forget(lab.to_owned(), answer));
        told.recv().unwrap_or_default()
    }

    /// Waits until all is written.
    pub fn flush(&self) {
        let (answer, told) = mpsc::channel();
        let _ = self.orders.send(Order::Flush(answer));
        let _ = told.recv();
    }

    /// What went wrong last, in words; it is told once.
    pub fn trouble(&self) -> Option<String> {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.take().map(|words| words.to_string())
    }
}

/// Serves until nobody is left who could ask.
fn keep(path: &std::path::Path, queue: &mpsc::Receiver<Order>, trouble: &Mutex<Option<Later>>) {
    let tell = |words: Later| {
        *trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
    };
    let (mut store, note) = Store::open(path);
    note.into_iter().for_each(tell);
    for order in queue {
        if let Err(error) = obey(&mut store, order) {
            tell(store::words(path, &error));
        }
    }
}

fn obey(store: &mut Store, order: Order) -> rusqlite::Result<()> {
    match order {
        Order::Begin { attempt, lab } => store.begin(attempt, &lab),
        Order::Step {
            attempt,
            step,
            record,
        } => store.step(attempt, &step, &record),
        Order::At {
            attempt,
            step,
            finished,
        } => store.at(attempt, &step, finished),
        Order::Spent {
            attempt,
            step,
            spent,
        } => store.spent(attempt, &step, spent),
        Order::Learner(answer) => {
            let learner = store.learner();
            let _ = answer.send(learner.as_ref().ok().cloned().flatten());
            learner.map(drop)
        }
        Order::Tell(which, answer) => {
            let all = store.all(which);
            let _ = answer.send(all.as_ref().map(Vec::clone).unwrap_or_default());
            all.map(drop)
        }
        Order::Forget(lab, answer) => {
            let forgotten = store.forget(&lab);
            let _ = answer.send(matches!(forgotten, Ok(true)));
            forgotten.map(drop)
        }
        Order::Flush(answer) => {
            let _ = answer.send(());
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
