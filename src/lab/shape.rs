//! Parses YAML into the raw lab. The parser stops at the first mistake; the step or field that
//! contains it is blanked out and the rest is parsed again, until all such mistakes are found.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_saphyr::options::MergeKeyPolicy;
use serde_saphyr::{Error, MessageFormatter, UserMessageFormatter};

use super::model::FORMAT;
use super::raw::RawLab;
use super::source::Source;
use super::{Place, Problem};

/// How many times a text is parsed at most.
const ROUNDS: usize = 20;

/// The result of parsing.
#[derive(Default)]
pub(super) struct Shape {
    /// The lab without what was blanked out; `None` if the text cannot be parsed at all.
    pub(super) raw: Option<RawLab>,
    /// What was blanked out.
    pub(super) blanked: Blanked,
    pub(super) problems: Vec<Problem>,
}

/// The parts that were blanked out, so that they are not reported as missing.
#[derive(Default)]
pub(super) struct Blanked {
    /// The names of top-level fields.
    pub(super) fields: BTreeSet<String>,
    /// Whether any step was blanked out.
    pub(super) steps: bool,
}

/// Parses a lab file.
pub(super) fn read(name: &str, text: &str, source: &Source<'_>) -> Shape {
    let mut shape = Shape::default();
    if let Some(problem) = other_format(name, source) {
        shape.problems.push(problem);
        return shape;
    }
    let mut lines: Vec<&str> = source.lines().collect();
    let mut rest = text.to_owned();
    for _ in 0..ROUNDS {
        let error = match parse(&rest) {
            Ok(raw) => {
                shape.raw = Some(raw);
                break;
            }
            Err(error) => error,
        };
        let problem = problem(name, &error, source);
        let line = problem.place.line - 1;
        shape.problems.push(problem);
        if is_final(&error) || !blank(&mut lines, line, &mut shape.blanked) {
            break;
        }
        rest = lines.join("\n");
    }
    shape
}

/// The parser options of all lab files: they are small and flat.
pub(super) fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        strict_booleans: true,
        merge_keys: MergeKeyPolicy::Error,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_nodes: 50_000,
            max_events: 100_000,
            max_aliases: 100,
            max_anchors: 100,
            max_depth: 64,
        },
    }
}

fn parse(text: &str) -> Result<RawLab, Error> {
    let raw: Option<RawLab> = serde_saphyr::from_str_with_options(text, options())?;
    Ok(raw.unwrap_or_default())
}

/// Whether the YAML itself is broken: such a mistake is often reported far from its cause, so
/// problems found after it would be misleading.
fn is_final(error: &Error) -> bool {
    let budget = matches!(error.without_snippet(), Error::Budget { .. });
    let span = error.location().map(|location| location.span());
    budget || span.is_none_or(|span| span.byte_offset().is_none())
}

/// A parser error in isolab's words.
pub(super) fn problem(name: &str, error: &Error, source: &Source<'_>) -> Problem {
    let place = error
        .location()
        .map_or(Place::START, |location| source.place(location));
    let told = UserMessageFormatter.format_message(error.without_snippet());
    let (said, words) = told.split_once(", expected one of ").unwrap_or((&told, ""));
    let message = match said.strip_prefix("invalid ") {
        Some(number) if number.starts_with(['i', 'u']) && number.len() <= 3 => {
            "not a whole number, or one out of range".to_owned()
        }
        _ => said.replace("unknown variant", "unknown name"),
    };
    let help = if words.is_empty() {
        help(error).to_owned()
    } else {
        format!("one of: {words}")
    };
    Problem::error(name, place, message, help)
}

fn help(error: &Error) -> &'static str {
    match error.without_snippet() {
        Error::SerdeMissingField { .. } => "add it",
        Error::Budget { .. } => "a lab file is small and flat",
        Error::NullIntoString { .. } => "write a text, or leave the field out",
        _ => "",
    }
}

/// Reports a file of another format: its content is not checked by the rules of this one.
fn other_format(name: &str, source: &Source<'_>) -> Option<Problem> {
    let (number, line) = source
        .lines()
        .enumerate()
        .find(|(_, l)| l.starts_with("format:"))?;
    let value = line
        .trim_start_matches("format:")
        .split('#')
        .next()
        .unwrap_or_default()
        .trim();
    let format: i64 = value.parse().ok()?;
    let column = line.find(value)? + 1;
    let offset = source
        .lines()
        .take(number)
        .map(|l| l.len() + 1)
        .sum::<usize>()
        + column
        - 1;
    let place = Place {
        line: number + 1,
        column,
        offset,
        length: value.len(),
    };
    (format != FORMAT).then(|| format_problem(name, format, place))
}

/// The problem of a file in another format.
pub(super) fn format_problem(name: &str, format: i64, place: Place) -> Problem {
    let help = if format > FORMAT {
        "the lab is made for a newer isolab: update isolab"
    } else {
        "there is no such format: write `format: 1`"
    };
    Problem::error(
        name,
        place,
        format!("format {format} is not {FORMAT}"),
        help,
    )
}

/// Blanks out the step or top-level field that contains a line; false if there is none.
fn blank(lines: &mut [&str], line: usize, blanked: &mut Blanked) -> bool {
    let Some(field) = item(lines, line, 0..lines.len(), is_field) else {
        return false;
    };
    let name = lines[field.start]
        .split(':')
        .next()
        .unwrap_or_default()
        .to_owned();
    if name == "steps" {
        let mut inside = field.clone().skip(1);
        let Some(first) = inside.find(|n| lines[*n].trim_start().starts_with("- ")) else {
            return false;
        };
        let indent = indent(lines[first]);
        let steps = first..field.end;
        let Some(step) = item(lines, line, steps, |text| is_entry(text, indent)) else {
            return false;
        };
        lines[step].fill("");
        blanked.steps = true;
        return true;
    }
    lines[field].fill("");
    blanked.fields.insert(name)
}

/// The lines of the item that contains `line`: from the line that begins it to the next item.
fn item(
    lines: &[&str],
    line: usize,
    within: Range<usize>,
    begins: impl Fn(&str) -> bool,
) -> Option<Range<usize>> {
    if !within.contains(&line) {
        return None;
    }
    let start = (within.start..=line).rev().find(|n| begins(lines[*n]))?;
    let end = (line + 1..within.end)
        .find(|n| begins(lines[*n]))
        .unwrap_or(within.end);
    Some(start..end)
}

/// Whether a line begins an entry of a list with this indentation.
fn is_entry(line: &str, indentation: usize) -> bool {
    indent(line) == indentation && line[indentation..].starts_with("- ")
}

fn is_field(line: &str) -> bool {
    line.starts_with(|c: char| !c.is_whitespace() && !"#-".contains(c))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
