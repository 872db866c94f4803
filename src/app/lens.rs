//! One command in a lab host of its own, and the system calls that it and what it starts make.

mod line;
mod relay;

use std::os::fd::OwnedFd;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::mpsc;

use super::ends::Ends;
use super::{Ended, Lack};
use crate::sandbox::{Notice, Sandbox, SandboxError, Wants};
use crate::snapshot::lens::{Family, Glimpse};
use crate::sys::pty::Size;
use crate::word;
use line::Printer;
use relay::Relay;

/// Where the command runs.
const ACTOR: &str = "host";
/// Waits for the end of its input, which the lens sees, and becomes the command.
const BEGIN: [&str; 4] = ["bash", "-c", "read -r _; exec \"$@\"", "bash"];
/// How long the lens may take to begin, and to tell the rest at the end.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take to tell the rest when the command has ended.
const REST: Duration = Duration::from_secs(1);

/// What is asked of the lens.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The command and its arguments.
    pub command: Vec<String>,
    /// The families to show; all if there are none.
    pub families: Vec<Family>,
    /// Whether the calls of no family are told by name.
    pub all: bool,
    /// Whether each glimpse is printed as JSON.
    pub json: bool,
}

/// Runs a command under the lens. Its output goes to the standard output, its calls to the standard
/// error.
pub(super) async fn lens(asked: Asked) -> Result<Ended> {
    let wants = Wants {
        tools: true,
        groups: true,
        ..Wants::default()
    };
    let mut ends = Ends::take()?;
    let (sandbox, mut notices) = match Sandbox::start(wants).await {
        Ok(started) => started,
        Err(why) => return Ok(Ended::Lacking(why.words().to_string())),
    };
    let words: Vec<&str> = asked.command.iter().map(String::as_str).collect();
    let words = [&BEGIN[..], &words].concat();
    let size = relay::size();
    let terminal = open(&sandbox, size, &words).await?;
    sandbox.begin_lens().await?;
    if let Some(why) = refusal(&mut notices).await {
        return Ok(Ended::Lacking(word!("say-lens-refused", why = why)));
    }
    let mut printer = Printer::new(asked);
    let relay = Relay::begin(terminal)?;
    let status = tokio::select! {
        status = watch(&mut notices, &mut printer) => status,
        () = ends.come() => None,
    };
    relay.finish().await;
    printer.finish();
    Ok(match status {
        Some(0) => Ended::Passed,
        _ => Ended::Failed,
    })
}

async fn open(sandbox: &Sandbox, size: Size, words: &[&str]) -> Result<OwnedFd, Lack> {
    let opened = sandbox.open_with(ACTOR, size, words).await;
    opened.map_err(|e: SandboxError| Lack::of(e.words().to_string()))
}

/// Waits until the lens watches; why it does not, if it does not.
async fn refusal(notices: &mut mpsc::UnboundedReceiver<Notice>) -> Option<String> {
    let silent = || Some(word!("lens-silent"));
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        match tokio::time::timeout_at(end, notices.recv()).await {
            Ok(Some(Notice::Watching)) => return None,
            Ok(Some(Notice::Unseen(why))) => return Some(why),
            Ok(Some(Notice::LensEnded | Notice::Lost(_)) | None) | Err(_) => return silent(),
            Ok(Some(_)) => {}
        }
    }
}

/// Prints what the lens sees until the command has ended; its status.
async fn watch(
    notices: &mut mpsc::UnboundedReceiver<Notice>,
    printer: &mut Printer,
) -> Option<i64> {
    let mut ended = None;
    loop {
        let left = ended.map_or(Duration::MAX, |_| REST);
        match tokio::time::timeout(left, notices.recv()).await {
            Ok(Some(Notice::Seen(glimpses))) => {
                let last = glimpses.iter().any(|glimpse| printer.is_end(glimpse));
                for glimpse in &glimpses {
                    printer.print(glimpse);
                }
                if last {
                    return ended.or_else(|| printer.status());
                }
            }
            Ok(Some(Notice::ShellEnded { status, .. })) => ended = Some(status),
            Ok(Some(Notice::LensEnded)) if ended.is_none() => {
                super::print::fault(&word!("lens-silent"));
            }
            Ok(Some(Notice::Lost(_)) | None) | Err(_) => return ended,
            Ok(Some(_)) => {}
        }
    }
}

/// The line that a glimpse is about is the one of the command.
fn is_first(glimpse: &Glimpse) -> bool {
    glimpse.line() == 1
}
