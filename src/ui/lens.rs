//! What a typed line did, as lines of text: below it in its pane, and in the Journal panel.

use std::collections::BTreeMap;

use ratatui::layout::Size;

use super::text::{clean, cut, width};
use crate::snapshot::Call;
use crate::snapshot::lens::{Deed, Doer, Family, LetGo, Line};
use crate::word;

/// How many calls are shown below a line at most while they are folded.
pub const FEW: usize = 5;
/// How far what is told of a line is set in.
const INDENT: &str = "  ";
/// How far the second row of a call is.
const DEEPER: &str = "      ";

/// How much is shown below a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// The calls of all families but that of processes: a few of them.
    #[default]
    Few,
    /// The calls of all families.
    All,
}

/// The rows below a line that was typed, in a pane with so much room. None if it made no call that
/// is worth it.
pub fn below(line: &Line, extent: Extent, room: Size) -> Vec<String> {
    let told = |deed: &&Deed| extent == Extent::All || deed.family != Family::Process;
    let deeds: Vec<&Deed> = line.told().filter(told).collect();
    let columns = usize::from(room.width);
    let most = usize::from(room.height).saturating_sub(1);
    let mut rows = Vec::new();
    let mut shown = 0;
    for deed in &deeds {
        let more = call_rows(deed, columns);
        let is_enough = extent == Extent::Few && shown == FEW;
        if is_enough || rows.len() + more.len() > most {
            break;
        }
        rows.extend(more);
        shown += 1;
    }
    let passed_over = line.told().count() - deeds.len();
    if let Some(rest) = rest(line, deeds.len() - shown, passed_over)
        && !deeds.is_empty()
        && most > 0
    {
        rows.push(cut(&format!("{INDENT}{rest}"), columns));
    }
    rows
}

/// What a line made besides the calls that are shown: so many calls of a family that would have
/// been, and so many that are never shown there.
fn rest(line: &Line, unshown: usize, passed_over: usize) -> Option<String> {
    let more = line.more + unshown as u64;
    let others = line.count_of_others() + passed_over as u64;
    let more = (more > 0).then(|| word!("lens-more", calls = more));
    let others = (others > 0).then(|| word!("lens-others", calls = others));
    let both: Vec<String> = more.into_iter().chain(others).collect();
    (!both.is_empty()).then(|| both.join(&word!("list-and")))
}

/// A call in one row, or in two if it is long; what it came to is always there.
pub fn call_rows(deed: &Deed, columns: usize) -> Vec<String> {
    let (call, end) = (clean(&beginning(&deed.call)), end(deed));
    let room = columns.saturating_sub(INDENT.len());
    if width(&call) + width(&end) <= room {
        return vec![format!("{INDENT}{call}{end}")];
    }
    let first: String = fitting(&call, room);
    let rest = call.get(first.len()..).unwrap_or_default();
    let left = columns.saturating_sub(DEEPER.len() + width(&end));
    let second = format!("{DEEPER}{}{end}", cut(rest, left));
    vec![format!("{INDENT}{first}"), cut(&second, columns)]
}

/// The beginning of a text that fits into so many columns.
fn fitting(text: &str, columns: usize) -> String {
    let mut short = String::new();
    for letter in text.chars() {
        short.push(letter);
        if width(&short) > columns {
            short.pop();
            // Rather between two words, if one ends in the second half.
            if let Some(end) = short.rfind([' ', '|']).filter(|end| *end > columns / 2) {
                short.truncate(end + 1);
            }
            break;
        }
    }
    short
}

fn beginning(call: &Call) -> String {
    format!("{}({})", call.name, call.args)
}

fn end(deed: &Deed) -> String {
    let result = clean(&deed.call.result);
    match deed.times {
        0 | 1 => format!(" = {result}"),
        times => format!(" = {result}  ×{times}"),
    }
}

/// A call in one line, however long it is.
pub fn call(deed: &Deed) -> String {
    format!("{}{}", beginning(&deed.call), end(deed))
}

/// What a process was, in words: its program, and what became of it.
pub fn doer(pid: i64, doer: &Doer) -> String {
    let mut words = word!("lens-process", pid = pid, program = &doer.words);
    if let Some(status) = doer.status.filter(|status| *status != 0) {
        words.push_str(&word!("lens-status", status = status));
    }
    match doer.free {
        Some(LetGo::Busy(rate)) => words.push_str(&word!("lens-busy", rate = rate)),
        Some(LetGo::Traced) => words.push_str(&word!("lens-traced")),
        None => {}
    }
    words
}

/// The calls of no family, by how often they were made; `None` if there were none.
pub fn others(line: &Line) -> Option<String> {
    (!line.others.is_empty()).then(|| {
        let said = word!("lens-others", calls = line.count_of_others());
        let named = counts(&line.others);
        let mut names = named.match_indices(", ").skip(NAMED - 1);
        match names.next() {
            Some((end, _)) => format!("{said}: {}, …", &named[..end]),
            None => format!("{said}: {named}"),
        }
    })
}

/// How many names of other calls are told.
const NAMED: usize = 6;

/// How often calls were made, the most frequent first: `read 12, close 5`.
pub fn counts(calls: &BTreeMap<String, u64>) -> String {
    let mut calls: Vec<(&String, &u64)> = calls.iter().collect();
    calls.sort_by_key(|(name, times)| (u64::MAX - **times, (*name).clone()));
    let calls: Vec<String> = calls
        .iter()
        .map(|(name, n)| format!("{name} {n}"))
        .collect();
    calls.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(families: &[Family]) -> Line {
        let deed = |family: &Family| Deed {
            pid: 7,
            family: *family,
            call: Call {
                name: "mount".to_owned(),
                args: "\"none\", \"/a/rather/long/path\", NULL, MS_REC|MS_PRIVATE".to_owned(),
                result: "-1 EPERM".to_owned(),
            },
            times: 1,
        };
        Line {
            deeds: families.iter().map(deed).collect(),
            others: [("read".to_owned(), 61)].into(),
            ..Line::default()
        }
    }

    #[test]
    fn a_call_keeps_what_it_came_to_however_narrow_the_pane_is() {
        for columns in [30, 40, 60, 200] {
            let room = Size::new(columns, 9);
            let rows = below(&line(&[Family::Mount]), Extent::Few, room);
            let calls = &rows[..rows.len() - 1];
            assert!(calls.last().unwrap().ends_with(" = -1 EPERM"), "{rows:?}");
            assert!(calls.len() <= 2, "{rows:?}");
            let is_wide = |row: &String| width(row) > usize::from(columns);
            assert!(!rows.iter().any(is_wide), "{rows:?}");
        }
    }

    #[test]
    fn who_only_starts_programs_has_nothing_below_it_and_many_calls_are_counted() {
        let (plain, room) = (line(&[Family::Process, Family::Process]), Size::new(80, 9));
        assert!(below(&plain, Extent::Few, room).is_empty());
        assert_eq!(below(&plain, Extent::All, room).len(), 3);
        let many = below(&line(&[Family::Mount; 9]), Extent::Few, room);
        assert_eq!(many.len(), FEW + 1);
        assert!(
            many[FEW].contains('4') && many[FEW].contains("61"),
            "{many:?}"
        );
        // A small pane shows as many as it has room for.
        let small = below(&line(&[Family::Mount; 9]), Extent::Few, Size::new(80, 3));
        assert_eq!(small.len(), 3);
        assert!(small[2].contains('7'), "{small:?}");
    }
}
