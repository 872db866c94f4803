//! isolab teaches how containers work by building one on the real kernel.

pub mod lab;
pub mod action;
pub mod check;
pub mod probe;
pub mod session;
pub mod snapshot;
pub mod sys;
pub mod typed;
