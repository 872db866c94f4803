//! A shell that has ended, and another one in its place.

use std::os::fd::OwnedFd;

use super::{Conductor, perform};
use crate::sandbox::SandboxError;
use crate::word;

impl Conductor {
    /// Begins a new first shell in a pane whose last one has ended. The lab host opens it where it
    /// opens all first shells: in itself.
    pub(in crate::app) fn begin_shell(&mut self, index: usize) {
        let pane = self.panes.get(index).filter(|pane| pane.seen().has_ended());
        let Some((pane, sandbox)) = pane.zip(self.sandbox.clone()) else {
            return;
        };
        let (actor, size) = (pane.actor().to_owned(), pane.size());
        // A second Enter must not begin a second shell.
        if self.beginning.insert(actor.clone()) {
            tokio::spawn(perform::begin(sandbox, actor, size, self.tell.clone()));
        }
    }

    /// A new first shell was begun, or why none was.
    pub(super) fn begun(&mut self, actor: &str, shell: Result<OwnedFd, SandboxError>) {
        self.beginning.remove(actor);
        let words = match &shell {
            Ok(_) => word!("shell-anew-said"),
            Err(error) => word!("shell-not-begun", why = error.words().to_string()),
        };
        if let Some(pane) = self.pane(actor) {
            pane.feed(format!("\r\x1b[2m{words}\x1b[0m\r\n").as_bytes());
        }
        if let Ok(terminal) = shell {
            self.stack(actor, terminal);
        }
        self.dirty = true;
        self.watch.change();
        self.look();
    }
}
