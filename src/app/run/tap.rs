//! Tells the moments of a run to whoever writes them down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::Instant;

use crate::scene::Moment;
use crate::scene::journal::Line;
use crate::scene::moment::PaneChange;
use crate::session::Event;

/// The most that waits to be written, in bytes: a disk that is so slow is not waited for.
const WAITING: usize = 64 << 20;

/// What is told.
#[derive(Debug)]
pub(crate) enum Note {
    /// A moment of the run.
    Line(Line),
    /// A snapshot after which the run is as before, but for what is seen.
    Passing(Line),
    /// What is seen now: for who did not see what was before.
    Fresh(Vec<Line>),
}

impl Note {
    /// The moment, if it is one.
    pub(crate) fn line(self) -> Option<Line> {
        match self {
            Self::Line(line) | Self::Passing(line) => Some(line),
            Self::Fresh(_) => None,
        }
    }
}

/// How it stands with those who write.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    /// How much waits to be written, in bytes.
    waiting: AtomicUsize,
    /// Nobody gets anything any more.
    closed: AtomicBool,
    /// They want to be told what is seen now.
    stale: AtomicBool,
}

impl Flow {
    /// So much more waits; whether that is too much, and nothing is told any more.
    fn add(&self, bytes: usize) -> bool {
        let before = self.waiting.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes > WAITING {
            self.close();
        }
        before + bytes > WAITING
    }

    /// A moment is written.
    pub(crate) fn written(&self, line: &Line) {
        self.waiting
            .fetch_sub(weight(&line.moment), Ordering::Relaxed);
    }

    /// Nothing is wanted any more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    /// Whether nothing is told any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Asks for what is seen now.
    pub(crate) fn ask(&self) {
        self.stale.store(true, Ordering::Relaxed);
    }

    /// Whether that is asked for; then not any more.
    pub(crate) fn is_asked(&self) -> bool {
        self.stale.swap(false, Ordering::Relaxed)
    }
}

/// About how much room a moment takes until it is written, in bytes.
fn weight(moment: &Moment) -> usize {
    match moment {
        Moment::Pane(_, PaneChange::Fed(bytes)) => bytes.0.len(),
        Moment::Event {
            event: Event::Observed(_),
            ..
        } => 1 << 16,
        _ => 1 << 8,
    }
}

/// Who gets the moments.
#[derive(Clone, Debug)]
struct Open {
    began: Instant,
    to: Sender<Note>,
    /// Where there is no end to what may be told.
    flow: Option<Arc<Flow>>,
}

/// Where the moments of a run go; nowhere, unless somebody wants them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tap(Option<Open>);

impl Tap {
    /// One from which somebody gets the moments.
    pub(crate) fn new(to: Sender<Note>) -> Self {
        let (began, flow) = (Instant::now(), None);
        Self(Some(Open { began, to, flow }))
    }

    /// The same, as long as it is written down as fast as it comes.
    pub(crate) fn limited(to: Sender<Note>, flow: Arc<Flow>) -> Self {
        let (began, flow) = (Instant::now(), Some(flow));
        Self(Some(Open { began, to, flow }))
    }

    /// Tells a moment; it is made only where somebody wants it.
    pub(crate) fn tell(&self, moment: impl FnOnce() -> Moment) {
        self.put(moment, Note::Line);
    }

    /// Tells a snapshot after which the run is as before.
    pub(crate) fn tell_passing(&self, moment: impl FnOnce() -> Moment) {
        self.put(moment, Note::Passing);
    }

    fn put(&self, moment: impl FnOnce() -> Moment, note: fn(Line) -> Note) {
        let Some(open) = &self.0 else { return };
        let flow = open.flow.as_ref();
        if flow.is_some_and(|flow| flow.is_closed()) {
            return;
        }
        let line = open.line(moment());
        if !flow.is_some_and(|flow| flow.add(weight(&line.moment))) {
            // Who got them may have stopped: the run goes on.
            let _ = open.to.send(note(line));
        }
    }

    /// Tells what is seen now, if that is asked for.
    pub(crate) fn freshen(&self, moments: impl FnOnce() -> Vec<Moment>) {
        let Some(open) = &self.0 else { return };
        let flow = open.flow.as_ref();
        if flow.is_some_and(|flow| flow.is_asked()) {
            let moments = moments().into_iter();
            let lines = moments.map(|moment| open.line(moment)).collect();
            let _ = open.to.send(Note::Fresh(lines));
        }
    }

    /// Whether anybody gets them.
    pub(crate) fn is_open(&self) -> bool {
        self.0.is_some()
    }
}

impl Open {
    fn line(&self, moment: Moment) -> Line {
        let at = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Line { at, moment }
    }
}
