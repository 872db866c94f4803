//! What can go wrong with a lab host, and how a person is told.

use serde::{Deserialize, Serialize};

use super::LIMIT;
use crate::sys::SysError;
use crate::word::later::{Later, later_word};

/// Why there is no lab host, or why a request failed.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.words())]
pub enum SandboxError {
    /// The program could not start itself again.
    Spawn(String),
    /// A call was refused while the lab host was built.
    Build(Failure),
    /// The lab host ended or was ended; with the reason if it is known.
    Gone(Option<Later>),
    /// The lab host did not answer in time.
    Silent,
    /// The lab host could not serve the request.
    Broken(String),
    /// The lab host could not fork a process for the request.
    Starved(String),
}

impl SandboxError {
    /// The error in words for a person.
    pub fn words(&self) -> Later {
        match self {
            Self::Spawn(why) => later_word!("host-no-start", why = why),
            Self::Build(failure) => later_word!(
                "host-no-build",
                stage = failure.stage_in_words(),
                call = &failure.call,
                args = &failure.args,
                errno = crate::sys::errno_name(failure.errno)
            ),
            Self::Gone(None) => later_word!("host-is-gone"),
            Self::Gone(Some(why)) => later_word!("host-is-gone-why", why = why.clone()),
            Self::Silent => later_word!("host-silent", seconds = LIMIT.as_secs().to_string()),
            Self::Broken(why) | Self::Starved(why) => why.into(),
        }
    }
}

/// A call that failed while the lab host was built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What was being done: `id maps`, `root file system` …
    pub stage: String,
    /// The call.
    pub call: String,
    /// Its arguments.
    pub args: String,
    /// The error number.
    pub errno: i32,
}

impl Failure {
    /// From a refused call.
    pub fn new(stage: &str, error: &SysError) -> Self {
        Self {
            stage: stage.to_owned(),
            call: error.call.to_owned(),
            args: error.args.clone(),
            errno: error.errno,
        }
    }

    /// What was being done, to be told to a person.
    pub(super) fn stage_in_words(&self) -> Later {
        match self.stage.as_str() {
            "start" => later_word!("stage-start"),
            "namespaces" => later_word!("stage-namespaces"),
            "id maps" => later_word!("stage-id-maps"),
            "ids" => later_word!("stage-ids"),
            "control group" => later_word!("stage-control-group"),
            "scratch directory" => later_word!("stage-scratch"),
            "root file system" => later_word!("stage-root"),
            "memory" => later_word!("stage-memory"),
            "limits" => later_word!("stage-limits"),
            "filter" => later_word!("stage-filter"),
            "host name" => later_word!("stage-host-name"),
            "observer" => later_word!("stage-observer"),
            // `init` is what it is called in every language.
            other => other.into(),
        }
    }
}

/// Names the stage at which a call failed.
pub(super) fn failed(stage: &'static str) -> impl Fn(SysError) -> Failure {
    move |e| Failure::new(stage, &e)
}
