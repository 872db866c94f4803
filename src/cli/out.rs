//! The standard output of all sub-commands.

use std::io::{self, IsTerminal as _, StdoutLock, Write};

use crate::word::clean;

/// The standard output: what would steer a terminal does not get to one. A file and a
/// program get all as it is.
pub(super) struct Out {
    to: StdoutLock<'static>,
    cleans: bool,
}

impl Out {
    /// It.
    pub(super) fn new() -> Self {
        let to = io::stdout().lock();
        let cleans = to.is_terminal();
        Self { to, cleans }
    }
}

impl Write for Out {
    /// Each piece that is written is a whole text.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cleans {
            let text = clean::styled(&String::from_utf8_lossy(bytes));
            self.to.write_all(text.as_bytes())?;
        } else {
            self.to.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
