//! The exit statuses: this file is where they are defined.

use std::io;
use std::process::ExitCode;

pub(super) use crate::app::UsageError;
use crate::app::{Ended, Lack};
use crate::catalog::CatalogError;
use crate::scene::journal::Unread;

/// The exit status of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// All went as it should.
    Pass = 0,
    /// A lab, a step or a check failed, or problems were found.
    Failed = 1,
    /// The command line makes no sense: an unknown option, lab or step.
    Usage = 2,
    /// This machine lacks something that is needed.
    Lacking = 3,
    /// isolab itself failed.
    Broken = 4,
}

/// The same, as `--help` prints it.
pub(super) const HELP: &str = "\
Exit status:
  0  all went as it should
  1  a lab, a step or a check failed, or problems were found
  2  the command line makes no sense: an unknown option, lab or step
  3  this machine lacks something that is needed (see `isolab doctor`)
  4  isolab itself failed";

/// Each status with its meaning, as `HELP` has them.
pub(super) fn meanings() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = HELP.lines().skip(1);
    lines.filter_map(|line| line.trim().split_once("  "))
}

impl Status {
    /// The status that an error ends with.
    pub(super) fn of(error: &anyhow::Error) -> Self {
        if error.is::<CatalogError>() || error.is::<UsageError>() {
            Self::Usage
        } else if error.downcast_ref().is_some_and(Unread::is_damage) {
            Self::Failed
        } else if error.is::<Lack>() {
            Self::Lacking
        } else {
            Self::Broken
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

impl From<Ended> for Status {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Passed => Self::Pass,
            Ended::Failed => Self::Failed,
            Ended::Lost(why) => {
                super::say(&format!("isolab: {}", super::plain(&why)));
                Self::Failed
            }
            Ended::Lacking(what) => {
                super::say(&format!("isolab: {}", super::plain(&what)));
                Self::Lacking
            }
        }
    }
}

/// Whether an error means that the reader of the output went away.
pub(super) fn reader_left(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{HELP, Status, Unread, UsageError, reader_left};
    use crate::catalog::CatalogError;

    #[test]
    fn every_status_is_documented() {
        let all = [
            Status::Pass,
            Status::Failed,
            Status::Usage,
            Status::Lacking,
            Status::Broken,
        ];
        for status in all {
            assert!(
                HELP.contains(&format!("\n  {}  ", status as u8)),
                "{status:?}"
            );
        }
    }

    #[test]
    fn errors_end_with_their_status() {
        let unknown = CatalogError::Unknown {
            name: "x".to_owned(),
            near: Vec::new(),
        };
        assert_eq!(Status::of(&unknown.into()), Status::Usage);
        assert_eq!(
            Status::of(&UsageError("no step".to_owned()).into()),
            Status::Usage
        );
        assert_eq!(Status::of(&Unread::TooMuch.into()), Status::Failed);
        assert_eq!(Status::of(&anyhow::anyhow!("lost")), Status::Broken);
    }

    #[test]
    fn a_reader_that_left_is_known_through_the_chain() {
        let error = anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(reader_left(&error.context("while listing")));
        assert!(!reader_left(&anyhow::anyhow!("broken pipe")));
    }
}
