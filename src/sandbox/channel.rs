//! One of the two sockets to a lab host: numbered requests, their answers, and notices.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::unix::AsyncFd;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::ending::Ending;
use super::wire::{FromInit, FromObserver, Got, Inbox, packets};
use super::{Notice, SandboxError, Shells};
use crate::sys::number;
use crate::sys::{Code, SysError, readiness, socket};
use crate::word::later::{Later, later_word};

/// How long a request whose sending failed waits for the reader to find out why.
const NOTICES: Duration = Duration::from_secs(5);

type Answer<M> = (M, Vec<OwnedFd>);
type Waiting<M> = Arc<Mutex<BTreeMap<u64, oneshot::Sender<Answer<M>>>>>;

/// A socket, and who waits for which answer from it.
#[derive(Debug)]
pub(super) struct Channel<M> {
    socket: Arc<AsyncFd<OwnedFd>>,
    waiting: Waiting<M>,
    first: Option<oneshot::Receiver<Answer<M>>>,
    ids: AtomicU64,
    reader: JoinHandle<()>,
    /// Why the other side is gone, once it is.
    end: Arc<OnceLock<Later>>,
}

/// Sorts a message: the request that it answers, or `None` if it was a notice.
type Sort<M> = Box<dyn FnMut(M) -> Option<(u64, M)> + Send>;

/// The channel to init.
pub(super) fn init(
    socket: OwnedFd,
    tell: mpsc::UnboundedSender<Notice>,
    shells: Shells,
    ending: Ending,
) -> Result<Channel<FromInit>, SandboxError> {
    let notices = tell.clone();
    let said = ending.clone();
    let sort = move |message: FromInit| match message {
        FromInit::Exceeded(excess) => {
            said.exceeded(excess);
            None
        }
        FromInit::Ready | FromInit::Failed(_) => Some((0, message)),
        FromInit::Done { id, .. } | FromInit::Broken { id, .. } => Some((id, message)),
        FromInit::ShellEnded { actor, pid, status } => {
            let left = shell_ended(&shells, &actor, pid, status);
            let _ = notices.send(Notice::ShellEnded {
                actor,
                left,
                status,
            });
            None
        }
        FromInit::Reaped => {
            let _ = notices.send(Notice::Changed);
            None
        }
    };
    Channel::new(socket, Box::new(sort), tell, ending)
}

fn shell_ended(shells: &Shells, actor: &str, pid: i64, status: i64) -> usize {
    let mut shells = shells.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(subject) = shells.get_mut(actor) else {
        return 0;
    };
    subject.shells.retain(|shell| *shell != pid);
    subject.exit = status;
    subject.shells.len()
}

/// The channel to the observer.
pub(super) fn observer(
    socket: OwnedFd,
    tell: mpsc::UnboundedSender<Notice>,
) -> Result<Channel<FromObserver>, SandboxError> {
    let notices = tell.clone();
    let sort = move |message: FromObserver| match message {
        FromObserver::Ready | FromObserver::Failed(_) => Some((0, message)),
        FromObserver::Facts { id, .. } => Some((id, message)),
        FromObserver::Changed => {
            let _ = notices.send(Notice::Changed);
            None
        }
    };
    Channel::new(socket, Box::new(sort), tell, Ending::default())
}

impl<M: DeserializeOwned + Send + 'static> Channel<M> {
    fn new(
        socket: OwnedFd,
        sort: Sort<M>,
        tell: mpsc::UnboundedSender<Notice>,
        ending: Ending,
    ) -> Result<Self, SandboxError> {
        let broken = |e: String| SandboxError::Spawn(e);
        socket::set_nonblocking(socket.as_fd()).map_err(|e| broken(e.to_string()))?;
        let socket = Arc::new(readiness::watched(socket).map_err(|e| broken(e.to_string()))?);
        let waiting: Waiting<M> = Arc::default();
        let (first, receiver) = oneshot::channel();
        lock(&waiting).insert(0, first);
        let end = Arc::new(OnceLock::new());
        let (told, left) = (Arc::clone(&end), Arc::clone(&waiting));
        let packets = read(Arc::clone(&socket), Arc::clone(&waiting), sort);
        let reader = async move {
            let broken = packets.await;
            let why = told.get_or_init(|| broken.unwrap_or_else(|| ending.words()));
            // Order: `end` is set first, so that a request that is woken by this finds the reason
            // there.
            lock(&left).clear();
            let _ = tell.send(Notice::Lost(why.clone()));
        };
        Ok(Self {
            socket,
            waiting,
            first: Some(receiver),
            ids: AtomicU64::new(1),
            reader: tokio::spawn(reader),
            end,
        })
    }

    fn gone(&self) -> SandboxError {
        SandboxError::Gone(self.end.get().cloned())
    }

    /// The id for a new request.
    pub(super) fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Waits for the first message of the other side.
    pub(super) async fn wait(&mut self) -> Result<Answer<M>, SandboxError> {
        let first = self.first.take().ok_or_else(|| self.gone())?;
        match tokio::time::timeout(super::LIMIT, first).await {
            Ok(answer) => answer.map_err(|_e| self.gone()),
            Err(_) => Err(SandboxError::Silent),
        }
    }

    /// Sends a request and waits for its answer.
    pub(super) async fn ask(
        &self,
        id: u64,
        request: &impl Serialize,
        limit: Duration,
    ) -> Result<Answer<M>, SandboxError> {
        self.ask_with(id, request, &[], limit).await
    }

    /// Like `ask`, with descriptors that go along with the request.
    pub(super) async fn ask_with(
        &self,
        id: u64,
        request: &impl Serialize,
        fds: &[RawFd],
        limit: Duration,
    ) -> Result<Answer<M>, SandboxError> {
        let (sender, answer) = oneshot::channel();
        let _asked = Asked::new(&self.waiting, id, sender);
        // Order: registered first. If the other side ends after this check, the reader wakes this
        // request.
        if self.end.get().is_some() {
            return Err(self.gone());
        }
        let limit = match self.send(request, fds).await {
            Ok(()) => limit,
            // The reader notices the end too, and learns the reason.
            Err(SandboxError::Gone(_)) => limit.min(NOTICES),
            Err(why) => return Err(why),
        };
        match tokio::time::timeout(limit, answer).await {
            Ok(answer) => answer.map_err(|_e| self.gone()),
            Err(_) => Err(SandboxError::Silent),
        }
    }

    /// Sends a message, with descriptors that go along with it.
    pub(super) async fn send(
        &self,
        request: &impl Serialize,
        fds: &[RawFd],
    ) -> Result<(), SandboxError> {
        match send(&self.socket, request, fds).await {
            Err(e) if e.call == "serialize" => Err(SandboxError::Broken(e.to_string())),
            sent => sent.map_err(|_e| self.gone()),
        }
    }

    /// Stops reading; the socket closes when the channel is dropped.
    pub(super) fn close(&self) {
        self.reader.abort();
    }
}

/// Sends a message on a socket of a lab host, with descriptors; waits until there is room.
pub(super) async fn send(
    socket: &AsyncFd<OwnedFd>,
    message: &impl Serialize,
    fds: &[RawFd],
) -> Result<(), SysError> {
    for (packet, last) in packets(message)? {
        loop {
            let mut ready = socket
                .writable()
                .await
                .map_err(|e| SysError::new("poll", e.to_string(), Code(number::EBADMSG)))?;
            let rights = if last { fds } else { &[] };
            match socket::send(socket.get_ref().as_fd(), &packet, rights) {
                Ok(()) => break,
                Err(e) if e.errno == number::EAGAIN => ready.clear_ready(),
                Err(e) => return Err(e),
            }
        }
    }
    Ok(())
}

/// Registers a request while its caller waits for the answer; dropping it removes it.
struct Asked<'a, M> {
    waiting: &'a Waiting<M>,
    id: u64,
}

impl<'a, M> Asked<'a, M> {
    fn new(waiting: &'a Waiting<M>, id: u64, sender: oneshot::Sender<Answer<M>>) -> Self {
        lock(waiting).insert(id, sender);
        Self { waiting, id }
    }
}

impl<M> Drop for Asked<'_, M> {
    fn drop(&mut self) {
        lock(self.waiting).remove(&self.id);
    }
}

fn lock<M>(
    waiting: &Waiting<M>,
) -> std::sync::MutexGuard<'_, BTreeMap<u64, oneshot::Sender<Answer<M>>>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads until the other side closes. Returns an error if it broke, `None` if it just ended.
async fn read<M: DeserializeOwned>(
    socket: Arc<AsyncFd<OwnedFd>>,
    waiting: Waiting<M>,
    mut sort: Sort<M>,
) -> Option<Later> {
    let mut inbox = Inbox::default();
    loop {
        let Ok(mut ready) = socket.readable().await else {
            break Some(later_word!("host-socket"));
        };
        match inbox.receive::<M>(socket.get_ref()) {
            Ok(Got::Message(message, fds)) => {
                if let Some((id, message)) = sort(message)
                    && let Some(sender) = lock(&waiting).remove(&id)
                {
                    let _ = sender.send((message, fds));
                }
            }
            Ok(Got::Part) => {}
            Ok(Got::End) => break None,
            // Also an end: the other side ended before it had read everything that was sent.
            Err(e) if e.errno == number::ECONNRESET => break None,
            Err(e) if e.errno == number::EAGAIN => ready.clear_ready(),
            Err(e) => break Some(e.to_string().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A channel and the socket at its other end.
    fn channel() -> (Channel<FromObserver>, OwnedFd) {
        let (ours, theirs) = socket::pair().unwrap();
        let (tell, _notices) = mpsc::unbounded_channel();
        (observer(ours, tell).unwrap(), theirs)
    }

    #[tokio::test]
    async fn nobody_waits_for_who_has_said_what_nobody_understands() {
        let (channel, theirs) = channel();
        socket::send(theirs.as_fd(), b"\x01no message", &[]).unwrap();
        let limit = Duration::from_secs(20);
        let begun = Instant::now();
        // The first request may be sent before the strange message is read, the second cannot.
        for id in [1, 2] {
            let answer = channel.ask(id, &"x", limit).await.unwrap_err();
            assert!(matches!(answer, SandboxError::Gone(Some(_))), "{answer:?}");
        }
        assert!(begun.elapsed() < limit);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_longer_is_forgotten() {
        let (channel, _theirs) = channel();
        let answer = channel.ask(7, &"x", Duration::from_millis(5)).await;
        assert!(matches!(answer, Err(SandboxError::Silent)));
        assert!(!lock(&channel.waiting).contains_key(&7));
    }
}
