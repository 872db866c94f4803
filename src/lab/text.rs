//! The bytes of a lab file: size, encoding, characters.

use super::problem::is_dangerous;
use super::source::Source;
use super::{Place, Problem};

/// The most bytes that a lab file may have.
const LARGEST: usize = 1 << 20;
/// How many bad characters are reported one by one.
const TOLD: usize = 20;

/// The text, if the bytes are UTF-8.
pub(super) fn decode<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if utf16 || matches!(bytes, [0, first, ..] | [first, 0, ..] if *first != 0) {
        return Err(Problem::error(
            name,
            Place::START,
            "the file is UTF-16",
            "save it as UTF-8",
        ));
    }
    if bytes.len() > LARGEST {
        return Err(too_large(name));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let (before, bad) = bytes.split_at(error.valid_up_to());
        let good = std::str::from_utf8(before).unwrap_or_default();
        let place = Source::new(good).at(good.len(), 1);
        let byte = bad.first().copied().unwrap_or_default();
        let message = format!("byte {byte:#04x} is not UTF-8");
        Problem::error(name, place, message, "save the file as UTF-8")
    })
}

fn too_large(name: &str) -> Problem {
    let message = format!("the file is larger than {LARGEST} bytes, which no lab is");
    Problem::error(name, Place::START, message, "split it into several labs")
}

/// The problems that make it pointless to parse a text.
pub(super) fn refusals(name: &str, text: &str, source: &Source<'_>) -> Vec<Problem> {
    if text.len() > LARGEST {
        return vec![too_large(name)];
    }
    let bad = text
        .char_indices()
        .filter(|(_, c)| is_dangerous(*c))
        .take(TOLD);
    bad.map(|(at, c)| Problem::dangerous(name, source.at(at, c.len_utf8()), c))
        .collect()
}
