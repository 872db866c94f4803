//! The tasks behind the effects. Each ends by sending a happening.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::happening::{Happening, Tell};
use crate::lab::{Action, Lab};
use crate::sandbox::{Acted, Notice, OwnImage, Sandbox, SandboxError, Wants};
use crate::snapshot::Outcome;
use crate::snapshot::overlay::Wanted;
use crate::sys::pty::Size;
use crate::word::later::{Later, later_word};

/// Builds a lab host, puts the person's own image into it, opens the shells of its actors, and
/// performs the lab's `setup`.
pub(super) async fn start(lab: Arc<Lab>, image: Option<Arc<OwnImage>>, size: Size, tell: Tell) {
    let happening = match build(&lab, image, size).await {
        Ok((sandbox, terminals, notices)) => {
            tokio::spawn(pass_on(notices, tell.clone()));
            Happening::Up {
                sandbox: Box::new(sandbox),
                terminals,
            }
        }
        Err(Unbuilt::Host(error)) => Happening::Down(error),
        Err(Unbuilt::Setup(reason)) => Happening::Unprepared(reason),
    };
    tell.tell(happening).await;
}

/// Why there is no lab host to play in.
#[derive(Debug, thiserror::Error)]
enum Unbuilt {
    /// The lab host could not be built.
    #[error(transparent)]
    Host(#[from] SandboxError),
    /// The lab host was built, but the lab's `setup` failed there.
    #[error("{0}")]
    Setup(Later),
}

type Built = (
    Sandbox,
    Vec<(String, OwnedFd)>,
    mpsc::UnboundedReceiver<Notice>,
);

async fn build(lab: &Lab, image: Option<Arc<OwnImage>>, size: Size) -> Result<Built, Unbuilt> {
    let (sandbox, notices) = Sandbox::start(Wants::of(lab)).await?;
    if let Some(image) = image {
        sandbox.bring(&image).await?;
    }
    let mut terminals = Vec::new();
    for actor in lab.actors.iter().filter(|actor| !actor.later) {
        terminals.push((actor.name.clone(), sandbox.open(&actor.name, size).await?));
    }
    for (index, action) in lab.setup.iter().enumerate() {
        let acted = sandbox.act(action, size).await?;
        if let Some(why) = unmade(action, &acted.outcome) {
            let (number, verb) = (index + 1, action.verb());
            let words = later_word!("setup-refused", number = number, verb = verb, why = why);
            return Err(Unbuilt::Setup(words));
        }
        let stacked = acted.terminal.into_iter();
        terminals.extend(stacked.map(|terminal| (action.actor().to_owned(), terminal)));
    }
    Ok((sandbox, terminals, notices))
}

/// The most that is shown of a program's output, in characters.
const TOLD: usize = 300;

/// Why an action of the setup failed: the kernel's refusal, or the program's status and output.
fn unmade(action: &Action, outcome: &Outcome) -> Option<String> {
    if let Some(r) = &outcome.refusal {
        return Some(format!(
            "{}({}) => {}: {}",
            r.call, r.args, r.errno, r.words
        ));
    }
    let status = outcome.exit.filter(|status| *status != 0)?;
    // A program's output must not act on the terminal.
    let said: String = outcome
        .output
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(TOLD)
        .collect();
    matches!(action, Action::Exec(_)).then(|| format!("exit {status}: {said}"))
}

async fn pass_on(mut notices: mpsc::UnboundedReceiver<Notice>, tell: Tell) {
    while let Some(notice) = notices.recv().await {
        if !tell.tell(Happening::Notice(notice)).await {
            return;
        }
    }
}

/// Performs an action.
pub(super) async fn act(sandbox: Arc<Sandbox>, action: Action, size: Size, tell: Tell) {
    let acted = match &action {
        Action::Actor(verb) => sandbox.open(&verb.name, size).await.map(|terminal| Acted {
            outcome: Outcome::default(),
            terminal: Some(terminal),
        }),
        _ => sandbox.act(&action, size).await,
    };
    let happening = match acted {
        Ok(Acted { outcome, terminal }) => Happening::Performed {
            action: Box::new(action),
            outcome,
            terminal,
        },
        Err(error) => Happening::Down(error),
    };
    tell.tell(happening).await;
}

/// Begins a new first shell for an actor.
pub(super) async fn begin(sandbox: Arc<Sandbox>, actor: String, size: Size, tell: Tell) {
    let shell = sandbox.open(&actor, size).await;
    tell.tell(Happening::Begun { actor, shell }).await;
}

/// Waits a while.
pub(super) async fn rest(left: Duration, tell: Tell) {
    tokio::time::sleep(left).await;
    tell.tell(Happening::Rested).await;
}

/// Takes a snapshot.
pub(super) async fn observe(epoch: u64, sandbox: Arc<Sandbox>, wanted: Wanted, tell: Tell) {
    let happening = match sandbox.observe_more(&wanted).await {
        Ok(observed) => Happening::Observed {
            epoch,
            observed: Box::new(observed),
        },
        Err(error) => Happening::Down(error),
    };
    tell.tell(happening).await;
}
