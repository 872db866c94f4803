//! What a lab file may contain, and why one is refused.
//!
//! `Lab::parse` turns the text of a lab file into a validated `Lab`, or into
//! the list of the problems in it, each with its place and a way to mend it.
//!
//! Invariant: no file is read here; text comes in, data goes out.

pub mod action;
pub mod model;
mod problem;
mod raw;
mod validate;

pub use action::Action;
pub use model::{
    ActorDef, Ask, Check, Choice, Expectation, Hint, Lab, Needs, PanelName, Place, Step, ThenAsk,
};
pub use problem::Problem;

/// The longest lab file, in bytes: ten times the longest that a person would write.
const LONGEST: usize = 1024 * 1024;

impl Lab {
    /// Reads the bytes of a file. `name` is how the file is called in messages;
    /// the lab's id is its last part without the ending.
    pub fn parse_bytes(name: &str, bytes: &[u8]) -> (Option<Self>, Vec<Problem>) {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.len() > LONGEST {
            let message = format!("the file is longer than {} KiB", LONGEST / 1024);
            return refused(
                name,
                Place {
                    line: 1,
                    column: 1,
                    ..Place::default()
                },
                &message,
                "a lab is a few hundred lines; long files stand beside it",
            );
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(name, text),
            Err(e) => {
                let good = std::str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or_default();
                refused(
                    name,
                    place_at(good, good.len()),
                    "this is not UTF-8",
                    "save the file as UTF-8",
                )
            }
        }
    }

    /// Reads the text of a file.
    pub fn parse(name: &str, text: &str) -> (Option<Self>, Vec<Problem>) {
        let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
        if let Some((at, c)) = text.char_indices().find(|(_, c)| control(c)) {
            let message = format!(
                "the file holds a control character (U+{:04X})",
                u32::from(c)
            );
            return refused(
                name,
                place_at(text, at),
                &message,
                "it could act on the terminal: take it out",
            );
        }
        let raw = match raw::read(text) {
            Ok(raw) => raw,
            Err(broken) => {
                return (
                    None,
                    vec![Problem::error(name, broken.place, broken.message, "")],
                );
            }
        };
        let validated = validate::validate(name, text, &raw);
        let good = validated.problems.is_empty();
        (Some(validated.lab).filter(|_| good), validated.problems)
    }
}

fn refused(name: &str, place: Place, message: &str, help: &str) -> (Option<Lab>, Vec<Problem>) {
    (None, vec![Problem::error(name, place, message, help)])
}

fn place_at(text: &str, offset: usize) -> Place {
    let above = text.get(..offset).unwrap_or_default();
    let line = above.matches('\n').count() + 1;
    let column = above
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    Place {
        line,
        column,
        offset,
        length: 1,
    }
}

/// The JSON schema of lab files, made from the types that read them.
pub fn schema() -> String {
    let schema = schemars::schema_for!(raw::Lab);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
