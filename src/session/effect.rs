//! What a run asks to be done.

use crate::lab::{Action, PanelName};

/// How an action is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The pane shows the line and the calls as they happen.
    Live,
    /// Replayed on the way to a step: quiet and as fast as it goes.
    Replay,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Bury the lab host, if there is one, and build a new one with the lab's
    /// actors; answer `HostReady` or `HostLost`. Nothing that the old one still
    /// has to say is to be delivered any more.
    StartHost,
    /// Perform an action; answer `Performed`.
    Perform {
        /// The action.
        action: Action,
        /// How it is shown.
        pace: Pace,
    },
    /// Take a snapshot that is not older than this effect; answer `Observed`.
    Observe,
    /// A step begins: what the terminals said before does not count any more,
    /// and a snapshot begun before this is not to be delivered any more.
    BeginStep,
    /// Put the line that does the same as this action into its actor's prompt,
    /// unrun. For `actor`, which no line can do, open the pane.
    Suggest(Action),
    /// Bring this panel forward.
    ShowPanel(PanelName),
}
