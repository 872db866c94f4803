//! isolab teaches how containers work by building one on the real kernel.

pub mod lab;
pub mod check;
pub mod session;
pub mod snapshot;
pub mod typed;
