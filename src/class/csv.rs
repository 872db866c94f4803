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

/// The letters that begin what a spreadsheet takes for a formula.
const FORMULA: &str = "=+-@\t\r\n＝＋－＠|%";

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
    let bytes = table
        .into_inner()
        .map_err(::csv::IntoInnerError::into_error)?;
    // Without this mark, Excel takes the file for one in an old encoding.
    let mark: &[u8] = if bytes.is_ascii() {
        b""
    } else {
        b"\xef\xbb\xbf"
    };
    Ok([mark, &bytes].concat())
}

fn row(lab: &LabFigures, step: &StepFigures) -> [String; 29] {
    let known = step.known.as_ref();
    let share = super::tell::percent(step.done(), lab.began);
    [
        lab.id.clone(),
        lab.title.clone().unwrap_or_default(),
        lab.began.to_string(),
        lab.finished.len().to_string(),
        known
            .map(|(number, _)| number.to_string())
            .unwrap_or_default(),
        step.id.clone(),
        known.map(|(_, title)| title.clone()).unwrap_or_default(),
        step.done().to_string(),
        share.map(|share| share.to_string()).unwrap_or_default(),
        step.typed.to_string(),
        step.shown.to_string(),
        step.played.to_string(),
        step.read.to_string(),
        step.skipped.to_string(),
        step.guesses.0.to_string(),
        step.guesses.1.to_string(),
        wrong(&step.choices),
        step.answers.0.to_string(),
        step.answers.1.to_string(),
        step.hints.0.to_string(),
        step.hints.1.to_string(),
        step.timed.to_string(),
        seconds(step.median),
        seconds(step.longest),
        step.here.len().to_string(),
        u8::from(step.most_stopped).to_string(),
        u8::from(step.slowest).to_string(),
        people(&step.here),
        people(&lab.finished),
    ]
}

/// A time in milliseconds as whole seconds; empty if it is not known.
fn seconds(time: Option<u64>) -> String {
    time.map(|time| (time / 1000).to_string())
        .unwrap_or_default()
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
    let mut letters = cell.trim_start().chars();
    if letters.next().is_some_and(|c| FORMULA.contains(c)) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
