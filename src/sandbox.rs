//! The lab host: a throw-away machine in its own namespaces. `Sandbox::start` builds one; `act`,
//! `open` and `observe` send it requests; dropping it ends it.
//!
//! Invariant: this process itself never forks and never changes its namespaces; the program starts
//! itself again (`/proc/self/exe`), and everything else happens there.

mod actor;
mod allowance;
mod channel;
mod ending;
mod error;
mod filter;
mod gap;
mod group;
mod idmap;
mod image;
mod init;
mod keeper;
mod launch;
mod lens;
mod newborn;
mod observer;
mod outer;
mod owner;
mod prepare;
mod removal;
mod rootfs;
mod scratch;
mod spawn;
mod stage;
mod start;
mod teardown;
mod tool;
mod watchdog;
pub mod wire;

pub mod doctor;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

pub use doctor::{Finding, doctor, lacking, lacking_overlays};
pub use error::{Failure, SandboxError};
pub use gap::{Gap, gaps};
pub use group::scope;
pub use idmap::in_words as ids_in_words;
pub use image::OwnImage;
pub use keeper::await_burials;
pub use prepare::Wants;
pub use teardown::{Cleaned, clean};

use crate::lab::Action;
use crate::probe::Subject;
use crate::probe::overlay::All;
use crate::snapshot::lens::Glimpse;
use crate::snapshot::overlay::{Detail, Wanted};
use crate::snapshot::{Outcome, Snapshot};
use crate::sys::inherit;
use crate::sys::pty::Size;
use crate::word;
use crate::word::later::Later;
use channel::Channel;
use ending::Ending;
use group::Group;
use lens::Lens;
use scratch::Scratch;
use start::Launcher;
use wire::{FromInit, FromObserver, Look, Spec, ToInit, ToObserver};

/// This program, as each process of it finds itself, proc(5).
const PROGRAM: &str = "/proc/self/exe";

/// Whether this process began with `entry`. Another program, as that of tests, must not be started
/// as `PROGRAM`: it would do once more what it does.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// The longest time that a request may take: longer than any program that a step waits for.
const LIMIT: Duration = Duration::from_secs(30);

/// What a lab host reports without being asked.
#[derive(Debug)]
pub enum Notice {
    /// Facts may have changed: call `observe`.
    Changed,
    /// A shell of an actor has ended.
    ShellEnded {
        /// The actor.
        actor: String,
        /// How many of its shells are left.
        left: usize,
        /// The exit status as a shell reports it: 128 + signal if a signal ended it.
        status: i64,
    },
    /// What the lens saw.
    Seen(Vec<Glimpse>),
    /// The lens watches all shells that there are.
    Watching,
    /// The lens may not watch a shell: the call that was refused.
    Unseen(String),
    /// The lens has ended although nobody wanted that; the processes go on without it.
    LensEnded,
    /// The lab host is gone.
    Lost(Later),
}

/// The answer to an action.
#[derive(Debug)]
pub struct Acted {
    /// The outcome.
    pub outcome: Outcome,
    /// The terminal of a new shell, if one was stacked.
    pub terminal: Option<OwnedFd>,
}

/// The shells of each actor, by the actor's name.
type Shells = Arc<Mutex<BTreeMap<String, Subject>>>;

/// A running lab host.
#[derive(Debug)]
pub struct Sandbox {
    init: Channel<FromInit>,
    observer: Channel<FromObserver>,
    shells: Shells,
    /// The overlays of the last snapshot: the observer does not send them again while they are the
    /// same.
    overlays: Mutex<All>,
    /// The lens, while it is wanted.
    lens: Mutex<Option<Lens>>,
    tell: mpsc::UnboundedSender<Notice>,
    launcher: Launcher,
    /// Dropped after everything above, so that the group and the directory outlive the lab host.
    _group: Option<Group>,
    _scratch: Option<Scratch>,
}

/// Runs the part that this process was started for (launcher, keeper or a small program of a lab)
/// and returns true when it has ended; returns false in a process that is isolab itself. Must be
/// called first, before any thread exists.
pub fn entry(words: impl Iterator<Item = OsString>) -> bool {
    ENTERED.store(true, Ordering::Relaxed);
    // Order: first, so that no program that is started later inherits descriptors that the caller
    // of this one left open.
    inherit::keep_no_descriptors();
    let mut words = words.map(|word| word.to_string_lossy().into_owned());
    let name = words.next().unwrap_or_default();
    let words: Vec<_> = words.collect();
    match name.as_str() {
        launch::NAME => launch::run(),
        stage::STAGED => launch::run_staged(),
        keeper::NAME => keeper::run(),
        _ => return tool::run(name.rsplit('/').next().unwrap_or_default(), &words),
    }
    true
}

/// The answer of the observer.
#[derive(Debug)]
pub struct Observed {
    /// The facts.
    pub snapshot: Snapshot,
    /// Details of the overlay entry that is selected, if one is.
    pub detail: Option<Detail>,
    /// CPU time spent on reading the facts. Not wall time: that also counts waiting for a
    /// processor.
    pub cost: Duration,
}

impl Sandbox {
    /// Builds a lab host; notices arrive on the receiver.
    ///
    /// # Errors
    /// The machine refuses a call; the error names it.
    pub async fn start(
        wants: Wants,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Notice>), SandboxError> {
        Self::start_from(PROGRAM, wants).await
    }

    /// Like `start`, from another program whose `main` begins with `entry`: for tests, whose own
    /// program does not.
    ///
    /// # Errors
    /// The machine refuses a call; the error names it.
    pub async fn start_from(
        program: &str,
        wants: Wants,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Notice>), SandboxError> {
        let (started, group, scratch) = tokio::join!(
            start::start(program),
            prepare::group(wants, program.to_owned()),
            prepare::scratch(program.to_owned())
        );
        let (started, group, scratch) = (started?, group?, scratch?);
        let spec = Spec {
            parent: i64::from(std::process::id()),
            hostname: "lab".to_owned(),
            megabytes: 512,
            processes: wants.processes(),
            tools: wants.tools,
            scratch: scratch.as_ref().map(|scratch| scratch.path.clone()),
            group: group.as_ref().map(|group| group.plan.clone()),
            shows_groups: wants.groups,
        };
        started.tell(&spec)?;
        let (tell, notices) = mpsc::unbounded_channel();
        let shells = Shells::default();
        let mut sandbox = Self {
            init: channel::init(
                started.init,
                tell.clone(),
                Arc::clone(&shells),
                Ending::of(spec.group),
            )?,
            observer: channel::observer(started.observer, tell.clone())?,
            shells,
            overlays: Mutex::default(),
            lens: Mutex::default(),
            tell,
            launcher: started.launcher,
            _group: group,
            _scratch: scratch,
        };
        sandbox.await_ready().await?;
        Ok((sandbox, notices))
    }

    async fn await_ready(&mut self) -> Result<(), SandboxError> {
        // If init was never made, the launcher sends the failure on the observer's socket.
        if let Ok((FromInit::Failed(failure), _)) = self.init.wait().await {
            return Err(SandboxError::Build(failure));
        }
        match self.observer.wait().await? {
            (FromObserver::Ready, _) => Ok(()),
            (FromObserver::Failed(failure), _) => Err(SandboxError::Build(failure)),
            _ => Err(SandboxError::Gone(None)),
        }
    }

    /// The pid of the launcher, for tests that look at the lab host from outside.
    pub fn launcher(&self) -> Option<u32> {
        self.launcher.id()
    }

    /// Opens an actor's first shell and returns its terminal.
    ///
    /// # Errors
    /// The lab host is gone or silent, or the shell could not be started.
    pub async fn open(&self, actor: &str, size: Size) -> Result<OwnedFd, SandboxError> {
        self.open_with(actor, size, &["bash"]).await
    }

    /// The same with another program, which is found in `PATH`.
    ///
    /// # Errors
    /// As those of `open`.
    pub async fn open_with(
        &self,
        actor: &str,
        size: Size,
        words: &[&str],
    ) -> Result<OwnedFd, SandboxError> {
        let id = self.init.next_id();
        let request = ToInit::Open {
            id,
            actor: actor.to_owned(),
            size,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        let acted = self.ask_init(id, &request, actor).await?;
        let refusal = acted.outcome.refusal.map_or_else(String::new, |r| r.words);
        acted.terminal.ok_or_else(|| {
            SandboxError::Broken(word!("host-no-shell", actor = actor, why = refusal))
        })
    }

    /// Performs an action. A refusal by the kernel is an outcome, not an error.
    ///
    /// # Errors
    /// The lab host is gone or silent, or the actor has no shell.
    pub async fn act(&self, action: &Action, size: Size) -> Result<Acted, SandboxError> {
        let id = self.init.next_id();
        let request = ToInit::Act {
            id,
            action: Box::new(action.clone()),
            size,
        };
        self.ask_init(id, &request, action.actor()).await
    }

    async fn ask_init(
        &self,
        id: u64,
        request: &ToInit,
        actor: &str,
    ) -> Result<Acted, SandboxError> {
        match self.init.ask(id, request, LIMIT).await? {
            (FromInit::Done { outcome, shell, .. }, fds) => {
                if let Some(pid) = shell {
                    self.lock()
                        .entry(actor.to_owned())
                        .or_insert_with(|| subject(actor))
                        .shells
                        .push(pid);
                    self.show_lens().await;
                }
                Ok(Acted {
                    outcome,
                    terminal: fds.into_iter().next(),
                })
            }
            (FromInit::Broken { why, starved, .. }, _) if starved => {
                Err(SandboxError::Starved(why))
            }
            (FromInit::Broken { why, .. }, _) => Err(SandboxError::Broken(why)),
            _ => Err(SandboxError::Gone(None)),
        }
    }

    /// The facts of all actors, read after this call.
    ///
    /// # Errors
    /// The lab host is gone or silent.
    pub async fn observe(&self) -> Result<Snapshot, SandboxError> {
        let observed = self.observe_more(&Wanted::default()).await;
        observed.map(|observed| observed.snapshot)
    }

    /// Like `observe`, with what `wanted` asks for besides the facts.
    pub async fn observe_more(&self, wanted: &Wanted) -> Result<Observed, SandboxError> {
        let id = self.observer.next_id();
        let subjects = self.lock().values().cloned().collect();
        let request = ToObserver::Look(Look {
            id,
            subjects,
            wanted: wanted.clone(),
        });
        match self.observer.ask(id, &request, LIMIT).await? {
            (
                FromObserver::Facts {
                    mut snapshot,
                    same_overlays,
                    detail,
                    cost,
                    ..
                },
                _,
            ) => {
                snapshot.join_networks();
                let mut told = self.overlays.lock().unwrap_or_else(PoisonError::into_inner);
                if same_overlays {
                    snapshot.overlays = Arc::clone(&told);
                }
                *told = Arc::clone(&snapshot.overlays);
                Ok(Observed {
                    snapshot: *snapshot,
                    detail: detail.map(|detail| *detail),
                    cost: Duration::from_micros(cost),
                })
            }
            _ => Err(SandboxError::Gone(None)),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Subject>> {
        self.shells.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn subject(name: &str) -> Subject {
    Subject {
        name: name.to_owned(),
        shells: Vec::new(),
        exit: -1,
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Order: the channels are dropped first and close the sockets, at which init ends. The
        // launcher is killed then in case the lab host is too busy to notice: init dies with it,
        // and with init everything in the lab host.
        self.init.close();
        self.observer.close();
    }
}
