//! An action on its way into the lab host.

use super::{Conductor, perform};
use crate::lab::Action;
use crate::session::Pace;

impl Conductor {
    /// Does what the session asks for.
    pub(super) fn perform(&mut self, action: Action, pace: Pace) {
        if pace == Pace::Replay {
            self.carry_out(action);
        } else if !self.waits(&action) {
            self.live(action);
        }
    }

    /// Plays an action, once its line can be told.
    pub(super) fn live(&mut self, action: Action) {
        if self.is_behind(&action) {
            // Order: its line names a process that only the next snapshot tells.
            self.held = Some((self.begun + 1, action));
            self.asked = true;
            return self.look();
        }
        self.play(action);
    }

    /// Whether an action is about an actor that has another shell since the last snapshot.
    fn is_behind(&self, action: &Action) -> bool {
        let Some(name) = action.mentions() else {
            return false;
        };
        let actor = self.session.now().actors.get(name);
        // A snapshot does not count the first shell.
        let seen = actor.map_or(0, |actor| usize::try_from(actor.depth + 1).unwrap_or(0));
        let pane = self.panes.iter().find(|pane| pane.actor() == name);
        pane.is_some_and(|pane| seen != pane.depth())
    }

    /// Goes on with what waited for a snapshot.
    pub(super) fn let_go(&mut self) {
        if let Some((_, action)) = self.held.take_if(|(wanted, _)| *wanted <= self.done) {
            self.play(action);
        }
    }

    pub(super) fn carry_out(&mut self, action: Action) {
        if let Action::Type(verb) = &action {
            return self.type_line(&verb.actor.clone(), &verb.line.clone());
        }
        let Some(sandbox) = self.sandbox.clone() else {
            return;
        };
        tokio::spawn(perform::act(
            self.generation,
            sandbox,
            action,
            self.size,
            self.tell.clone(),
        ));
    }
}
