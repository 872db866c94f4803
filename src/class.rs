//! What a class did: the progress of many learners, handed in as files, in one table for each lab.
//! `hand_in` reads a file, `merge` finds who is who, `figures` counts, and `text`, `csv` and `html`
//! print it.
//!
//! Invariant: texts come in and a text goes out; nothing is read or written here, and no clock is
//! asked. Nothing in a file is trusted, neither its size nor a letter of it.

mod csv;
mod figures;
mod hand_in;
mod html;
mod merge;
mod place;
mod tell;
mod text;

pub use self::csv::csv;
pub use figures::{Choice, LabFigures, StepFigures, figures};
pub use hand_in::{FORMAT, HandIn, LARGEST, NotTaken, name};
pub use html::html;
pub use merge::{Class, Learner, Note, merge};
pub use place::Place;
pub use text::text;
