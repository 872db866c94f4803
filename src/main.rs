//! The program's entry point.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Order: before any thread exists, because a lab host is made by forking.
    if isolab::sandbox::entry(std::env::args_os()) {
        return ExitCode::SUCCESS;
    }
    isolab::cli::run()
}
