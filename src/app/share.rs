//! A run as others see it: its journal while it is written, the socket that hands it on,
//! and the screens of those who look on, now or later.
//!
//! Invariant: nothing here changes the run that is looked at, save what a person types
//! into a shell of it.

pub(super) mod clerk;
pub(super) mod follow;
pub(super) mod log;
mod player;
pub(super) mod replay;
pub(super) mod socket;
