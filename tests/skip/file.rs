//! Where it is noted what a run of the tests skipped: all programs of one run have the same parent.

use std::path::{Path, PathBuf};

pub(crate) const FOLDER: &str = env!("CARGO_TARGET_TMPDIR");
pub(crate) const NAME: &str = "skipped-";

/// The file of the run that this program belongs to.
pub(crate) fn of_run() -> PathBuf {
    let parent = std::os::unix::process::parent_id();
    Path::new(FOLDER).join(format!("{NAME}{parent}"))
}
