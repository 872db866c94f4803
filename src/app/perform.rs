//! The tasks behind the effects: each ends by telling what happened.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::conductor::Happening;
use crate::lab::Action;
use crate::sandbox::{Acted, Image, Notice, Sandbox, SandboxError, Wants};
use crate::snapshot::Outcome;
use crate::snapshot::overlay::Wanted;
use crate::sys::pty::Size;

type Tell = mpsc::Sender<Happening>;

/// Builds a lab host and opens the shells of its actors.
pub(super) async fn start(
    generation: u64,
    (wants, image): (Wants, Option<Arc<Image>>),
    actors: Vec<String>,
    size: Size,
    tell: Tell,
) {
    let happening = match build(wants, image, &actors, size).await {
        Ok((sandbox, terminals, notices)) => {
            tokio::spawn(pass_on(generation, notices, tell.clone()));
            Happening::Up {
                generation,
                sandbox: Box::new(sandbox),
                terminals,
            }
        }
        Err(error) => Happening::Down { generation, error },
    };
    let _ = tell.send(happening).await;
}

type Built = (
    Sandbox,
    Vec<(String, OwnedFd)>,
    mpsc::UnboundedReceiver<Notice>,
);

async fn build(
    wants: Wants,
    image: Option<Arc<Image>>,
    actors: &[String],
    size: Size,
) -> Result<Built, SandboxError> {
    let (sandbox, notices) = Sandbox::start(wants).await?;
    if let Some(image) = image {
        sandbox.place(&image).await?;
    }
    let mut terminals = Vec::new();
    for actor in actors {
        terminals.push((actor.clone(), sandbox.open(actor, size).await?));
    }
    Ok((sandbox, terminals, notices))
}

async fn pass_on(generation: u64, mut notices: mpsc::UnboundedReceiver<Notice>, tell: Tell) {
    while let Some(notice) = notices.recv().await {
        if tell
            .send(Happening::Notice { generation, notice })
            .await
            .is_err()
        {
            return;
        }
    }
}

/// Performs an action.
pub(super) async fn act(
    generation: u64,
    sandbox: Arc<Sandbox>,
    action: Action,
    size: Size,
    tell: Tell,
) {
    let acted = match &action {
        Action::Actor(verb) => sandbox.open(&verb.name, size).await.map(|terminal| Acted {
            outcome: Outcome::default(),
            terminal: Some(terminal),
        }),
        _ => sandbox.act(&action, size).await,
    };
    let happening = match acted {
        Ok(Acted { outcome, terminal }) => Happening::Performed {
            generation,
            action: Box::new(action),
            outcome,
            terminal,
        },
        Err(error) => Happening::Down { generation, error },
    };
    let _ = tell.send(happening).await;
}

/// Waits a while.
pub(super) async fn rest(left: Duration, tell: Tell) {
    tokio::time::sleep(left).await;
    let _ = tell.send(Happening::Rested).await;
}

/// Takes a snapshot.
pub(super) async fn observe(
    (generation, epoch): (u64, u64),
    sandbox: Arc<Sandbox>,
    wanted: Wanted,
    tell: Tell,
) {
    let happening = match sandbox.observe_more(&wanted).await {
        Ok(observed) => Happening::Observed {
            generation,
            epoch,
            observed: Box::new(observed),
        },
        Err(error) => Happening::Down { generation, error },
    };
    let _ = tell.send(happening).await;
}
