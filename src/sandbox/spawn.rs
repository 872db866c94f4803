//! Starting a program.

use std::io;
use std::process::{Child, Command};
use std::sync::{Mutex, PoisonError};

/// Starts a program, one at a time: until a process runs its own program it has this one's memory,
/// and two that do so at once keep each other waiting (vfork(2)).
pub(super) fn spawn(command: &mut Command) -> io::Result<Child> {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    command.spawn()
}
