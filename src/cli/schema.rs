//! `isolab schema`

use std::io::Write;

use anyhow::Result;

use super::Status;
use crate::lab;

/// Prints the JSON schema of lab files.
pub(super) fn schema(out: &mut impl Write) -> Result<Status> {
    writeln!(out, "{}", lab::schema().trim_end())?;
    Ok(Status::Pass)
}
