//! What a lab host says without being asked.

use super::Conductor;
use crate::sandbox::Notice;

impl Conductor {
    /// Takes it.
    pub(super) fn notice(&mut self, notice: Notice) {
        match notice {
            Notice::Changed => {}
            Notice::ShellEnded { actor, left, .. } => {
                if let Some(pane) = self.pane(&actor) {
                    pane.unstack(left);
                }
            }
            Notice::Watching => {
                self.glass.watches = true;
                return;
            }
            Notice::Seen(glimpses) => return self.saw(glimpses),
            Notice::Unseen(why) => return self.unseen(why),
            Notice::LensEnded => return self.unseen(String::new()),
            Notice::Lost(reason) => return self.lost(reason),
        }
        self.watch.change();
        self.look();
    }
}
