//! Starting a program.

use std::io;
use std::process::{Child, Command};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use super::{ENTERED, PROGRAM};
use crate::sys::number;

/// Starts a program, one at a time: until a process runs its own program it has this one's memory,
/// and two that do so at once keep each other waiting (vfork(2)).
///
/// # Errors
/// The kernel's; ENOEXEC for `PROGRAM` if this process is none that began with `entry`.
pub(super) fn spawn(command: &mut Command) -> io::Result<Child> {
    static ONE: Mutex<()> = Mutex::new(());
    if command.get_program() == PROGRAM && !ENTERED.load(Ordering::Relaxed) {
        return Err(io::Error::from_raw_os_error(number::ENOEXEC));
    }
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    command.spawn()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_begin_with_entry_is_not_started_as_isolab() {
        let refused = spawn(&mut Command::new(PROGRAM)).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(number::ENOEXEC));
    }
}
