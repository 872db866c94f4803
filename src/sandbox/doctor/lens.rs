//! Whether the lens may watch the shells of a lab host.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use super::{Finding, SIZE, Weight};
use crate::sandbox::{Notice, Sandbox, SandboxError};
use crate::word;
use crate::word::later::later_word;

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Has a lens watch a shell.
pub(super) async fn lens(sandbox: &Sandbox, notices: &mut UnboundedReceiver<Notice>) -> Finding {
    let name = later_word!("try-lens");
    let tried = tokio::time::timeout(PATIENCE, refusal(sandbox, notices)).await;
    let why = match tried {
        Ok(Ok(None)) => return Finding::works(name),
        Ok(Ok(Some(why))) => why,
        Ok(Err(error)) => error.words().to_string(),
        Err(_) => word!("lens-silent"),
    };
    Finding {
        weight: Weight::Lent,
        ..Finding::lacks(name, why, Some(later_word!("fix-lens")))
    }
}

/// Why it may not; `None` if it does.
async fn refusal(
    sandbox: &Sandbox,
    notices: &mut UnboundedReceiver<Notice>,
) -> Result<Option<String>, SandboxError> {
    let _shell = sandbox.open("lens", SIZE).await?;
    sandbox.begin_lens().await?;
    let why = loop {
        match notices.recv().await {
            Some(Notice::Watching) => break None,
            Some(Notice::Unseen(why)) => break Some(why),
            Some(Notice::LensEnded | Notice::Lost(_)) | None => break Some(word!("lens-silent")),
            Some(_) => {}
        }
    };
    sandbox.end_lens();
    Ok(why)
}
