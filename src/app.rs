//! The hall: the only room that knows all three wings. One loop over input,
//! replies, kernel events and ticks; drawn at most once a frame.
//!
//! Invariant: everything that waits, waits here; nothing here decides what a lab means.

mod conductor;
mod headless;
mod pane;
mod perform;
mod prove;
mod screen;
mod terminal;

use std::sync::Arc;

use anyhow::{Context as _, Result};

use crate::lab::Lab;
use crate::sandbox;

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All steps asked for were passed, or the person left.
    Passed,
    /// A step was not passed.
    Failed,
    /// This machine cannot do what the lab needs, in words.
    Lacking(String),
}

/// The catalogue on the screen.
pub fn catalogue() -> Result<Ended> {
    block_on(screen::catalogue())
}

/// A lab on the screen, from a step.
pub fn play(lab: Lab, start: usize) -> Result<Ended> {
    block_on(screen::play(Arc::new(lab), start))
}

/// A lab without a screen, up to and with a step.
pub fn run(lab: Lab, until: usize, json: bool) -> Result<Ended> {
    block_on(headless::run(Arc::new(lab), until, json))
}

/// Proves a lab: see [`prove`].
pub fn test(lab: Lab) -> Result<Ended> {
    block_on(prove::prove(&Arc::new(lab)))
}

/// What was tried on this machine, and what is wrong with it if anything is.
pub fn doctor() -> Result<Vec<sandbox::Finding>> {
    block_on(async { Ok(sandbox::doctor().await) })
}

/// The one runtime of the program.
fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the program's threads")?;
    runtime.block_on(future)
}
