//! Makes files for somebody else: a lab as a script that needs no isolab, a run as a hand-out, a
//! picture, a film.
//!
//! Invariant: text goes out; no file is written here, and nothing is run.

mod cast;
mod commonmark;
mod handout;
mod html;
mod markdown;
mod paint;
mod panel;
mod reel;
mod shell;
mod stroke;
mod svg;

pub use reel::{Unmade, Wanted};
pub use shell::{Unfit, script};

use crate::scene::Head;
use crate::scene::journal::Line;

/// The forms of a file that is made of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A hand-out in Markdown.
    Markdown,
    /// A hand-out in HTML: one file that fetches nothing.
    Html,
    /// A film for the players of asciinema, in version 2 of their format.
    Cast2,
    /// The same in version 3.
    Cast3,
    /// A picture of the screen at the end.
    Svg,
}

/// Makes a file of a run: from its head, and its moments in order.
///
/// # Errors
/// The lab in the head is invalid, or the step that is asked for was not reached.
pub fn file(
    form: Form,
    head: Head,
    lines: impl Iterator<Item = Line>,
    wanted: Wanted,
) -> Result<String, Unmade> {
    match form {
        Form::Markdown => handout::of(head, lines, wanted).map(|all| markdown::text(&all)),
        Form::Html => handout::of(head, lines, wanted).map(|all| html::text(&all)),
        Form::Cast2 => cast::film(cast::Version::Two, head, lines, wanted),
        Form::Cast3 => cast::film(cast::Version::Three, head, lines, wanted),
        Form::Svg => svg::picture(head, lines, wanted),
    }
}
