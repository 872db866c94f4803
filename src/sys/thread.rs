//! Starting threads. A machine may have no room for one more (clone(2), EAGAIN), where the standard
//! library's `spawn` would panic.

use std::thread::{Builder, JoinHandle};

use tokio::sync::oneshot;

use super::SysError;

/// Starts a thread.
pub fn start<T: Send + 'static>(
    name: &str,
    does: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, SysError> {
    let thread = Builder::new().name(name.to_owned()).spawn(does);
    thread.map_err(|e| SysError::new("clone", "CLONE_THREAD", e))
}

/// Runs something that blocks on a thread of its own, so that nothing else has to wait.
pub async fn apart<T: Send + 'static>(
    name: &str,
    does: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SysError> {
    let (tell, told) = oneshot::channel();
    start(name, move || drop(tell.send(does())))?;
    // Only a panic ends the thread without an answer.
    told.await
        .map_err(|_closed| SysError::new("clone", "CLONE_THREAD", nix::errno::Errno::ECANCELED))
}

/// Checks that one more thread can be started now, before calling code that would panic without it.
pub fn has_room() -> Result<(), SysError> {
    start("room", || ()).map(|thread| drop(thread.join()))
}
