//! Tells the moments of a run to the clerk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::Instant;

use crate::scene::Moment;
use crate::scene::journal::Line;
use crate::scene::moment::PaneChange;
use crate::session::Event;

/// The most that waits to be written, in bytes. The run does not wait for a disk that is slower.
const WAITING: usize = 64 << 20;

/// What a tap sends.
#[derive(Debug)]
pub(crate) enum Note {
    /// A moment of the run.
    Line(Line),
    /// A snapshot that left the run as it was, except for what is shown.
    Passing(Line),
    /// The current screen, for later followers.
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

/// What the tap and the clerk share.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    /// How much waits to be written, in bytes.
    waiting: AtomicUsize,
    /// Moments are no longer taken.
    closed: AtomicBool,
    /// The current screen is asked for.
    stale: AtomicBool,
}

impl Flow {
    /// Counts bytes that wait; true if they are too many, and closes the flow then.
    fn add(&self, bytes: usize) -> bool {
        let before = self.waiting.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes > WAITING {
            self.close();
        }
        before + bytes > WAITING
    }

    /// Counts a moment as written.
    pub(crate) fn written(&self, line: &Line) {
        self.waiting
            .fetch_sub(weight(&line.moment), Ordering::Relaxed);
    }

    /// Closes the flow: moments are no longer taken.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    /// Whether moments are no longer taken.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Asks for the current screen.
    pub(crate) fn ask(&self) {
        self.stale.store(true, Ordering::Relaxed);
    }

    /// Whether the current screen is asked for; answers the request.
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

/// Where an open tap sends the moments.
#[derive(Clone, Debug)]
struct Open {
    began: Instant,
    to: Sender<Note>,
    /// Limits what waits to be written; `None` for a receiver without a limit.
    flow: Option<Arc<Flow>>,
}

/// Where the moments of a run go; by default nowhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tap(Option<Open>);

impl Tap {
    /// A tap without a limit.
    pub(crate) fn new(to: Sender<Note>) -> Self {
        let (began, flow) = (Instant::now(), None);
        Self(Some(Open { began, to, flow }))
    }

    /// A tap that is closed when too much waits to be written.
    pub(crate) fn limited(to: Sender<Note>, flow: Arc<Flow>) -> Self {
        let (began, flow) = (Instant::now(), Some(flow));
        Self(Some(Open { began, to, flow }))
    }

    /// Tells a moment, which is made only if the tap is open.
    pub(crate) fn tell(&self, moment: impl FnOnce() -> Moment) {
        self.put(moment, Note::Line);
    }

    /// Tells a snapshot that left the run as it was.
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
            // The receiver may have stopped: the run goes on.
            let _ = open.to.send(note(line));
        }
    }

    /// Tells the current screen, if that is asked for.
    pub(crate) fn freshen(&self, moments: impl FnOnce() -> Vec<Moment>) {
        let Some(open) = &self.0 else { return };
        let flow = open.flow.as_ref();
        if flow.is_some_and(|flow| flow.is_asked()) {
            let moments = moments().into_iter();
            let lines = moments.map(|moment| open.line(moment)).collect();
            let _ = open.to.send(Note::Fresh(lines));
        }
    }

    /// Whether the moments go anywhere.
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
