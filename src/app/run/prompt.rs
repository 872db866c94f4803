//! What is shown and typed in the panes: the line of an action, the results of its calls, and lines
//! typed for a step.

use std::time::{Duration, Instant};

use super::Conductor;
use super::happening::Happening;
use super::pane::Pane;
use super::typist::{Done, Seen};
use crate::app::install;
use crate::lab::Action;
use crate::scene;
use crate::session::Event;
use crate::snapshot::{Outcome, Snapshot};

/// How long the prompt may take after an action. A full-screen program shows none.
const PROMPT: Duration = Duration::from_millis(250);

impl Conductor {
    /// The line with the effect of an action, as a person would type it now.
    pub(in crate::app) fn line(&self, action: &Action) -> Option<String> {
        scene::line(self.session.now(), action)
    }

    /// The lines of the current step, each with the shell that it is for: `b$ hostname x`.
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

    /// Shows the results of the calls in the pane, and makes the shell draw its prompt.
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

    /// Reports an action as performed only after the prompt, so that what follows stands behind it.
    pub(super) fn settle_prompt(&mut self, actor: &str, outcome: Outcome, stacked: bool) {
        let Some(pane) = self.pane(actor).filter(|pane| pane.depth() > 0) else {
            return self.event(Event::Performed(outcome));
        };
        // An old shell prints a new line before its prompt, a new shell does not.
        let begun: &[u8] = if stacked { b"\n" } else { b"" };
        pane.since_typed = Some(begun.to_vec());
        let number = self.typist.settle(Done {
            actor: actor.to_owned(),
            outcome,
        });
        let tell = self.tell.clone();
        tokio::spawn(async move {
            tokio::time::sleep(PROMPT).await;
            tell.tell(Happening::Settled(number)).await;
        });
    }

    /// A terminal has printed: reports an action as performed if its prompt has come.
    pub(super) fn prompt_came(&mut self, actor: &str) {
        let mut panes = self.panes.iter();
        if let Some(number) = self.typist.awaits(actor)
            && panes.any(|pane| pane.actor() == actor && pane.prompted())
        {
            self.settled(number);
        }
    }

    /// Reports an action as performed: its prompt has come, or the wait for it is over.
    pub(super) fn settled(&mut self, number: u64) {
        let Some(done) = self.typist.settled(number) else {
            return;
        };
        if let Some(pane) = self.pane(&done.actor) {
            pane.since_typed = None;
        }
        self.event(Event::Performed(done.outcome));
    }

    /// Types a line into an actor's pane, as a person would.
    pub(in crate::app) fn type_line(&mut self, actor: &str, line: &str) {
        let Some(pane) = self.pane(actor) else { return };
        pane.since_typed = Some(Vec::new());
        pane.write(format!("{line}\n").as_bytes());
        let depth = pane.depth();
        self.typist.type_into(actor, depth, Instant::now());
        self.watch.change();
        self.look();
    }

    pub(super) fn suggest(&mut self, action: &Action) {
        if let Action::Actor(verb) = action {
            self.prompted = self.panes.iter().position(|pane| pane.actor() == verb.name);
            return self.carry_out(action.clone());
        }
        let Some(line) = self.line(action) else {
            return;
        };
        // What cannot be typed here is named at the end of the line, as a comment of the shell.
        let missing = install::absent().words([action]);
        let line = missing.map_or_else(|| line.clone(), |words| format!("{line}  # {words}"));
        let actor = action.actor().to_owned();
        self.prompted = self.panes.iter().position(|pane| pane.actor() == actor);
        if let Some(pane) = self.pane(&actor) {
            // Ctrl-U erases what was in the prompt.
            pane.write(format!("\x15{line}").as_bytes());
        }
    }

    pub(super) fn typing_settled(&mut self, snapshot: &Snapshot) -> bool {
        let Some(actor) = self.typist.typing() else {
            return false;
        };
        let pane = self.panes.iter().find(|pane| pane.actor() == actor);
        let seen = Seen {
            at_prompt: snapshot.actors.get(actor).is_some_and(|a| a.at_prompt),
            prompted: pane.is_some_and(Pane::prompted),
            depth: pane.map(Pane::depth),
        };
        self.typist.is_done(Instant::now(), seen)
    }

    /// Reports a typed line as performed.
    pub(super) fn typed(&mut self) {
        let Some(actor) = self.typist.end_line() else {
            return;
        };
        if let Some(pane) = self.pane(&actor) {
            pane.since_typed = None;
        }
        self.event(Event::Performed(Outcome::default()));
    }

    /// Whether a line typed for a step is still running.
    pub(in crate::app) fn is_typing(&self) -> bool {
        self.typist.typing().is_some()
    }
}

/// The text without control characters, which could act on the terminal.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
