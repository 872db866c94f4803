//! The terminal of the command and that of the person, one the other's.

use std::io::{IsTerminal as _, Read as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode, size as size_here};
use tokio::io::unix::AsyncFd;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::app::{Lack, print};
use crate::sys::pty::Size;
use crate::sys::socket::set_nonblocking;
use crate::sys::{file, number, readiness, thread};

/// The size of a terminal where there is none.
const SIZE: Size = Size {
    rows: 24,
    columns: 80,
};
/// The end of the input, as a terminal takes it (EOF, termios(3)).
const END: &[u8] = b"\x04";
/// How long the last output of the command is waited for.
const REST: Duration = Duration::from_millis(500);

/// The size of the person's terminal.
pub(super) fn size() -> Size {
    match size_here() {
        Ok((columns, rows)) if columns > 0 && rows > 0 => Size { rows, columns },
        _ => SIZE,
    }
}

/// Both directions; dropping it gives the person's terminal back.
pub(super) struct Relay {
    output: JoinHandle<()>,
    input: JoinHandle<()>,
    is_raw: bool,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.output.abort();
        self.input.abort();
        if self.is_raw {
            let _ = disable_raw_mode();
        }
    }
}

impl Relay {
    /// Begins: the command gets what it waits for.
    pub(super) fn begin(terminal: OwnedFd) -> Result<Self> {
        set_nonblocking(terminal.as_fd())?;
        let master = Arc::new(readiness::watched(terminal)?);
        let is_raw = std::io::stdin().is_terminal() && enable_raw_mode().is_ok();
        print::leave_line_ends(is_raw);
        Ok(Self {
            output: tokio::spawn(show(Arc::clone(&master))),
            input: tokio::spawn(give(master, typed()?)),
            is_raw,
        })
    }

    /// Waits for the last output.
    pub(super) async fn finish(mut self) {
        let _ = tokio::time::timeout(REST, &mut self.output).await;
        print::leave_line_ends(false);
    }
}

/// What the person types. A thread reads it, since reading blocks.
fn typed() -> Result<mpsc::Receiver<Vec<u8>>> {
    let (tell, keys) = mpsc::channel(16);
    thread::start("keys", move || {
        let mut buffer = [0; 4096];
        loop {
            let bytes = match std::io::stdin().lock().read(&mut buffer) {
                Ok(n) if n > 0 => buffer.get(..n).unwrap_or_default().to_vec(),
                _ => END.to_vec(),
            };
            let is_end = bytes == END;
            if tell.blocking_send(bytes).is_err() || is_end {
                return;
            }
        }
    })
    .map_err(Lack::from)?;
    Ok(keys)
}

async fn show(master: Arc<AsyncFd<OwnedFd>>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(mut ready) = master.readable().await {
        match file::read_some(master.get_ref().as_fd(), &mut buffer) {
            Ok(n) if n > 0 => {
                print::program(buffer.get(..n).unwrap_or_default());
            }
            Err(e) if e.errno == number::EAGAIN => ready.clear_ready(),
            // EIO: the last process of the terminal has closed it.
            _ => return,
        }
    }
}

async fn give(master: Arc<AsyncFd<OwnedFd>>, mut keys: mpsc::Receiver<Vec<u8>>) {
    // No terminal shows this one (EOF, termios(3)).
    let mut bytes = END.to_vec();
    loop {
        write_all(&master, &bytes).await;
        let Some(more) = keys.recv().await else {
            return;
        };
        bytes = more;
    }
}

async fn write_all(master: &AsyncFd<OwnedFd>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let Ok(mut ready) = master.writable().await else {
            return;
        };
        match file::write_some(master.get_ref().as_fd(), bytes) {
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(e) if e.errno == number::EAGAIN => ready.clear_ready(),
            Err(_) => return,
        }
    }
}
