//! A class on a terminal of 80 columns.

use unicode_width::UnicodeWidthStr as _;

use super::tell;
use super::{Class, LabFigures, StepFigures};
use crate::word;

/// The columns of a line.
const WIDTH: usize = 80;
/// The columns of a step's title.
const TITLE: usize = 21;
/// The columns of the number before the title; the cells behind it, each including a space before
/// it.
const NUMBER: usize = 3;
const COLUMNS: [usize; 9] = [9, 6, 6, 5, 6, 6, 6, 6, 5];

/// All labs, each with its table.
pub fn text(class: &Class, labs: &[LabFigures]) -> String {
    let mut lines = wrapped(&tell::people(class), 0);
    for each in labs {
        lines.push(String::new());
        lines.extend(lab(each));
    }
    lines.push(String::new());
    lines.extend(wrapped(&tell::legend(), 0));
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join("\n") + "\n"
}

fn lab(lab: &LabFigures) -> Vec<String> {
    let heading = tell::heading(lab);
    let mut lines = wrapped(&heading, 0);
    lines.push("=".repeat(heading.width().min(WIDTH)));
    lines.extend(wrapped(&tell::began(lab), 0));
    lines.push(String::new());
    let heads = heads();
    lines.extend(row("#", &word!("report-head-step"), &heads));
    for step in &lab.steps {
        let number = step.known.as_ref().map(|(number, _)| number.to_string());
        let cells = cells(step, lab.began);
        lines.extend(row(&number.unwrap_or_default(), tell::title(step), &cells));
    }
    let findings = tell::findings(lab);
    let places = tell::places(lab);
    let places = places
        .into_iter()
        .map(|(place, who)| word!("report-at", place = place, who = who));
    for part in [findings, places.collect()] {
        lines.extend((!part.is_empty()).then(String::new));
        lines.extend(part.iter().flat_map(|sentence| wrapped(sentence, 2)));
    }
    lines
}

fn heads() -> [String; 9] {
    [
        word!("report-head-done"),
        word!("report-head-typed"),
        word!("report-head-shown"),
        word!("report-head-skipped"),
        word!("report-head-wrong"),
        word!("report-head-hints"),
        word!("report-head-time"),
        word!("report-head-longest"),
        word!("report-head-stopped"),
    ]
}

fn cells(step: &StepFigures, began: usize) -> [String; 9] {
    let marked = |words: String, mark: bool| if mark { format!("{words}*") } else { words };
    let done = step.done();
    [
        format!("{done} {:>4}", tell::share(done, began)),
        step.typed.to_string(),
        step.shown.to_string(),
        step.skipped.to_string(),
        tell::share(step.guesses.1, step.guesses.0),
        step.hints.0.to_string(),
        marked(tell::maybe(step.median), step.slowest),
        tell::maybe(step.longest),
        marked(step.here.len().to_string(), step.most_stopped),
    ]
}

/// A row of the table; a long title goes on below itself.
fn row(number: &str, title: &str, cells: &[String; 9]) -> Vec<String> {
    let title = textwrap::wrap(title, TITLE);
    let mut titles = title.iter();
    let first = titles.next().map_or("", |line| line);
    let mut line = format!("{number:>NUMBER$} {}", left(first, TITLE));
    for (cell, width) in cells.iter().zip(COLUMNS) {
        line.push_str(&right(cell, width));
    }
    let rest = titles.map(|title| format!("{:NUMBER$} {title}", ""));
    std::iter::once(line).chain(rest).collect()
}

fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn right(text: &str, width: usize) -> String {
    // A cell that is too wide still has a space before it.
    format!(
        "{}{text}",
        " ".repeat(width.saturating_sub(text.width()).max(1))
    )
}

/// A sentence in lines; those after the first are indented.
fn wrapped(text: &str, hang: usize) -> Vec<String> {
    let hang = " ".repeat(hang);
    let options = textwrap::Options::new(WIDTH).subsequent_indent(&hang);
    let lines = textwrap::wrap(text, options);
    lines
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}
