//! The signals that ask a program with a screen to end: it gives the terminal back first.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// HUP, INT, QUIT and TERM, signal(7).
#[derive(Debug)]
pub(super) struct Ends([Signal; 4]);

impl Ends {
    /// Takes them from now on: before the terminal is taken, so that none comes between.
    ///
    /// # Errors
    /// They cannot be had.
    pub(super) fn take() -> io::Result<Self> {
        Ok(Self([
            signal(SignalKind::hangup())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::quit())?,
            signal(SignalKind::terminate())?,
        ]))
    }

    /// Waits for one.
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
