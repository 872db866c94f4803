//! What is shown and typed in the panes: the line of an action, what its calls
//! came to, and lines that are typed for a step.

use std::time::{Duration, Instant};

use super::happening::Happening;
use super::pane::Pane;
use super::{Conductor, perform};
use crate::app::install;
use crate::lab::Action;
use crate::scene;
use crate::session::Event;
use crate::snapshot::{Outcome, Snapshot};

/// How long a typed line may take until the prompt is back.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long the prompt may take after an action; a full-screen program has none.
const PROMPT: Duration = Duration::from_millis(250);

/// An action that is done, while its shell draws its prompt.
pub(super) struct Settling {
    actor: String,
    outcome: Outcome,
    number: u64,
}

/// A line that is being typed for a step.
pub(super) struct Typing {
    actor: String,
    depth: usize,
    until: Instant,
}

impl Conductor {
    /// The line that does the same, as a person would type it now.
    pub(in crate::app) fn line(&self, action: &Action) -> Option<String> {
        scene::line(self.session.now(), action)
    }

    /// The lines of the present step, each with the shell that it is for: `b$ hostname x`.
    pub(in crate::app) fn lines(&self) -> Vec<String> {
        scene::lines(&self.session)
    }

    pub(super) fn show_line(&mut self, action: &Action) {
        if matches!(action, Action::Type(_)) {
            return;
        }
        let line = self.line(action).unwrap_or_default();
        if let Some(pane) = self.pane(action.actor()) {
            pane.feed(format!("\x1b[1m{}\x1b[0m", clean(&line)).as_bytes());
        }
    }

    /// Shows in the pane what the calls came to, and lets the shell draw its prompt.
    pub(super) fn show_outcome(&mut self, action: &Action, outcome: &Outcome, stacked: bool) {
        let Some(pane) = self.pane(action.actor()) else {
            return;
        };
        let mut text = String::new();
        for line in outcome.output.lines() {
            text.push_str(&format!("\r\n{}", clean(line)));
        }
        for call in outcome.calls.iter().rev().take(6).rev() {
            text.push_str(&format!("\r\n\x1b[2m  {}\x1b[0m", clean(&call.to_string())));
        }
        if stacked {
            text.push_str("\r\n");
        }
        pane.feed(text.as_bytes());
        if !stacked {
            pane.write(b"\n");
        }
    }

    /// What comes next waits for the prompt, so that it stands behind it.
    pub(super) fn settle_prompt(&mut self, actor: &str, outcome: Outcome, stacked: bool) {
        let Some(pane) = self.pane(actor).filter(|pane| pane.depth() > 0) else {
            return self.event(Event::Performed(outcome));
        };
        // A new shell begins with its prompt, an old one with a new line.
        let begun: &[u8] = if stacked { b"\n" } else { b"" };
        pane.since_typed = Some(begun.to_vec());
        self.numbered += 1;
        let (generation, number, tell) = (self.generation, self.numbered, self.tell.clone());
        self.settling = Some(Settling {
            actor: actor.to_owned(),
            outcome,
            number,
        });
        tokio::spawn(async move {
            tokio::time::sleep(PROMPT).await;
            let _ = tell.send(Happening::Settled { generation, number }).await;
        });
    }

    /// A terminal has printed something.
    pub(super) fn prompt_came(&mut self, actor: &str) {
        let prompted = |pane: &Pane| pane.actor() == actor && pane.prompted();
        let waited = self
            .settling
            .as_ref()
            .filter(|settling| settling.actor == actor);
        if let Some(number) = waited.map(|settling| settling.number)
            && self.panes.iter().any(prompted)
        {
            self.settled(number);
        }
    }

    /// The prompt is there, or is not waited for any longer.
    pub(super) fn settled(&mut self, number: u64) {
        let Some(settling) = self.settling.take_if(|settling| settling.number == number) else {
            return;
        };
        if let Some(pane) = self.pane(&settling.actor) {
            pane.since_typed = None;
        }
        self.event(Event::Performed(settling.outcome));
    }

    pub(super) fn type_line(&mut self, actor: &str, line: &str) {
        let until = Instant::now() + PATIENCE;
        let Some(pane) = self.pane(actor) else { return };
        pane.since_typed = Some(Vec::new());
        pane.write(format!("{line}\n").as_bytes());
        let depth = pane.depth();
        self.typing = Some(Typing {
            actor: actor.to_owned(),
            depth,
            until,
        });
        self.changed = true;
        self.look();
    }

    pub(super) fn suggest(&mut self, action: &Action) {
        if let Action::Actor(_) = action {
            let Some(sandbox) = self.sandbox.clone() else {
                return;
            };
            let (action, size) = (action.clone(), self.size);
            tokio::spawn(perform::act(
                self.generation,
                sandbox,
                action,
                size,
                self.tell.clone(),
            ));
            return;
        }
        let Some(line) = self.line(action) else {
            return;
        };
        // What cannot be typed here is said where it stands, as the shell's own comment.
        let missing = install::absent().words([action]);
        let line = missing.map_or_else(|| line.clone(), |words| format!("{line}  # {words}"));
        let actor = action.actor().to_owned();
        self.prompted = self.panes.iter().position(|pane| pane.actor() == actor);
        if let Some(pane) = self.pane(&actor) {
            // Ctrl-U: what was in the prompt makes room.
            pane.write(format!("\x15{line}").as_bytes());
        }
    }

    pub(super) fn typing_settled(&mut self, snapshot: &Snapshot) -> bool {
        let Some(typing) = &self.typing else {
            return false;
        };
        let (actor, depth) = (typing.actor.clone(), typing.depth);
        let late = typing.until < Instant::now();
        let at_prompt = snapshot.actors.get(&actor).is_some_and(|a| a.at_prompt);
        let pane = self.panes.iter().find(|pane| pane.actor() == actor);
        let back = pane.is_some_and(|pane| pane.prompted() || pane.depth() < depth);
        late || at_prompt && back
    }

    /// A typed line is done.
    pub(super) fn typed(&mut self) {
        let Some(typing) = self.typing.take() else {
            return;
        };
        if let Some(pane) = self.pane(&typing.actor) {
            pane.since_typed = None;
        }
        self.event(Event::Performed(Outcome::default()));
    }

    /// Types into an actor's pane, as a person would; for proving labs.
    pub(in crate::app) fn type_by_hand(&mut self, actor: &str, line: &str) {
        self.type_line(actor, line);
    }

    /// Whether a line typed for a step is not done yet.
    pub(in crate::app) fn is_typing(&self) -> bool {
        self.typing.is_some()
    }
}

/// Text that cannot act on the terminal.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
