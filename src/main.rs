//! The way in.

use std::process::ExitCode;

fn main() -> ExitCode {
    isolab::cli::run()
}
