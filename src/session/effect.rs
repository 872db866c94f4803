//! What a session asks for.

use crate::lab::{Action, PanelName};

/// How an action is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The pane shows the line and the calls as they happen.
    Live,
    /// Replayed on the way to a step: quiet and as fast as it goes.
    Replay,
}

/// Something that the session asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// End the lab host, if there is one, and build a new one with the lab's actors; answer
    /// `HostReady` or `HostLost`. Nothing that the old one still sends may be delivered.
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
    /// A step begins: what the terminals printed before no longer counts, and a snapshot begun
    /// before this must not be delivered.
    BeginStep,
    /// Put the line with the effect of this action into its actor's prompt, without running it. For
    /// `actor`, which has no line, open the pane.
    Suggest(Action),
    /// Bring this panel forward.
    ShowPanel(PanelName),
}
