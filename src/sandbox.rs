//! The lab host: a throw-away machine in namespaces of its own. `Sandbox::start`
//! builds one, `act`, `open` and `observe` speak to it, dropping it buries it.
//!
//! Invariant: this process itself never forks and never changes its namespaces;
//! the program starts itself again (`/proc/self/exe`) and all else happens there.

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
use crate::snapshot::overlay::{Detail, Wanted};
use crate::snapshot::{Outcome, Snapshot};
use crate::sys::inherit;
use crate::sys::pty::Size;
use crate::word;
use crate::word::later::Later;
use channel::Channel;
use ending::Ending;
use group::Group;
use scratch::Scratch;
use start::Launcher;
use wire::{FromInit, FromObserver, Spec, ToInit, ToObserver};

/// How long a request may take: longer than any program that a step waits for.
const LIMIT: Duration = Duration::from_secs(30);

/// Something that the lab host tells unasked.
#[derive(Debug)]
pub enum Notice {
    /// Facts may have changed: observe.
    Changed,
    /// A shell of an actor has ended with this status.
    ShellEnded {
        /// The actor.
        actor: String,
        /// How many of its shells are left.
        left: usize,
        /// The status as shells say it.
        status: i64,
    },
    /// The lab host is gone.
    Lost(Later),
}

/// What an action came to.
#[derive(Debug)]
pub struct Acted {
    /// The outcome.
    pub outcome: Outcome,
    /// The terminal of a new shell, if one was stacked.
    pub terminal: Option<OwnedFd>,
}

/// What is known of an actor's shells.
type Shells = Arc<Mutex<BTreeMap<String, Subject>>>;

/// A running lab host.
#[derive(Debug)]
pub struct Sandbox {
    init: Channel<FromInit>,
    observer: Channel<FromObserver>,
    shells: Shells,
    /// The overlays that were told last.
    overlays: Mutex<All>,
    launcher: Launcher,
    /// Removed after the lab host.
    _group: Option<Group>,
    _scratch: Option<Scratch>,
}

/// If this process was started to be something in a lab host (its launcher, or
/// one of its small programs), becomes that and returns true at its end. To be
/// called before anything else: before any thread exists.
pub fn entry(words: impl Iterator<Item = OsString>) -> bool {
    // Order: first of all, so that nothing that is started ever has what was forgotten open.
    inherit::keep_no_descriptors();
    let mut words = words.map(|word| word.to_string_lossy().into_owned());
    let name = words.next().unwrap_or_default();
    let words: Vec<_> = words.collect();
    match name.as_str() {
        launch::NAME => launch::run(),
        stage::STAGED => launch::run_staged(),
        keeper::NAME => keeper::run(&words),
        _ => return tool::run(name.rsplit('/').next().unwrap_or_default(), &words),
    }
    true
}

/// What was observed.
#[derive(Debug)]
pub struct Observed {
    /// The facts.
    pub snapshot: Snapshot,
    /// All about the entry of an overlay that is selected.
    pub detail: Option<Detail>,
    /// The CPU time that reading the facts took: the time on the clock may have
    /// gone by while the kernel kept the reader waiting.
    pub cost: Duration,
}

impl Sandbox {
    /// Builds a lab host; notices come through the receiver.
    ///
    /// # Errors
    /// The machine refuses; the error names the call.
    pub async fn start(
        wants: Wants,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Notice>), SandboxError> {
        Self::start_from("/proc/self/exe", wants).await
    }

    /// The same from another program that begins with `entry`: what a test does,
    /// whose own program does not.
    ///
    /// # Errors
    /// The machine refuses; the error names the call.
    pub async fn start_from(
        program: &str,
        wants: Wants,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Notice>), SandboxError> {
        // Order: the group before any process, where this one may have to be alone in its own
        // group for it (cgroups(7), "no internal processes").
        let first = group::may_have_to_be_alone();
        let made = if first {
            Some(prepare::group(wants).await?)
        } else {
            None
        };
        let group = async {
            match made {
                Some(group) => Ok(group),
                None => prepare::group(wants).await,
            }
        };
        let (started, group, scratch) = tokio::join!(
            start::start(program),
            group,
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
        // While the lab host is made, so that nobody waits for it.
        let kept = prepare::keeper(group, program.to_owned()).await?;
        if let Some(why) = kept.refused {
            // Order: the lab host ends before its group is removed.
            drop(started);
            drop(kept.group);
            return Err(SandboxError::Build(why));
        }
        let (tell, notices) = mpsc::unbounded_channel();
        let shells = Shells::default();
        let mut sandbox = Self {
            init: channel::init(
                started.init,
                tell.clone(),
                Arc::clone(&shells),
                Ending::of(spec.group),
            )?,
            observer: channel::observer(started.observer, tell)?,
            shells,
            overlays: Mutex::default(),
            launcher: started.launcher,
            _group: kept.group,
            _scratch: scratch,
        };
        sandbox.await_ready().await?;
        Ok((sandbox, notices))
    }

    async fn await_ready(&mut self) -> Result<(), SandboxError> {
        // Where init never was, the launcher says why on the observer's socket.
        if let Ok((FromInit::Failed(failure), _)) = self.init.wait().await {
            return Err(SandboxError::Build(failure));
        }
        match self.observer.wait().await? {
            (FromObserver::Ready, _) => Ok(()),
            (FromObserver::Failed(failure), _) => Err(SandboxError::Build(failure)),
            _ => Err(SandboxError::Gone(None)),
        }
    }

    /// The process id of the launcher, for those who look from outside.
    pub fn launcher(&self) -> Option<u32> {
        self.launcher.id()
    }

    /// Opens an actor's first shell: its terminal.
    ///
    /// # Errors
    /// The lab host is gone or silent, or the shell could not be started.
    pub async fn open(&self, actor: &str, size: Size) -> Result<OwnedFd, SandboxError> {
        let id = self.init.next_id();
        let request = ToInit::Open {
            id,
            actor: actor.to_owned(),
            size,
        };
        let acted = self.ask_init(id, &request, actor).await?;
        let refusal = acted.outcome.refusal.map_or_else(String::new, |r| r.words);
        acted.terminal.ok_or_else(|| {
            SandboxError::Broken(word!("host-no-shell", actor = actor, why = refusal))
        })
    }

    /// Performs an action.
    ///
    /// # Errors
    /// The lab host is gone or silent, or the actor has no shell. A refusal by
    /// the kernel is no error but an outcome.
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

    /// The facts of all actors, read after this was asked.
    ///
    /// # Errors
    /// The lab host is gone or silent.
    pub async fn observe(&self) -> Result<Snapshot, SandboxError> {
        let observed = self.observe_more(&Wanted::default()).await;
        observed.map(|observed| observed.snapshot)
    }

    /// The same, with what is wanted beside the facts.
    pub async fn observe_more(&self, wanted: &Wanted) -> Result<Observed, SandboxError> {
        let id = self.observer.next_id();
        let subjects = self.lock().values().cloned().collect();
        let request = ToObserver {
            id,
            subjects,
            wanted: wanted.clone(),
        };
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
        // Order: the sockets close with the channels, which are dropped first; that the
        // launcher is killed then is for a lab host that is too busy to notice. Its init
        // ends with it, and all with init.
        self.init.close();
        self.observer.close();
    }
}
