//! Stand-in for the lab host, until it is built.
//!
//! Invariant: nothing is done here.

/// What was tried in a throw-away lab host: each thing, and what is wrong with it if anything is.
pub fn doctor() -> Vec<(String, Option<String>)> {
    Vec::new()
}

/// What earlier runs left behind; removed unless it is only to be told.
///
/// # Errors
/// What is left cannot be listed.
pub fn clean(_dry_run: bool) -> std::io::Result<Vec<String>> {
    Ok(Vec::new())
}
