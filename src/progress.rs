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

/// Said to the thread that has the file.
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
    /// So much time was spent on a step.
    Spent {
        attempt: u64,
        step: String,
        spent: Duration,
    },
    /// Tell what is known of all labs, from the last attempt at each or from all.
    Tell(Attempts, mpsc::Sender<Vec<Known>>),
    /// Tell whose file it is.
    Learner(mpsc::Sender<Option<String>>),
    /// Forget a lab; tells whether there was anything.
    Forget(Which, mpsc::Sender<bool>),
    /// Answer when all before this is written.
    Flush(mpsc::Sender<()>),
}

/// From which attempts the steps of a lab are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempts {
    /// The last one.
    Last,
    /// All together.
    All,
}

/// The book of one learner.
#[derive(Clone, Debug)]
pub struct Progress {
    desk: Arc<Desk>,
    told: Arc<Told>,
}

/// The way to the thread that has the file. The last who leaves waits for its end, so that
/// the file is closed, and nothing lies beside it.
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
    /// Opens the file, which is made if it is not there. `become_owner` is called
    /// on the thread that makes and writes it: started with sudo, the file is
    /// still the person's own.
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

    /// What is known of all labs, in the order in which they were played first.
    pub fn all(&self) -> Vec<Known> {
        self.tell(Attempts::Last)
    }

    /// The same with the steps of all attempts together: what somebody else is told.
    pub fn ever(&self) -> Vec<Known> {
        self.tell(Attempts::All)
    }

    fn tell(&self, from: Attempts) -> Vec<Known> {
        let (answer, told) = mpsc::channel();
        self.desk.send(Order::Tell(from, answer));
        told.recv().unwrap_or_default()
    }

    /// A number by which the learner's exports are known as one person's, in 16 hexadecimal
    /// digits. It is by chance, made when it is asked for first, and says nothing of who it is.
    pub fn learner(&self) -> Option<String> {
        let (answer, told) = mpsc::channel();
        self.desk.send(Order::Learner(answer));
        told.recv().ok().flatten()
    }

    /// What is known of a lab.
    pub fn of(&self, lab: &Which) -> Option<Known> {
        Known::find(&self.all(), lab).cloned()
    }

    /// Forgets all about a lab; whether there was anything.
    pub fn forget(&self, lab: &Which) -> bool {
        let (answer, told) = mpsc::channel();
        self.desk.send(Order::Forget(lab.clone(), answer));
        told.recv().unwrap_or_default()
    }

    /// Waits until all is written that can be.
    pub fn flush(&self) {
        let (answer, told) = mpsc::channel();
        self.desk.send(Order::Flush(answer));
        let _ = told.recv();
    }

    /// What went wrong last, in words; it is told once.
    pub fn trouble(&self) -> Option<String> {
        let trouble = self.told.trouble.lock();
        let mut trouble = trouble.unwrap_or_else(PoisonError::into_inner);
        trouble.take().map(|words| words.to_string())
    }

    /// That something is not written, in words, as long as it is not.
    pub fn unwritten(&self) -> Option<String> {
        let unwritten = self.told.unwritten.lock();
        let unwritten = unwritten.unwrap_or_else(PoisonError::into_inner);
        unwritten.as_ref().map(ToString::to_string)
    }
}

#[cfg(test)]
mod tests;
