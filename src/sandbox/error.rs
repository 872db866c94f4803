//! What goes wrong with a lab host, and what a person is told of it.

use super::{Failure, LIMIT};
use crate::word::later::{Later, later_word};

/// Why a lab host cannot be had, or a request could not be served.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.words())]
pub enum SandboxError {
    /// The program could not start itself again.
    Spawn(String),
    /// A call was refused while it was built.
    Build(Failure),
    /// It ended, or was ended: why, if that is known.
    Gone(Option<Later>),
    /// It did not answer in time.
    Silent,
    /// A request made no sense there.
    Broken(String),
    /// There was no process left for a request.
    Starved(String),
}

impl SandboxError {
    /// To be told to a person.
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
