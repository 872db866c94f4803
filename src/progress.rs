//! What this learner has done: every attempt at a lab, how each step was passed,
//! what was predicted, which hints were opened. Kept in `SQLite`, by a thread of
//! its own, so that a slow disk holds nobody up; several programs may write at once.
//!
//! Invariant: a file that cannot be read is put aside, one from a newer isolab is
//! left alone; neither keeps a lab from being played.

mod book;
mod keeper;
mod recorder;
mod store;
mod watch;

pub use book::{BUILT_IN, Known, StepKnown, Which};
pub use recorder::Recorder;
pub use watch::BREAK;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::session::Record;
use crate::word::later::later_word;
use keeper::{Keeper, Told};

/// An order to the keeper's thread.
enum Order {
    /// An attempt begins; the number is the recorder's.
    Begin { attempt: u64, lab: Which },
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
    /// The time on a step so far.
    Spent {
        attempt: u64,
        step: String,
        spent: Duration,
    },
    /// Answer what is known of all labs, with the steps of the last attempt at each or of all.
    Tell(Attempts, mpsc::Sender<Vec<Known>>),
    /// Answer the learner's number.
    Learner(mpsc::Sender<Option<String>>),
    /// Forget a lab; answer whether anything was known of it.
    Forget(Which, mpsc::Sender<bool>),
    /// Answer when all before this is written.
    Flush(mpsc::Sender<()>),
}

/// Which attempts at a lab its steps are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempts {
    /// The last one.
    Last,
    /// All together.
    All,
}

/// The progress file of one learner.
#[derive(Clone, Debug)]
pub struct Progress {
    desk: Arc<Desk>,
    told: Arc<Told>,
}

/// The channel to the keeper's thread. Whoever drops it last waits for the thread, so that the file
/// is closed and no other file is left beside it.
#[derive(Debug)]
struct Desk {
    orders: Option<mpsc::Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl Desk {
    fn send(&self, order: Order) {
        if let Some(orders) = &self.orders {
            let _ = orders.send(order);
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Progress {
    /// Opens the file, or makes it. `become_owner` is called on the thread that makes and writes
    /// it: under sudo, the file is still the person's own.
    pub fn open(path: PathBuf, become_owner: impl FnOnce() + Send + 'static) -> Self {
        let (orders, queue) = mpsc::channel();
        let told = Arc::new(Told::default());
        let to_tell = Arc::clone(&told);
        let serve = move || {
            become_owner();
            Keeper::new(&path, &to_tell).serve(&queue);
        };
        let thread = std::thread::Builder::new().spawn(serve).ok();
        if thread.is_none() {
            told.say(later_word!("no-threads"));
        }
        let orders = Some(orders);
        let desk = Arc::new(Desk { orders, thread });
        Self { desk, told }
    }

    /// What is known of all labs, with the steps of the last attempt at each, in the order in which
    /// they were first played.
    pub fn all(&self) -> Vec<Known> {
        self.tell(Attempts::Last)
    }

    /// The same with the steps of all attempts combined, as it is handed in.
    pub fn ever(&self) -> Vec<Known> {
        self.tell(Attempts::All)
    }

    fn tell(&self, from: Attempts) -> Vec<Known> {
        let (answer, told) = mpsc::channel();
        self.desk.send(Order::Tell(from, answer));
        told.recv().unwrap_or_default()
    }

    /// A random number by which exports are known to be of one learner, in 16 hexadecimal digits.
    /// It is made when it is first asked for; `None` if the file cannot be used.
    pub fn learner(&self) -> Option<String> {
        let (answer, told) = mpsc::channel();
        self.desk.send(Order::Learner(answer));
        told.recv().ok().flatten()
    }

    /// What is known of a lab.
    pub fn of(&self, lab: &Which) -> Option<Known> {
        Known::find(&self.all(), lab).cloned()
    }

    /// Forgets a lab; whether anything was known of it.
    pub fn forget(&self, lab: &Which) -> bool {
        let (answer, told) = mpsc::channel();
        self.desk.send(Order::Forget(lab.clone(), answer));
        told.recv().unwrap_or_default()
    }

    /// Waits until everything that can be written is written.
    pub fn flush(&self) {
        let (answer, told) = mpsc::channel();
        self.desk.send(Order::Flush(answer));
        let _ = told.recv();
    }

    /// The last trouble, in words; each is returned once.
    pub fn trouble(&self) -> Option<String> {
        let trouble = self.told.trouble.lock();
        let mut trouble = trouble.unwrap_or_else(PoisonError::into_inner);
        trouble.take().map(|words| words.to_string())
    }

    /// How much is not written, in words; `None` if everything is.
    pub fn unwritten(&self) -> Option<String> {
        let unwritten = self.told.unwritten.lock();
        let unwritten = unwritten.unwrap_or_else(PoisonError::into_inner);
        unwritten.as_ref().map(ToString::to_string)
    }
}

#[cfg(test)]
mod tests;
