//! What this machine can do, found out by doing it.

/// One thing that was tried.
pub type Finding = (String, Option<String>);

/// Tries each thing.
pub fn doctor() -> Vec<Finding> {
    Vec::new()
}
