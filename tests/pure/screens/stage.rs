//! A lab run to draw.

use std::sync::Arc;

use super::facts::snapshot;
use isolab::lab::action::Unshare;
use isolab::lab::model::{ActorDef, Ask, Choice, Expectation, Hint, Needs, ThenAsk};
use isolab::lab::{Action, Lab, Place, Step};
use isolab::session::{Event, Phase, Session};
use isolab::snapshot::diff::{Change, diff};
use isolab::snapshot::{Call, NamespaceKind, Outcome, Snapshot};
use isolab::ui::{
    CatalogueRow, CatalogueView, Geometry, LabView, Pane, Screen, Standing, Theme, UiState, View,
    draw,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Style};

/// The sizes that everything is drawn at.
pub(crate) const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 50)];

/// Asserts that the screen shows all the words.
#[track_caller]
pub(crate) fn has(screen: &str, words: &[&str]) {
    for word in words {
        assert!(screen.contains(word), "no `{word}` in\n{screen}");
    }
}

fn on_screen(view: &View<'_>, size: impl Into<Size>) -> (String, Geometry) {
    let Size { width, height } = size.into();
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut geometry = Geometry::default();
    let colour = width != 120;
    terminal
        .draw(|frame| geometry = draw(view, &Theme::new(colour), frame))
        .unwrap();
    let buffer = terminal.backend().buffer();
    let plain = |cell: &Cell| cell.fg == Color::Reset && cell.bg == Color::Reset;
    assert!(colour || buffer.content.iter().all(plain));
    let rows = buffer.content.chunks(usize::from(width));
    let rows = rows.map(|row| {
        row.iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
    });
    let screen = rows.collect::<Vec<_>>().join("\n");
    (screen, geometry)
}

/// The catalog of two labs, the second of which this machine cannot play.
pub(crate) fn catalogue(size: impl Into<Size>, state: &UiState) -> (String, Geometry) {
    of_rows(&[first(), lacking("kernel 9.0 or newer")], state, size)
}

/// The same with another reason, and with a third lab whose needs were not tried yet.
pub(crate) fn with_lacks(size: impl Into<Size>, state: &UiState, why: &str) -> (String, Geometry) {
    let untried = CatalogueRow {
        standing: Standing::Untried,
        ..row("06-setns", "Joining a namespace")
    };
    of_rows(&[first(), lacking(why), untried], state, size)
}

fn row(id: &str, title: &str) -> CatalogueRow {
    CatalogueRow {
        id: id.to_owned(),
        title: title.to_owned(),
        track: "Names and processes".to_owned(),
        summary: "Two shells on **one** kernel.".to_owned(),
        minutes: 12,
        ..CatalogueRow::default()
    }
}

fn first() -> CatalogueRow {
    row("04-uts-ipc", "Two hosts on one kernel")
}

fn lacking(why: &str) -> CatalogueRow {
    CatalogueRow {
        missing: vec![why.to_owned()],
        ..row("05-time", "Two clocks")
    }
}

fn of_rows(rows: &[CatalogueRow], state: &UiState, size: impl Into<Size>) -> (String, Geometry) {
    let view = CatalogueView {
        rows,
        state,
        note: "a note",
    };
    on_screen(&View::Catalogue(view), size)
}

struct Written(String);

impl Screen for Written {
    fn render(&self, area: Rect, buf: &mut Buffer, _focused: bool) {
        buf.set_stringn(area.x, area.y, &self.0, area.width.into(), Style::new());
    }
    fn cursor(&self) -> Option<(u16, u16)> {
        Some((3, 0))
    }
}

/// A run to draw, at some step.
pub(crate) struct Stage {
    pub(crate) session: Session,
    changes: Vec<Change>,
    lines: Vec<String>,
    /// The pane whose shell has ended.
    pub(crate) ended: Option<usize>,
    /// How many of the panes have, or had, a shell.
    pub(crate) there: usize,
}

impl Stage {
    /// A run that begins at a step; those before it are played by a willing kernel.
    pub(crate) fn at(step: usize) -> Self {
        Self::of(lab(), step)
    }

    /// The same of any lab.
    pub(crate) fn of(lab: Arc<Lab>, step: usize) -> Self {
        let mut stage = Self {
            session: Session::new(lab, step),
            changes: Vec::new(),
            lines: vec!["unshare --uts bash".to_owned()],
            ended: None,
            there: 2,
        };
        stage.tell(Event::Open);
        stage.tell(Event::HostReady);
        while matches!(stage.session.phase(), Phase::Rewinding { .. }) {
            stage.tell(Event::Performed(Outcome::default()));
            stage.observe(&snapshot(false));
        }
        stage
    }

    /// A run of texts, one for each state, which is the state at the text's end. The run is at the
    /// last of them.
    pub(crate) fn compared(states: &[Snapshot], actors: &[&str]) -> Self {
        let mut stage = Self::told(states, actors);
        stage.changes = diff(stage.session.before(), stage.session.now());
        stage
    }

    /// The same, without what changed.
    pub(crate) fn told(states: &[Snapshot], actors: &[&str]) -> Self {
        let steps = (1..=states.len()).map(|number| step(&format!("s{number}"), "A step"));
        let actors = actors.iter().map(|name| actor(name));
        let lab = Lab {
            actors: actors.collect(),
            steps: steps.collect(),
            ..Lab::clone(&lab())
        };
        let mut stage = Self {
            session: Session::new(Arc::new(lab), 0),
            changes: Vec::new(),
            lines: Vec::new(),
            ended: None,
            there: 2,
        };
        stage.tell(Event::Open);
        stage.tell(Event::HostReady);
        stage.observe(&states[0]);
        for pair in states.windows(2) {
            stage.tell(Event::Next);
            // A step begins with what it finds.
            stage.observe(&pair[0]);
            stage.observe(&pair[1]);
        }
        stage
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.session.handle(1, event);
    }

    fn observe(&mut self, snapshot: &Snapshot) {
        self.tell(Event::Observed(Arc::new(snapshot.clone())));
    }

    /// Plays the current step.
    pub(crate) fn play(&mut self) {
        let call = Call {
            name: "unshare".to_owned(),
            args: "CLONE_NEWUTS".to_owned(),
            result: "0".to_owned(),
        };
        self.tell(Event::Run);
        for _ in 0..self.session.step().script().len() {
            self.tell(Event::Performed(Outcome {
                calls: vec![call.clone()],
                output: "uts:[4026531838]\n".to_owned(),
                ..Outcome::default()
            }));
        }
        self.observe(&snapshot(true));
        self.changes = vec![Change {
            actor: "b".to_owned(),
            fact: "ns.uts".to_owned(),
            words: "b: a uts namespace of its own".into(),
        }];
    }

    /// Puts a text wherever a lab host may put one.
    pub(crate) fn poison(&mut self, text: &str) {
        let mut snapshot = snapshot(true);
        for actor in snapshot.actors.values_mut() {
            text.clone_into(&mut actor.hostname);
            text.clone_into(&mut actor.root);
            text.clone_into(&mut actor.cwd);
            actor
                .mounts
                .iter_mut()
                .for_each(|mount| text.clone_into(&mut mount.target));
            let processes = actor.processes.iter_mut();
            processes.for_each(|process| text.clone_into(&mut process.name));
        }
        self.observe(&snapshot);
        self.lines = vec![text.to_owned()];
    }
}

/// Draws a run.
pub(crate) fn draw_lab(
    size: impl Into<Size>,
    stage: &Stage,
    state: &UiState,
) -> (String, Geometry) {
    viewed(stage, state, |view| on_screen(view, size))
}

/// The same, as the cells of a screen.
pub(crate) fn cells(size: impl Into<Size>, stage: &Stage, state: &UiState) -> Vec<Cell> {
    let Size { width, height } = size.into();
    viewed(stage, state, |view| {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal
            .draw(|frame| drop(draw(view, &Theme::new(true), frame)))
            .unwrap();
        terminal.backend().buffer().content.clone()
    })
}

fn viewed<T>(stage: &Stage, state: &UiState, see: impl FnOnce(&View<'_>) -> T) -> T {
    let screens = [
        Written("terminal of host".to_owned()),
        Written("terminal of b".to_owned()),
        Written("terminal of a2".to_owned()),
    ];
    let pane = |actor, title, index: usize| Pane {
        actor,
        title,
        screen: screens[..stage.there]
            .get(index)
            .map(|screen| screen as &dyn Screen),
        ended: stage.ended == Some(index),
    };
    let view = LabView {
        session: &stage.session,
        state,
        panes: vec![
            pane("host", "", 0),
            pane("b", "will leave", 1),
            pane("a2", "later", 2),
        ],
        changes: &stage.changes,
        lines: &stage.lines,
        detail: None,
        stuck: false,
    };
    see(&View::Lab(Box::new(view)))
}

fn expect(expression: &str) -> Expectation {
    Expectation {
        expect: expression.to_owned(),
        otherwise: "b has the old name.".to_owned(),
        then: "b has a new name.".to_owned(),
        place: Place::default(),
    }
}

fn step(id: &str, title: &str) -> Step {
    Step {
        id: id.to_owned(),
        title: title.to_owned(),
        text: String::new(),
        ask: None,
        actions: Vec::new(),
        refused: None,
        show: None,
        checks: Vec::new(),
        hints: Vec::new(),
        explain: String::new(),
        notes: String::new(),
        then_ask: None,
        goal: None,
        solution: Vec::new(),
        place: Place::default(),
    }
}

fn actor(name: &str) -> ActorDef {
    ActorDef {
        name: name.to_owned(),
        title: String::new(),
        later: name == "a2",
    }
}

pub(super) fn lab() -> Arc<Lab> {
    let choice = |say: &str, reply: &str| Choice {
        say: say.to_owned(),
        reply: reply.to_owned(),
        right: None,
    };
    let mut one = step("same", "Two shells");
    one.text = "Two shells on *one* kernel.".to_owned();
    one.ask = Some(Ask {
        predict: "How many hosts?".to_owned(),
        choices: vec![choice("One", "Yes."), choice("Two", "Not yet two.")],
    });
    let mut two = step("leave", "B leaves");
    two.text = "# Leaving\nb gets its **own host name** with `unshare`.\n\n- one\n- two".to_owned();
    two.actions = vec![Action::Unshare(Unshare {
        actor: "b".to_owned(),
        namespaces: vec![NamespaceKind::Uts],
    })];
    two.checks = vec![expect("b.hostname == \"shell-b\"")];
    two.hints = vec![Hint {
        say: "Use `unshare`.".to_owned(),
        when: None,
    }];
    two.then_ask = Some(ThenAsk {
        read: "Its inode?".to_owned(),
        answer: Some(expect("b.ns.uts")),
    });
    let mut three = step("end", "The end");
    three.explain = "Nearly there.".to_owned();
    three.then_ask = two.then_ask.clone();
    Arc::new(Lab {
        id: "04-uts-ipc".to_owned(),
        title: "Two hosts on one kernel".to_owned(),
        summary: String::new(),
        track: String::new(),
        minutes: 12,
        after: Vec::new(),
        needs: Needs::default(),
        invariants: Vec::new(),
        actors: vec![actor("host"), actor("b"), actor("a2")],
        setup: Vec::new(),
        steps: vec![one, two, three],
        recap: "That was **it**.".to_owned(),
    })
}
