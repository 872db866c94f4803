//! Starting this program again as a launcher.

use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};

use tokio::sync::oneshot;

use super::spawn::spawn;
use super::wire::{self, Spec};
use super::{SandboxError, launch};
use crate::sys::{SysError, socket, thread};

/// A launcher process; dropping it kills and reaps it.
#[derive(Debug)]
pub(super) struct Launcher(Option<Child>);

impl Launcher {
    /// Its process id.
    pub(super) fn id(&self) -> Option<u32> {
        self.0.as_ref().map(Child::id)
    }
}

impl Drop for Launcher {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            // Reaped on a thread of its own; if none can be started, it is reaped when the program
            // ends.
            let _ = thread::start("burial", move || child.wait());
        }
    }
}

/// A launcher that was started, and the sockets to it.
#[derive(Debug)]
pub(super) struct Started {
    /// The launcher.
    pub launcher: Launcher,
    /// Init's socket.
    pub init: OwnedFd,
    /// The observer's socket.
    pub observer: OwnedFd,
}

type Order = (Command, oneshot::Sender<std::io::Result<Child>>);

/// The one thread that starts launchers. A launcher is killed when the thread that started it ends
/// (`PR_SET_PDEATHSIG`, prctl(2)), so this thread never ends.
fn starter() -> Result<mpsc::Sender<Order>, SysError> {
    static STARTER: Mutex<Option<mpsc::Sender<Order>>> = Mutex::new(None);
    let mut starter = STARTER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(orders) = &*starter {
        return Ok(orders.clone());
    }
    let (orders, queue) = mpsc::channel::<Order>();
    thread::start("starter", move || {
        for (mut command, answer) in queue {
            let _ = answer.send(spawn(&mut command));
        }
    })?;
    Ok(starter.insert(orders).clone())
}

impl Started {
    /// Sends the launcher the `Spec` of the lab host to build.
    pub(super) fn tell(&self, spec: &Spec) -> Result<(), SandboxError> {
        let told = wire::send(self.init.as_fd(), spec, &[]);
        told.map_err(|e| SandboxError::Spawn(e.to_string()))
    }
}

/// Starts a launcher, which then waits for a `Spec`.
pub(super) async fn start(program: &str) -> Result<Started, SandboxError> {
    let refused = |e: SysError| SandboxError::Spawn(e.to_string());
    let (init, its_init) = socket::pair().map_err(refused)?;
    let (observer, its_observer) = socket::pair().map_err(refused)?;
    let mut command = Command::new(program);
    command.arg0(launch::NAME).env_clear().current_dir("/");
    command
        .stdin(Stdio::from(its_init))
        .stdout(Stdio::from(its_observer))
        .stderr(Stdio::null());
    let (answer, child) = oneshot::channel();
    let gone = |_| SandboxError::Spawn("the starting thread is gone".to_owned());
    starter()
        .map_err(refused)?
        .send((command, answer))
        .map_err(|e| gone(e.to_string()))?;
    let child = child.await.map_err(|e| gone(e.to_string()))?;
    let child = child.map_err(|e| SandboxError::Spawn(e.to_string()))?;
    Ok(Started {
        launcher: Launcher(Some(child)),
        init,
        observer,
    })
}
