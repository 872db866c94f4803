//! The thread that owns the file. What cannot be written now is written later: another program may
//! hold the file for a while, a disk may be full until somebody makes room.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Order;
use super::store::{self, Store};
use crate::word::later::{Later, later_word};

/// How often writing is tried again while there are no new orders.
const AGAIN: Duration = Duration::from_secs(10);

/// What the person is to be told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The last trouble, until it was shown.
    pub(super) trouble: Mutex<Option<Later>>,
    /// How much is not written; `None` if everything is.
    pub(super) unwritten: Mutex<Option<Later>>,
}

impl Told {
    /// Sets the last trouble.
    pub(super) fn say(&self, words: Later) {
        set(&self.trouble, Some(words));
    }
}

/// Sets what is to be told.
fn set(place: &Mutex<Option<Later>>, words: Option<Later>) {
    *place.lock().unwrap_or_else(PoisonError::into_inner) = words;
}

/// The owner of the file.
pub(super) struct Keeper<'a> {
    path: &'a Path,
    store: Store,
    /// The orders that could not be written yet, the oldest first.
    waiting: VecDeque<Order>,
    told: &'a Told,
    /// A trouble that lasts was already reported.
    troubled: bool,
    /// How many bad rows were reported.
    bad: usize,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(path: &'a Path, told: &'a Told) -> Self {
        let (store, note) = Store::open(path);
        let troubled = note.is_some();
        set(&told.trouble, note);
        Self {
            path,
            store,
            waiting: VecDeque::new(),
            told,
            troubled,
            bad: 0,
        }
    }

    /// Serves orders until nobody can send any more.
    pub(super) fn serve(&mut self, queue: &Receiver<Order>) {
        loop {
            let order = if self.waiting.is_empty() {
                queue.recv().map_err(|_gone| RecvTimeoutError::Disconnected)
            } else {
                queue.recv_timeout(AGAIN)
            };
            match order {
                Ok(order) => self.take_all(order, queue),
                Err(RecvTimeoutError::Timeout) => self.settle(),
                Err(RecvTimeoutError::Disconnected) => return self.settle(),
            }
        }
    }

    /// Takes all orders that are there, since each try to write may wait for another program.
    fn take_all(&mut self, first: Order, queue: &Receiver<Order>) {
        for order in std::iter::once(first).chain(queue.try_iter()) {
            if order.writes() {
                self.waiting.push_back(order);
            } else {
                self.settle();
                self.answer(order);
            }
        }
        self.settle();
    }

    /// Reports what was found out when the file was opened again.
    fn tell(&mut self) {
        if let Some(news) = self.store.news() {
            set(&self.told.trouble, Some(news));
        }
    }

    /// Writes the waiting orders, up to one that cannot be written yet.
    fn settle(&mut self) {
        let _ = self.store.be_patient(self.troubled);
        while let Some(order) = self.waiting.front() {
            match write(&mut self.store, order) {
                Ok(()) if self.troubled => {
                    self.troubled = false;
                    let _ = self.store.be_patient(false);
                }
                Ok(()) => {}
                Err(why) if store::passes(&why) => {
                    if !std::mem::replace(&mut self.troubled, true) {
                        self.trouble(&why);
                    }
                    break;
                }
                // This order could never be written.
                Err(why) => self.trouble(&why),
            }
            self.waiting.pop_front();
        }
        self.tell();
        let file = self.path.display().to_string();
        let count = self.waiting.len();
        let words = later_word!("book-unwritten", count = count.to_string(), file = file);
        set(&self.told.unwritten, (count > 0).then_some(words));
    }

    /// Serves an order whose sender waits for an answer.
    fn answer(&mut self, order: Order) {
        let done = match order {
            Order::Tell(from, to) => self.store.all(from).map(|read| {
                // The same bad rows are reported only once.
                if read.bad > std::mem::replace(&mut self.bad, read.bad) {
                    let (count, file) = (read.bad.to_string(), self.path.display().to_string());
                    let words = later_word!("book-bad-rows", count = count, file = file);
                    set(&self.told.trouble, Some(words));
                }
                // The sender may be gone.
                let _ = to.send(read.labs);
            }),
            other => answer(&mut self.store, other),
        };
        if let Err(why) = done {
            self.trouble(&why);
        }
        self.tell();
    }

    fn trouble(&self, why: &rusqlite::Error) {
        set(&self.told.trouble, Some(store::words(self.path, why)));
    }
}

impl Order {
    /// Whether the order is only written, and nobody waits for an answer.
    fn writes(&self) -> bool {
        matches!(
            self,
            Self::Begin { .. } | Self::Step { .. } | Self::At { .. } | Self::Spent { .. }
        )
    }
}

fn write(store: &mut Store, order: &Order) -> rusqlite::Result<()> {
    match order {
        Order::Begin { attempt, lab } => store.begin(*attempt, lab),
        Order::Step {
            attempt,
            step,
            record,
        } => store.step(*attempt, step, record),
        Order::At {
            attempt,
            step,
            finished,
        } => store.at(*attempt, step, *finished),
        Order::Spent {
            attempt,
            step,
            spent,
        } => store.spent(*attempt, step, *spent),
        Order::Learner(_) | Order::Tell(..) | Order::Forget(..) | Order::Flush(_) => Ok(()),
    }
}

fn answer(store: &mut Store, order: Order) -> rusqlite::Result<()> {
    match order {
        Order::Learner(answer) => {
            let learner = store.learner();
            let _ = answer.send(learner.as_ref().ok().cloned().flatten());
            learner.map(drop)
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
        Order::Begin { .. }
        | Order::Step { .. }
        | Order::At { .. }
        | Order::Spent { .. }
        | Order::Tell(..) => Ok(()),
    }
}
