//! Where waiting is allowed: before there is a runtime, and on threads of their own. On the
//! loop nothing may wait, for nothing else would go on meanwhile.
//!
//! Whatever waits (for a file, for a run that writes on) takes an [`Aside`], and only here
//! is one made. So what waits cannot be called where the loop runs.

use std::marker::PhantomData;
use std::thread::JoinHandle;

use anyhow::Result;
use tokio::runtime::Handle;

use crate::sys::{SysError, thread};

/// A place where waiting is allowed. It stays on its thread.
#[derive(Debug)]
pub(crate) struct Aside {
    _here: PhantomData<*const ()>,
}

impl Aside {
    fn here() -> Self {
        Self { _here: PhantomData }
    }

    /// On the thread of a test, where no loop runs.
    #[cfg(test)]
    pub(crate) fn of_a_test() -> Self {
        Self::here()
    }
}

/// Does something that waits before there is a runtime.
///
/// # Errors
/// There is a runtime already, or what was done failed.
pub(crate) fn first<T>(does: impl FnOnce(&Aside) -> Result<T>) -> Result<T> {
    anyhow::ensure!(
        Handle::try_current().is_err(),
        "waiting is not allowed where the loop runs"
    );
    does(&Aside::here())
}

/// Starts a thread that may wait.
///
/// # Errors
/// There is no room for one.
pub(crate) fn start<T: Send + 'static>(
    name: &str,
    does: impl FnOnce(&Aside) -> T + Send + 'static,
) -> Result<JoinHandle<T>, SysError> {
    thread::start(name, move || does(&Aside::here()))
}

/// Does something that waits on a thread of its own; the loop goes on meanwhile.
///
/// # Errors
/// There is no room for a thread.
pub(crate) async fn apart<T: Send + 'static>(
    name: &str,
    does: impl FnOnce(&Aside) -> T + Send + 'static,
) -> Result<T, SysError> {
    thread::apart(name, move || does(&Aside::here())).await
}

#[cfg(test)]
mod tests {
    use super::{apart, first};

    #[test]
    fn nothing_waits_where_the_loop_runs() {
        assert_eq!(first(|_aside| Ok(1)).ok(), Some(1));
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.build().unwrap();
        runtime.block_on(async {
            let refused = first(|_aside| Ok(1)).unwrap_err().to_string();
            assert!(refused.contains("not allowed"), "{refused}");
            let waited = apart("test", |_aside| std::thread::current().id()).await;
            assert_ne!(waited.ok(), Some(std::thread::current().id()));
        });
    }
}
