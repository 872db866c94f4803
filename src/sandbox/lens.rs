//! The program's side of a lens: what it is to watch, and what it tells.

use std::collections::BTreeMap;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::sync::{Arc, MutexGuard, PoisonError};

use tokio::io::unix::AsyncFd;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::wire::{FromLens, Got, Inbox, ToObserver};
use super::{Notice, Sandbox, SandboxError, channel};
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
    fn new(tell: mpsc::UnboundedSender<Notice>) -> Result<(Self, OwnedFd), SandboxError> {
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
    fn socket(&self) -> Arc<AsyncFd<OwnedFd>> {
        Arc::clone(&self.socket)
    }
}

impl Sandbox {
    /// Begins to watch the calls of what is typed into the shells: they come as notices.
    ///
    /// # Errors
    /// The lab host is gone, or the machine has no socket left.
    pub async fn begin_lens(&self) -> Result<(), SandboxError> {
        let (lens, its) = Lens::new(self.tell.clone())?;
        // Order: an earlier one ends first, as a process has one tracer.
        self.end_lens();
        self.observer
            .send(&ToObserver::Lens, &[its.as_raw_fd()])
            .await?;
        *self.lock_lens() = Some(lens);
        self.show_lens().await;
        Ok(())
    }

    /// Watches no calls any longer; what runs goes on.
    pub fn end_lens(&self) {
        *self.lock_lens() = None;
    }

    /// Tells the lens whose shells there are, if there is one. One that does not listen has ended,
    /// which its reader tells.
    pub(super) async fn show_lens(&self) {
        let socket = self.lock_lens().as_ref().map(Lens::socket);
        if let Some(socket) = socket {
            let subjects = self.lock().clone();
            let _ = tell(&socket, &subjects).await;
        }
    }

    fn lock_lens(&self) -> MutexGuard<'_, Option<Lens>> {
        self.lens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells a lens whose shells there are.
async fn tell(
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
