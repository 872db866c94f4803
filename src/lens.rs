//! The lens: the system calls of the processes that a person starts in the shells of a lab, seen by
//! ptrace(2).
//!
//! A process of its own looks on, outside the pid namespace of the lab host, so that nothing inside
//! can address it. It seizes the shells, and follows all that they make. A line begins when such a
//! process has read one from its terminal, and is over when it waits for the next; what it starts
//! meanwhile belongs to the line.
//!
//! Invariant: the lens changes nothing of a process but its `TracerPid`, lets it go at once if
//! somebody else wants to trace it, and stops none for longer than it takes to look.

mod call;
mod decode;
mod ledger;
mod meter;
mod rival;
mod shell;
mod still;
mod tracee;
mod tracer;

use crate::probe::Subject;
use crate::snapshot::lens::Glimpse;
use crate::sys::SysError;

pub use tracer::run;

/// What the lens is asked for, and where it tells.
pub trait Ear {
    /// Starts a child of this process that ends as soon as there is something to hear; its pid.
    ///
    /// # Errors
    /// There is no process left.
    fn bell(&mut self) -> Result<i64, SysError>;
    /// The shells to watch, as they are now; `None` when the lens is to end.
    ///
    /// # Errors
    /// Those of the socket.
    fn hear(&mut self) -> Result<Option<Vec<Subject>>, SysError>;
    /// Takes the first of what was seen; returns how many it took, 0 if it has no room now.
    ///
    /// # Errors
    /// Those of the socket.
    fn tell(&mut self, glimpses: &[Glimpse]) -> Result<usize, SysError>;
    /// All shells that were heard of are watched from now on.
    ///
    /// # Errors
    /// Those of the socket.
    fn watching(&mut self) -> Result<(), SysError>;
    /// A shell cannot be watched: the call that was refused.
    ///
    /// # Errors
    /// Those of the socket.
    fn refused(&mut self, error: &SysError) -> Result<(), SysError>;
}
