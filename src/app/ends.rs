//! The signals that ask the program to end. A screen gives the terminal back first.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// HUP, INT, QUIT and TERM, signal(7).
#[derive(Debug)]
pub(super) struct Ends([Signal; 4]);

impl Ends {
    /// Catches the signals from now on. Called before the terminal is taken, so that none comes
    /// between.
    ///
    /// # Errors
    /// A handler cannot be installed.
    pub(super) fn take() -> io::Result<Self> {
        Ok(Self([
            signal(SignalKind::hangup())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::quit())?,
            signal(SignalKind::terminate())?,
        ]))
    }

    /// Waits for one of the signals.
    pub(super) async fn come(&mut self) {
        let [hang_up, interrupt, quit, terminate] = &mut self.0;
        tokio::select! {
            _ = hang_up.recv() => {}
            _ = interrupt.recv() => {}
            _ = quit.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}
