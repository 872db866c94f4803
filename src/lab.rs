//! What a lab file may contain, and why one is refused.
//!
//! `Lab::parse` turns the text of a lab file into a validated `Lab`, or into
//! the list of every problem in it, each with its place and a way to mend it.
//!
//! Invariant: no file is read here; text comes in, data goes out.

pub mod action;
pub mod model;

pub use action::Action;
pub use model::{
    ActorDef, Ask, Check, Choice, Expectation, Hint, Lab, Needs, PanelName, Place, Step, ThenAsk,
};
