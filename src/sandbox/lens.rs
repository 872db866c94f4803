//! The program's side of a lens: what it is to watch, and what it tells.

use std::collections::BTreeMap;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Arc;

use tokio::io::unix::AsyncFd;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::wire::{FromLens, Got, Inbox};
use super::{Notice, SandboxError, channel};
use crate::probe::Subject;
use crate::sys::number;
use crate::sys::{SysError, readiness, socket};

/// A lens; dropping it ends it.
#[derive(Debug)]
pub(super) struct Lens {
    socket: Arc<AsyncFd<OwnedFd>>,
    reader: JoinHandle<()>,
}

impl Drop for Lens {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Lens {
    /// A lens whose process does not run yet, and the socket for that.
    pub(super) fn new(
        tell: mpsc::UnboundedSender<Notice>,
    ) -> Result<(Self, OwnedFd), SandboxError> {
        let broken = |e: SysError| SandboxError::Spawn(e.to_string());
        let (ours, theirs) = socket::pair().map_err(broken)?;
        for end in [&ours, &theirs] {
            socket::set_nonblocking(end.as_fd()).map_err(broken)?;
        }
        let ours = readiness::watched(ours);
        let socket = Arc::new(ours.map_err(|e| SandboxError::Spawn(e.to_string()))?);
        let reader = tokio::spawn(read(Arc::clone(&socket), tell));
        Ok((Self { socket, reader }, theirs))
    }

    /// What to send the shells of all actors through.
    pub(super) fn socket(&self) -> Arc<AsyncFd<OwnedFd>> {
        Arc::clone(&self.socket)
    }
}

/// Tells a lens whose shells there are.
pub(super) async fn tell(
    socket: &AsyncFd<OwnedFd>,
    subjects: &BTreeMap<String, Subject>,
) -> Result<(), SysError> {
    let subjects: Vec<&Subject> = subjects.values().collect();
    channel::send(socket, &subjects, &[]).await
}

/// Passes on what a lens tells, until its end.
async fn read(socket: Arc<AsyncFd<OwnedFd>>, tell: mpsc::UnboundedSender<Notice>) {
    let mut inbox = Inbox::default();
    while let Ok(mut ready) = socket.readable().await {
        let notice = match inbox.receive::<FromLens>(socket.get_ref()) {
            Ok(Got::Message(FromLens::Seen(glimpses), _)) => Notice::Seen(glimpses),
            Ok(Got::Message(FromLens::Watching, _)) => Notice::Watching,
            Ok(Got::Message(FromLens::Refused(why), _)) => Notice::Unseen(why),
            Ok(Got::Part) => continue,
            Err(e) if e.errno == number::EAGAIN => {
                ready.clear_ready();
                continue;
            }
            Ok(Got::End) | Err(_) => break,
        };
        if tell.send(notice).is_err() {
            return;
        }
    }
    let _ = tell.send(Notice::LensEnded);
}
