//! A run without a kernel: a stand-in for the lab host answers the effects.

mod hand;
mod random;
mod rewind;
mod step;

use std::sync::Arc;

use super::{Effect, Event, Phase, Session};
use crate::lab::action::Hostname;
use crate::lab::model::{ActorDef, Ask, Choice, Expectation, Hint, Needs, ThenAsk};
use crate::lab::{Action, Lab, PanelName, Place, Step};
use crate::snapshot::{Actor, Outcome, Refusal, Snapshot};

/// The verb of these tests: a host name is a state that a check can see.
fn rename(name: &str) -> Action {
    Action::Hostname(Hostname {
        actor: "host".to_owned(),
        name: name.to_owned(),
    })
}

fn expect(expression: &str) -> Expectation {
    Expectation {
        expect: expression.to_owned(),
        otherwise: format!("not so: {expression}"),
        then: String::new(),
        place: Place::default(),
    }
}

fn step(id: &str, actions: &[&str], checks: &[&str]) -> Step {
    Step {
        id: id.to_owned(),
        title: id.to_owned(),
        text: String::new(),
        ask: None,
        actions: actions.iter().map(|name| rename(name)).collect(),
        refused: None,
        show: None,
        checks: checks.iter().map(|check| expect(check)).collect(),
        hints: Vec::new(),
        explain: String::new(),
        notes: String::new(),
        then_ask: None,
        goal: None,
        solution: Vec::new(),
        place: Place::default(),
    }
}

/// A text, two renamings (one with a question), a refusal, a challenge.
fn lab() -> Arc<Lab> {
    let choice = |say: &str, right: Option<&str>| Choice {
        say: say.to_owned(),
        reply: String::new(),
        right: right.map(expect),
    };
    let mut two = step("two", &["x", "two"], &[r#"host.hostname == "two""#]);
    two.ask = Some(Ask {
        predict: "What will it be?".to_owned(),
        choices: vec![
            choice("one", None),
            choice("two", Some(r#"host.hostname == "two""#)),
        ],
    });
    two.then_ask = Some(ThenAsk {
        read: "Its name?".to_owned(),
        answer: Some(expect("host.hostname")),
    });
    let mut one = step("one", &["one"], &[r#"host.hostname == "one""#]);
    one.show = Some(PanelName::Namespace);
    one.hints = vec![
        Hint {
            say: "nudge".to_owned(),
            when: None,
        },
        Hint {
            say: "tool".to_owned(),
            when: Some(expect(r#"host.hostname == "oen""#)),
        },
    ];
    let mut refused = step("refused", &["bad"], &[r#"result.errno == "EPERM""#]);
    refused.refused = Some("EPERM".to_owned());
    let mut challenge = step("challenge", &[], &[r#"host.hostname == "mine""#]);
    challenge.goal = Some("Call it mine".to_owned());
    challenge.solution = vec![rename("mine")];
    let steps = vec![step("text", &[], &[]), one, two, refused, challenge];
    let host = ActorDef {
        name: "host".to_owned(),
        title: String::new(),
        later: false,
    };
    Arc::new(Lab {
        id: "00-test".to_owned(),
        title: "Test".to_owned(),
        summary: String::new(),
        track: String::new(),
        minutes: 1,
        after: Vec::new(),
        needs: Needs::default(),
        invariants: vec![expect("host.alive")],
        actors: vec![host],
        setup: Vec::new(),
        steps,
        recap: String::new(),
    })
}

fn refusal(errno: &str) -> Outcome {
    let refusal = Refusal {
        call: "sethostname".to_owned(),
        args: "\"bad\"".to_owned(),
        errno: errno.to_owned(),
        words: "no".to_owned(),
    };
    Outcome {
        refusal: Some(refusal),
        ..Outcome::default()
    }
}

/// A session whose lab host is only a host name.
struct World {
    session: Session,
    name: String,
    /// What the terminals of host and b have printed.
    said: [String; 2],
    alive: bool,
    hosts: usize,
    seen: Vec<Effect>,
}

impl World {
    fn closed(start: usize) -> Self {
        let session = Session::new(lab(), start);
        Self {
            session,
            name: String::new(),
            said: Default::default(),
            alive: true,
            hosts: 0,
            seen: Vec::new(),
        }
    }

    /// A run at the start of a step.
    fn at(start: usize) -> Self {
        let mut world = Self::closed(start);
        world.tell(Event::Open);
        world
    }

    /// Tells an event and answers every effect until nothing more is asked.
    fn tell(&mut self, event: Event) -> &mut Self {
        self.seen.clear();
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let effects = self.session.handle(7, event);
            let answers: Vec<_> = effects
                .iter()
                .filter_map(|effect| self.answer(effect))
                .collect();
            events.extend(answers);
            self.seen.extend(effects);
        }
        self
    }

    fn answer(&mut self, effect: &Effect) -> Option<Event> {
        match effect {
            Effect::StartHost => {
                *self = Self {
                    hosts: self.hosts + 1,
                    name: "new".to_owned(),
                    alive: true,
                    ..self.moved()
                };
                Some(Event::HostReady)
            }
            Effect::Perform { action, .. } => Some(Event::Performed(self.perform(action))),
            Effect::Observe => Some(self.observed()),
            Effect::BeginStep | Effect::Suggest(_) | Effect::ShowPanel(_) => None,
        }
    }

    fn moved(&mut self) -> Self {
        std::mem::replace(self, Self::closed(0))
    }

    fn perform(&mut self, action: &Action) -> Outcome {
        match action {
            Action::Hostname(hostname) if hostname.name == "bad" => refusal("EPERM"),
            Action::Hostname(_) if self.name == "locked" => refusal("EACCES"),
            Action::Hostname(hostname) => {
                self.name.clone_from(&hostname.name);
                Outcome::default()
            }
            _ => Outcome::default(),
        }
    }

    fn observed(&self) -> Event {
        let [host, b] = self.said.clone().map(|said| Actor {
            hostname: self.name.clone(),
            alive: self.alive,
            said,
            ..Actor::default()
        });
        let there = self.session.lab().actors.len();
        let actors = [("host".to_owned(), host), ("b".to_owned(), b)];
        let actors = actors.into_iter().take(there).collect();
        Event::Observed(Arc::new(Snapshot {
            actors,
            ..Snapshot::default()
        }))
    }

    /// The person renames the host by hand, and a snapshot shows it.
    fn by_hand(&mut self, name: &str) -> &mut Self {
        name.clone_into(&mut self.name);
        let event = self.observed();
        self.tell(event)
    }

    fn phase(&self) -> &Phase {
        self.session.phase()
    }

    #[track_caller]
    fn stands(&self, step: usize, phase: &Phase) {
        assert_eq!((self.session.index(), self.phase()), (step, phase));
    }
}
