//! A class for a spreadsheet: one row for each step of each lab (RFC 4180). The names of the
//! columns are English, since programs read them.

use super::{Choice, LabFigures, StepFigures};

/// The columns.
const COLUMNS: [&str; 29] = [
    "lab",
    "lab_title",
    "began",
    "finished",
    "number",
    "step",
    "step_title",
    "done",
    "done_percent",
    "typed",
    "shown",
    "played",
    "read",
    "skipped",
    "guesses",
    "guesses_wrong",
    "wrong_choices",
    "answers",
    "answers_wrong",
    "hints",
    "hints_people",
    "times",
    "median_seconds",
    "longest_seconds",
    "stopped",
    "most_stopped",
    "slowest",
    "stopped_people",
    "finished_people",
];

/// All labs in one table.
///
/// # Errors
/// Memory cannot be written to.
pub fn csv(labs: &[LabFigures]) -> Result<Vec<u8>, ::csv::Error> {
    let mut table = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for lab in labs {
        for step in &lab.steps {
            table.write_record(row(lab, step).map(|cell| tame(&cell)))?;
        }
    }
    let table = table
        .into_inner()
        .map_err(::csv::IntoInnerError::into_error)?;
    // Without this mark, Excel takes the file for one in an old encoding.
    let mark: &[u8] = if table.is_ascii() {
        b""
    } else {
        b"\xef\xbb\xbf"
    };
    Ok([mark, &table].concat())
}

fn row(lab: &LabFigures, step: &StepFigures) -> [String; 29] {
    let count = |count: usize| count.to_string();
    let known = step.known.as_ref();
    let seconds = |time: Option<u64>| time.map(|time| (time / 1000).to_string());
    let share = super::tell::percent(step.done(), lab.began);
    [
        lab.id.clone(),
        lab.title.clone().unwrap_or_default(),
        count(lab.began),
        count(lab.finished.len()),
        known.map(|(number, _)| count(*number)).unwrap_or_default(),
        step.id.clone(),
        known.map(|(_, title)| title.clone()).unwrap_or_default(),
        count(step.done()),
        share.map(count).unwrap_or_default(),
        count(step.typed),
        count(step.shown),
        count(step.played),
        count(step.read),
        count(step.skipped),
        count(step.guesses.0),
        count(step.guesses.1),
        wrong(&step.choices),
        count(step.answers.0),
        count(step.answers.1),
        count(step.hints.0),
        count(step.hints.1),
        count(step.timed),
        seconds(step.median).unwrap_or_default(),
        seconds(step.longest).unwrap_or_default(),
        count(step.here.len()),
        count(usize::from(step.most_stopped)),
        count(usize::from(step.slowest)),
        people(&step.here),
        people(&lab.finished),
    ]
}

/// The wrong choices by number, each with how many took it: `2x7 4x1`.
fn wrong(choices: &[Choice]) -> String {
    let wrong = choices.iter().filter(|choice| choice.wrong > 0);
    let each = wrong.map(|choice| format!("{}x{}", choice.number, choice.wrong));
    each.collect::<Vec<_>>().join(" ")
}

/// Names in one cell. Each is tamed, since a spreadsheet may split cells at semicolons.
fn people(labels: &[String]) -> String {
    labels
        .iter()
        .map(|label| tame(label))
        .collect::<Vec<_>>()
        .join("; ")
}

/// A cell with an apostrophe before anything that a spreadsheet takes for a formula (OWASP, CSV
/// injection). Some take the wide letters of Chinese keyboards for the narrow ones.
fn tame(cell: &str) -> String {
    let formula = |c: char| "=+-@\t\r\n＝＋－＠|%".contains(c);
    if cell.trim_start().starts_with(formula) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
