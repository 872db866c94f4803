//! The hall: the only room that knows all three wings. One loop over input,
//! replies, kernel events and ticks; drawn at most once a frame.
//!
//! Invariant: everything that waits, waits here; nothing here decides what a lab means.

mod aside;
mod auto;
mod ends;
mod install;
pub(crate) mod learner;
pub mod lens;
mod plain;
pub(crate) mod print;
mod run;
mod screen;
mod share;
mod shelf;
mod tape;
mod terminal;

use ratatui::layout::Size;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use crate::lab::Lab;
use crate::sandbox::OwnImage;
use crate::scene::Head;
use crate::scene::journal::Reader;
use crate::sys::{SysError, memory};
use crate::{sandbox, typed, word};

pub use crate::sandbox::doctor::Weight;
pub use crate::sandbox::{Finding, gaps};
pub use auto::film::Filmed;
pub use install::{Fixed, fix, line as install_line};
pub use screen::Script;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All steps asked for were passed, or the person left.
    Passed,
    /// A step was not passed.
    Failed,
    /// The lab host died during a step, which is the lab's fault; the reason, in words.
    Lost(String),
    /// The machine lacks something that the lab needs; what, in words.
    Lacking(String),
}

/// A request of the person that cannot be met; the reason, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// A resource that this machine lacks (memory, threads), in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Lack(String);

impl Lack {
    fn of(words: String) -> Self {
        Self(words)
    }
}

impl From<SysError> for Lack {
    /// A thread could not be started.
    fn from(why: SysError) -> Self {
        Self(format!("{}: {why}", word!("no-threads")))
    }
}

/// Shows the catalog; installs missing programs when the person agreed to it, then shows it again.
pub fn catalogue() -> Result<Ended> {
    seek_groups(&CONTROLLERS.map(str::to_owned));
    loop {
        match block_on(screen::catalogue()) {
            Ok(screen::Closed::Install) => install::agreed(),
            Err(why) if !terminal::is_gone() => return Err(why),
            Ok(screen::Closed::Left) | Err(_) => return Ok(Ended::Passed),
        }
    }
}

/// Plays a lab on the screen, from the step `start`, or from where the person left it.
pub fn play(script: Script, start: Option<usize>) -> Result<Ended> {
    seek_groups(&script.lab.needs.cgroup);
    on_screen(screen::play(script, start))
}

/// Presents a lab to a class, from the step `start`.
pub fn present(script: Script, start: usize) -> Result<Ended> {
    seek_groups(&script.lab.needs.cgroup);
    on_screen(screen::present(script, start))
}

/// Proves that a lab can be presented here, on a screen of `size` columns and rows.
pub fn rehearse(lab: Lab, image: Option<Arc<OwnImage>>, size: Size) -> Result<Ended> {
    seek_groups(&lab.needs.cgroup);
    block_on(async {
        match lacking(&lab).await {
            Some(ended) => Ok(ended),
            None => auto::rehearsal::rehearse(&Arc::new(lab), image, size).await,
        }
    })
}

/// Replays the journal at `path`.
pub fn replay(path: &Path) -> Result<Ended> {
    on_screen(share::replay::replay(path))
}

/// Opens the journal at `path`: its head, and a reader of its moments.
pub fn journal(path: &Path) -> Result<(Head, Reader<File>)> {
    aside::first(|aside| share::replay::unwound(aside, path))
}

/// Says that the run of a journal was killed while it was written down, behind a line.
pub fn cut_short(path: &Path, line: usize) -> String {
    share::replay::cut_short(path, line)
}

/// Plays a lab by itself on an invisible screen of `size` columns and rows, up to the end of the
/// step `until`, or of the lab; returns its moments.
pub fn film(script: &Script, until: Option<usize>, size: Size) -> Result<Filmed> {
    seek_groups(&script.lab.needs.cgroup);
    block_on(async {
        match lacking(&script.lab).await {
            Some(Ended::Lacking(what)) => Ok(Filmed::Lacking(what)),
            _ => auto::film::film(script, until, size).await,
        }
    })
}

/// Shows the screens of a run in another terminal.
pub fn follow(run: Option<&str>) -> Result<Ended> {
    on_screen(share::follow::follow(run))
}

/// Removes the sockets of killed runs; returns what was removed, or with `dry_run` what would be.
///
/// # Errors
/// The folder of the sockets cannot be read, or a socket cannot be removed.
pub fn clean_shares(dry_run: bool) -> std::io::Result<Vec<String>> {
    share::socket::clean(dry_run)
}

/// Shows the instructor's notes of a run in another terminal, and leads the run. `rehearsal` is the
/// journal of an earlier run, whose pace is shown.
pub fn notes(run: Option<&str>, rehearsal: Option<&Path>) -> Result<Ended> {
    let arrivals = match rehearsal {
        Some(journal) => aside::first(|aside| share::replay::arrivals(aside, journal))?,
        None => Vec::new(),
    };
    on_screen(share::follow::notes(run, arrivals))
}

/// Opens the shell of an actor of a run in another terminal.
pub fn shell(run: Option<&str>, actor: &str) -> Result<Ended> {
    on_screen(share::follow::shell(run, actor))
}

/// Opens shells in a lab host; returns what was done in them, command by command.
pub fn record(actors: &[String]) -> Result<Vec<crate::lab::draft::Done>> {
    block_on(screen::record(actors))
}

/// Runs a command in a lab host of its own, and prints the calls that it makes.
pub fn look_on(asked: lens::Asked) -> Result<Ended> {
    seek_groups(&CONTROLLERS.map(str::to_owned));
    block_on(lens::lens(asked))
}

/// Plays a lab line by line, for screen readers.
pub fn play_plain(script: Script, start: Option<usize>) -> Result<Ended> {
    seek_groups(&script.lab.needs.cgroup);
    block_on(plain::play(script, start))
}

/// Plays a lab without a screen, up to and including the step `until`.
pub fn run(lab: Lab, until: usize, image: Option<Arc<OwnImage>>, json: bool) -> Result<Ended> {
    seek_groups(&lab.needs.cgroup);
    block_on(async {
        match lacking(&lab).await {
            Some(ended) => Ok(ended),
            None => auto::headless::run(Arc::new(lab), until, image, json).await,
        }
    })
}

/// Proves a lab, or one step of it: see [`prove`].
pub fn test(lab: Lab, only: Option<usize>) -> Result<Ended> {
    block_on(async {
        match lacking(&lab).await {
            Some(ended) => Ok(ended),
            None => auto::prove::prove(&Arc::new(lab), only).await,
        }
    })
}

/// The controllers that most labs use.
const CONTROLLERS: [&str; 3] = ["memory", "cpu", "pids"];

/// The environment variable that says that this program already runs in a systemd scope.
const AGAIN: &str = "ISOLAB_IN_A_SCOPE";

/// If labs need control groups that this program may not make, asks systemd for a scope and begins
/// again there. Root without `controllers` asks for `memory` and `pids`, which limit each lab host.
pub fn seek_groups(controllers: &[String]) {
    let again = std::env::var_os(AGAIN).is_some();
    let limits = ["memory", "pids"].map(str::to_owned);
    let wanted = match controllers {
        [] if crate::sys::identity::effective().0 == 0 => &limits,
        controllers => controllers,
    };
    if !again && sandbox::scope::is_wanted(wanted) {
        sandbox::scope::begin_again(wanted, std::env::args_os().skip(1), AGAIN);
    }
}

/// What this machine lacks for a lab, in words; `None` if nothing.
async fn lacking(lab: &Lab) -> Option<Ended> {
    let mut findings = sandbox::lacking(&typed::needs(lab)).await;
    findings.extend(sandbox::lacking_overlays(lab).await);
    let words: Vec<String> = findings.iter().map(Finding::words).collect();
    let lacks = words.join(&word!("list-and"));
    (!words.is_empty()).then(|| Ended::Lacking(word!("not-playable", lab = &lab.id, lacks = lacks)))
}

/// What was tried on this machine, and what is wrong with it: one finding per trial.
pub fn doctor() -> Result<Vec<sandbox::Finding>> {
    seek_groups(&CONTROLLERS.map(str::to_owned));
    block_on(async { Ok(sandbox::doctor().await) })
}

/// Runs a screen. An error counts as leaving if the terminal is gone.
fn on_screen(future: impl Future<Output = Result<Ended>>) -> Result<Ended> {
    match block_on(future) {
        Err(_) if terminal::is_gone() => Ok(Ended::Passed),
        ended => ended,
    }
}

/// The least memory to begin with, in bytes. If memory ran out later, the program could only be
/// killed.
const LEAST: u64 = 192 << 20;

/// Runs a future on the one runtime of the program; refuses to below `LEAST` bytes of memory.
fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let too_small = memory::limits().find(|(bytes, _)| *bytes < LEAST);
    if let Some((bytes, limit)) = too_small {
        let (most, least) = (bytes >> 20, LEAST >> 20);
        let words = word!("no-memory", most = most, limit = limit, least = least);
        return Err(Lack::of(words).into());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| Lack(format!("{}: {why}", word!("no-threads"))))?;
    // The tasks that hold a lab host end with the runtime.
    runtime.block_on(future)
}
