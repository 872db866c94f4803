//! Widgets that are more than a few lines of drawing.

pub mod keys;
pub mod terminal;
