//! The conductor of one lab run: gives events to the session and carries out its effects.
//! The screen and the headless run share it.

mod act;
mod anew;
mod beat;
mod give_way;
mod happening;
pub(super) mod lens;
mod look;
mod notice;
pub(super) mod pane;
mod perform;
mod prompt;
pub(super) mod tap;
mod told;
mod typist;
mod watch;

use std::collections::{BTreeSet, VecDeque};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use crate::lab::{Action, Lab, PanelName};
use crate::sandbox::{Notice, OwnImage, Sandbox, SandboxError};
use crate::scene::Moment;
use crate::session::{Course, Effect, Event, Phase, Session};
use crate::snapshot::Outcome;
use crate::snapshot::diff::Change;
use crate::snapshot::overlay::{Detail, Wanted};
use crate::sys::pty::Size;
use crate::word::later::Later;
use beat::Beats;
pub(super) use happening::Said;
use happening::{Happening, Tell};
use lens::Glass;
use pane::Pane;
use tap::Tap;
use typist::Typist;
use watch::Watch;

/// How much of what came already is taken before a person has a turn.
pub(super) const TURN: usize = 32;

/// Why a lab host was lost, where that is not what the machine lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The lab's own `setup` failed: the lab's fault.
    Setup,
    /// There was no process left for a request.
    Starved,
}

/// The run of one lab.
pub(super) struct Conductor {
    pub session: Session,
    pub panes: Vec<Pane>,
    pub changes: Vec<Change>,
    /// The panel that the session brought forward, for the screen to take.
    pub shown: Option<PanelName>,
    /// The pane whose prompt got a suggested line, for the screen to take.
    pub prompted: Option<usize>,
    /// The screen has to be drawn again.
    pub dirty: bool,
    /// Why the lab host was lost.
    pub fault: Option<Fault>,
    /// What a snapshot reads of files, logs and overlays.
    wanted: Wanted,
    /// The details of the selected entry of an overlay.
    pub detail: Option<Detail>,
    /// A panel shows the counters of control groups.
    pub counted: bool,
    /// Where the moments of the run are told.
    pub tap: Tap,
    /// Where the tasks of the present lab host tell what happens.
    tell: Tell,
    said: mpsc::Receiver<Said>,
    sandbox: Option<Arc<Sandbox>>,
    /// The person's own image, which each new lab host gets.
    image: Option<Arc<OwnImage>>,
    /// How many steps were begun. Snapshots of an earlier one are ignored.
    epoch: u64,
    started: Instant,
    /// When the step began or last made progress, and the progress then: reached checks plus opened
    /// hints.
    moved: (Instant, usize),
    /// When snapshots are taken.
    watch: Watch,
    /// An action that waits for a snapshot, and the number of that snapshot.
    held: Option<(u64, Action)>,
    /// How actions are shown to a class.
    beats: Beats,
    /// What is typed for the step.
    typist: Typist,
    /// The actors for whom a new first shell is being begun.
    beginning: BTreeSet<String>,
    events: VecDeque<Event>,
    size: Size,
    /// The lens, and how much of what it sees is shown.
    pub glass: Glass,
    /// Whether the lab has no lab host because the person has not agreed to it.
    withheld: bool,
}

impl Conductor {
    /// A run of a lab from the step `start`, with panes of `size`; `image` is the person's own.
    pub(super) fn new(
        lab: Arc<Lab>,
        start: usize,
        size: Size,
        image: Option<Arc<OwnImage>>,
    ) -> Self {
        let mut conductor = Self::withheld(lab, start, size, image);
        conductor.agree();
        conductor
    }

    /// The same of a lab that the person has not agreed to yet: it gets no lab host, in which its
    /// `setup` would be played, before [`Self::agree`].
    pub(super) fn withheld(
        lab: Arc<Lab>,
        start: usize,
        size: Size,
        image: Option<Arc<OwnImage>>,
    ) -> Self {
        let (tell, said) = Tell::new();
        let now = Instant::now();
        let panes = lab
            .actors
            .iter()
            .map(|actor| Pane::new(&actor.name, size))
            .collect();
        let wanted = Wanted {
            files: lab.files(),
            logs: lab.logs(),
            ..Wanted::default()
        };
        let mut conductor = Self {
            session: Session::new(lab, start),
            panes,
            changes: Vec::new(),
            shown: None,
            prompted: None,
            dirty: true,
            fault: None,
            wanted,
            detail: None,
            counted: false,
            tap: Tap::default(),
            tell,
            said,
            sandbox: None,
            image,
            epoch: 0,
            started: now,
            moved: (now, 0),
            watch: Watch::new(now),
            held: None,
            beats: Beats::default(),
            typist: Typist::default(),
            beginning: BTreeSet::new(),
            events: VecDeque::new(),
            size,
            glass: Glass::default(),
            withheld: true,
        };
        conductor.event(Event::Open);
        conductor
    }

    /// The person agrees to the lab: it gets the lab host that it waits for.
    pub(super) fn agree(&mut self) {
        if std::mem::take(&mut self.withheld) {
            self.start_host();
        }
    }

    /// Gives the lab the person's own image, and builds a new lab host with it.
    pub(super) fn bring(&mut self, image: Arc<OwnImage>) {
        self.image = Some(image);
        self.event(Event::Rebuild);
    }

    /// Gives an event to the session and carries out the effects.
    pub(super) fn event(&mut self, event: Event) {
        self.events.push_back(event);
        while let Some(event) = self.events.pop_front() {
            for effect in self.handle(event) {
                self.effect(effect);
            }
        }
        self.hold();
        // Opening a hint counts as progress: it takes time to think about.
        let hints = self.session.hints_open();
        let reached = self.session.reached().iter().filter(|is| **is).count() + hints;
        if reached != self.moved.1 {
            self.moved = (Instant::now(), reached);
        }
        self.dirty = true;
    }

    /// Gives an event to the session and tells the tap. A snapshot is told only as far as the
    /// session took it up, see `Course`.
    fn handle(&mut self, event: Event) -> Vec<Effect> {
        let at = self.elapsed();
        let told = Moment::Event {
            at,
            event: event.clone(),
        };
        if !self.tap.is_open() || !matches!(event, Event::Observed(_)) {
            self.tap.tell(|| told);
            return self.session.handle(at, event);
        }
        let before = self.session.turn();
        let effects = self.session.handle(at, event);
        match self.session.since(&before) {
            Course::Turned => self.tap.tell(|| told),
            Course::Passing => self.tap.tell_passing(|| told),
            Course::Still => {}
        }
        effects
    }

    /// Milliseconds since the run began.
    pub(super) fn elapsed(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::StartHost => self.start_host(),
            Effect::Perform { action, pace } => self.perform(action, pace),
            Effect::Observe => {
                self.watch.ask();
                self.look();
            }
            Effect::BeginStep => self.begin_step(),
            Effect::Suggest(action) => self.suggest(&action),
            Effect::ShowPanel(panel) => self.shown = Some(panel),
        }
    }

    fn start_host(&mut self) {
        if self.withheld {
            return;
        }
        self.tell.begin();
        (self.sandbox, self.fault, self.held) = (None, None, None);
        self.typist.begin();
        self.beginning.clear();
        self.watch.begin();
        self.beats.reset();
        let size = self.size;
        self.panes.iter_mut().for_each(Pane::clear);
        tokio::spawn(perform::start(
            Arc::clone(self.session.lab()),
            self.image.clone(),
            size,
            self.tell.clone(),
        ));
    }

    fn begin_step(&mut self) {
        self.moved = (Instant::now(), 0);
        self.epoch += 1;
        self.beats.still();
        self.changes.clear();
        for pane in &mut self.panes {
            pane.begin_step();
        }
    }

    /// An actor's pane.
    pub(in crate::app) fn pane(&mut self, actor: &str) -> Option<&mut Pane> {
        self.panes.iter_mut().find(|pane| pane.actor() == actor)
    }

    /// Takes what came, and what else has come already: at most so much more of it,
    /// so that others have their turn.
    pub(super) fn drain(&mut self, first: Said, more: usize) {
        self.hear(first);
        for _ in 0..more {
            let Ok(said) = self.said.try_recv() else {
                return;
            };
            self.hear(said);
        }
    }

    /// Takes what is said of the present lab host; what is said of an earlier one is old.
    fn hear(&mut self, said: Said) {
        if self.tell.is_current(&said) {
            self.happen(said.happening);
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Output {
                actor,
                depth,
                bytes,
            } => self.printed(&actor, depth, &bytes),
            Happening::Up { sandbox, terminals } => self.up(sandbox, terminals),
            Happening::Down(error) => self.down(&error),
            Happening::Unprepared(reason) => {
                self.fault = Some(Fault::Setup);
                self.lost(reason);
            }
            Happening::Performed {
                action,
                outcome,
                terminal,
            } => self.performed(&action, outcome, terminal),
            Happening::Begun { actor, shell } => self.begun(&actor, shell),
            Happening::Observed { epoch, observed } => self.observed(epoch, *observed),
            Happening::Rested => self.rested(),
            Happening::Ticked => self.notice(Notice::Changed),
            Happening::Beat => self.beat(),
            Happening::Settled(number) => self.settled(number),
            Happening::Notice(notice) => self.notice(notice),
        }
    }

    /// A lab host stands.
    fn up(&mut self, sandbox: Box<Sandbox>, terminals: Vec<(String, OwnedFd)>) {
        self.sandbox = Some(Arc::from(sandbox));
        for (actor, terminal) in terminals {
            self.stack(&actor, terminal);
        }
        self.panes.iter_mut().for_each(Pane::begin);
        self.focus();
        self.event(Event::HostReady);
    }

    /// There is no lab host.
    fn down(&mut self, error: &SandboxError) {
        self.fault = matches!(error, SandboxError::Starved(_)).then_some(Fault::Starved);
        self.lost(error.words());
    }

    /// A terminal printed something.
    fn printed(&mut self, actor: &str, depth: usize, bytes: &[u8]) {
        if let Some(pane) = self.pane(actor).filter(|pane| !pane.hides(depth)) {
            pane.take(bytes);
        }
        self.watch.change();
        self.dirty = true;
        self.prompt_came(actor);
        self.look();
    }

    fn stack(&mut self, actor: &str, terminal: OwnedFd) {
        let tell = self.tell.clone();
        if let Some(pane) = self.pane(actor) {
            let _ = pane.stack(terminal, tell);
        }
    }

    fn lost(&mut self, reason: Later) {
        self.sandbox = None;
        self.event(Event::HostLost(reason));
    }

    fn performed(&mut self, action: &Action, outcome: Outcome, terminal: Option<OwnedFd>) {
        let stacked = terminal.is_some();
        let live = matches!(self.session.phase(), Phase::Applying { .. });
        if live {
            self.show_outcome(action, &outcome, stacked);
        }
        if let Some(terminal) = terminal {
            self.stack(action.actor(), terminal);
        }
        if live {
            self.settle_prompt(action.actor(), outcome, stacked);
        } else {
            self.event(Event::Performed(outcome));
        }
    }
}
