//! The hall: the only room that knows all three wings. One loop over input,
//! replies, kernel events and ticks; drawn at most once a frame.
//!
//! Invariant: everything that waits, waits here; nothing here decides what a lab means.

mod aside;
mod auto;
mod ends;
mod install;
pub(crate) mod learner;
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

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All steps asked for were passed, or the person left.
    Passed,
    /// A step was not passed.
    Failed,
    /// The lab host ended in a step, in words: what a lab does to it is the lab's fault.
    Lost(String),
    /// This machine cannot do what the lab needs, in words.
    Lacking(String),
}

/// What a person asked for is not there, or cannot be: in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// What this machine has no room for.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Lack(String);

impl Lack {
    fn of(words: String) -> Self {
        Self(words)
    }
}

impl From<SysError> for Lack {
    /// Of a thread: why there is none.
    fn from(why: SysError) -> Self {
        Self(format!("{}: {why}", word!("no-threads")))
    }
}

/// The catalogue on the screen.
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

/// A lab on the screen, from a step, or from where it was left.
pub fn play(script: Script, start: Option<usize>) -> Result<Ended> {
    seek_groups(&script.lab.needs.cgroup);
    on_screen(screen::play(script, start))
}

/// A lab in front of a class, from a step.
pub fn present(script: Script, start: usize) -> Result<Ended> {
    seek_groups(&script.lab.needs.cgroup);
    on_screen(screen::present(script, start))
}

/// Proves that a lab can be presented here, on a screen of so many columns and rows.
pub fn rehearse(lab: Lab, image: Option<Arc<OwnImage>>, size: Size) -> Result<Ended> {
    seek_groups(&lab.needs.cgroup);
    block_on(async {
        match lacking(&lab).await {
            Some(ended) => Ok(ended),
            None => auto::rehearsal::rehearse(&Arc::new(lab), image, size).await,
        }
    })
}

/// A run that was written down.
pub fn replay(path: &Path) -> Result<Ended> {
    on_screen(share::replay::replay(path))
}

/// A journal that is to be read: how the run began, and its moments.
pub fn journal(path: &Path) -> Result<(Head, Reader<File>)> {
    aside::first(|aside| share::replay::unwound(aside, path))
}

/// Says that the run of a journal was killed while it was written down, behind a line.
pub fn cut_short(path: &Path, line: usize) -> String {
    share::replay::cut_short(path, line)
}

/// A lab that plays itself on a screen of so many columns and rows that nobody sees, up
/// to the end of a step, or of all: its moments.
pub fn film(script: &Script, until: Option<usize>, size: Size) -> Result<Filmed> {
    seek_groups(&script.lab.needs.cgroup);
    block_on(async {
        match lacking(&script.lab).await {
            Some(Ended::Lacking(what)) => Ok(Filmed::Lacking(what)),
            _ => auto::film::film(script, until, size).await,
        }
    })
}

/// The screens of a run that goes on in another terminal.
pub fn follow(run: Option<&str>) -> Result<Ended> {
    on_screen(share::follow::follow(run))
}

/// Removes what killed runs left that others could look on at; told is what it was, or
/// would be.
///
/// # Errors
/// It cannot be looked at or removed.
pub fn clean_shares(dry_run: bool) -> std::io::Result<Vec<String>> {
    share::socket::clean(dry_run)
}

/// The notes for it, with the pace of an earlier run, and its lead.
pub fn notes(run: Option<&str>, rehearsal: Option<&Path>) -> Result<Ended> {
    let arrivals = |path| aside::first(|aside| share::replay::arrivals(aside, path));
    let rehearsal = rehearsal.map(arrivals).transpose()?;
    on_screen(share::follow::notes(run, rehearsal.unwrap_or_default()))
}

/// A shell of it.
pub fn shell(run: Option<&str>, actor: &str) -> Result<Ended> {
    on_screen(share::follow::shell(run, actor))
}

/// Shells in a lab host: what was done in them, command by command.
pub fn record(actors: &[String]) -> Result<Vec<crate::lab::draft::Done>> {
    block_on(screen::record(actors))
}

/// The same line by line, for screen readers.
pub fn play_plain(script: Script, start: Option<usize>) -> Result<Ended> {
    seek_groups(&script.lab.needs.cgroup);
    block_on(plain::play(script, start))
}

/// A lab without a screen, up to and with a step.
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

/// The controllers that labs use mostly.
const CONTROLLERS: [&str; 3] = ["memory", "cpu", "pids"];

/// Says that this program was begun again already.
const AGAIN: &str = "ISOLAB_IN_A_SCOPE";

/// Where labs need control groups that this program may not make, asks systemd
/// for a place for them, and begins again there. Root has every lab host limited by one.
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

/// What a lab needs that is not there, in words.
async fn lacking(lab: &Lab) -> Option<Ended> {
    let mut findings = sandbox::lacking(&typed::needs(lab)).await;
    findings.extend(sandbox::lacking_overlays(lab).await);
    let words: Vec<String> = findings.iter().map(Finding::words).collect();
    let lacks = words.join(&word!("list-and"));
    let what = || word!("not-playable", lab = &lab.id, lacks = lacks);
    (!words.is_empty()).then(|| Ended::Lacking(what()))
}

/// What was tried on this machine, and what is wrong with it if anything is.
pub fn doctor() -> Result<Vec<sandbox::Finding>> {
    seek_groups(&CONTROLLERS.map(str::to_owned));
    block_on(async { Ok(sandbox::doctor().await) })
}

/// What came of a screen: one whose terminal is gone was left.
fn on_screen(future: impl Future<Output = Result<Ended>>) -> Result<Ended> {
    match block_on(future) {
        Err(_) if terminal::is_gone() => Ok(Ended::Passed),
        ended => ended,
    }
}

/// The memory without which the program is not begun, in bytes: where there is none left
/// in the middle, it can only be ended.
const LEAST: u64 = 192 << 20;

/// The one runtime of the program.
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
