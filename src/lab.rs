//! What a lab file may contain, and why it is refused.
//!
//! `Lab::parse` turns the text of a lab file into a validated `Lab`, or into the list of all its
//! problems, each with its place and a way to mend it.
//!
//! Invariant: no file is read here; text comes in, data goes out.

pub mod action;
mod convert;
pub mod draft;
pub mod model;
mod names;
mod problem;
mod raw;
pub mod reference;
mod schema;
mod shape;
mod source;
mod text;
mod translation;
mod validate;

pub use action::Action;
pub use model::{
    ActorDef, Ask, Check, Choice, Expectation, Hint, Lab, Needs, PanelName, Step, ThenAsk,
};
pub use problem::{Problem, Severity};
pub use source::Place;
pub use translation::Translation;

use source::Source;

impl Lab {
    /// Parses a lab file. `name` is the file's path, as problems show it; its stem is the lab's id.
    /// The lab is returned only if no problem is an error.
    pub fn parse(name: &str, text: &str) -> (Option<Self>, Vec<Problem>) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = Source::new(text);
        let refused = text::refusals(name, text, &source);
        if !refused.is_empty() {
            return (None, refused);
        }
        let shape = shape::read(name, text, &source);
        let mut problems = shape.problems;
        let Some(raw) = shape.raw else {
            return (None, problems);
        };
        problems.extend(validate::all(name, &raw, &shape.blanked, &source));
        problems.sort_by_key(|problem| problem.place.offset);
        let lab =
            (!problems.iter().any(Problem::is_error)).then(|| convert::lab(name, raw, &source));
        (lab, problems)
    }

    /// The lab without its steps, for a list of many labs; `None` if that part cannot be read
    /// (`parse` tells why).
    pub fn heading(name: &str, bytes: &[u8]) -> Option<Self> {
        let text = text::decode(name, bytes).ok()?;
        let above = text.split("\nsteps:").next()?;
        let source = Source::new(above);
        let raw = shape::read(name, above, &source).raw?;
        raw.title
            .is_some()
            .then(|| convert::lab(name, raw, &source))
    }

    /// All texts of the lab by path: `title`, `steps.leave.check.0`.
    pub fn texts(&self) -> std::collections::BTreeMap<String, String> {
        translation::all(self)
    }

    /// Like `parse`, for the bytes of a file, which may be anything.
    pub fn parse_bytes(name: &str, bytes: &[u8]) -> (Option<Self>, Vec<Problem>) {
        match text::decode(name, bytes) {
            Ok(text) => Self::parse(name, text),
            Err(problem) => (None, vec![problem]),
        }
    }
}

/// The JSON schema of lab files, for editors.
pub fn schema() -> String {
    schema::text()
}
