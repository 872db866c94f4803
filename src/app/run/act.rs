//! How an action gets into the lab host.

use super::{Conductor, perform};
use crate::lab::Action;
use crate::session::Pace;

impl Conductor {
    /// Performs an action for the session; in front of a class, it may wait for a click.
    pub(super) fn perform(&mut self, action: Action, pace: Pace) {
        if pace == Pace::Replay {
            self.carry_out(action);
        } else if !self.waits(&action) {
            self.live(action);
        }
    }

    /// Plays an action, after the next snapshot if its line depends on that.
    pub(super) fn live(&mut self, action: Action) {
        if self.is_behind(&action) {
            // Order: the line names a process that only the next snapshot shows.
            self.held = Some((self.watch.ask(), action));
            return self.look();
        }
        self.play(action);
    }

    /// Whether an action mentions an actor whose shell changed since the last snapshot.
    fn is_behind(&self, action: &Action) -> bool {
        let Some(name) = action.mentions() else {
            return false;
        };
        let actor = self.session.now().actors.get(name);
        // The depth in a snapshot does not count the first shell.
        let seen = actor.map_or(0, |actor| usize::try_from(actor.depth + 1).unwrap_or(0));
        let pane = self.panes.iter().find(|pane| pane.actor() == name);
        pane.is_some_and(|pane| seen != pane.depth())
    }

    /// Plays the held action, once its snapshot has come.
    pub(super) fn let_go(&mut self) {
        if let Some((_, action)) = self
            .held
            .take_if(|(wanted, _)| self.watch.has_come(*wanted))
        {
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
        tokio::spawn(perform::act(sandbox, action, self.size, self.tell.clone()));
    }
}
