//! Runs that no person steers: `run`, `test`, a rehearsal, a film.
//!
//! Invariant: each waits for what the kernel says, with a deadline; none reads a key.

pub(super) mod film;
pub(super) mod headless;
pub(super) mod prove;
pub(super) mod rehearsal;
pub(super) mod understudy;
