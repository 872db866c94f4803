//! Threads, where a machine may have no room for one more (clone(2), EAGAIN): the standard
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

/// Does something that waits on a thread of its own, so that nothing else waits.
pub async fn apart<T: Send + 'static>(
    name: &str,
    does: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SysError> {
    let (tell, told) = oneshot::channel();
    start(name, move || drop(tell.send(does())))?;
    // It ends without an answer by a panic alone.
    told.await
        .map_err(|_closed| SysError::new("clone", "CLONE_THREAD", nix::errno::Errno::ECANCELED))
}

/// Whether there is room for one more now: for what starts one by itself, and panics.
pub fn has_room() -> Result<(), SysError> {
    start("room", || ()).map(|thread| drop(thread.join()))
}
