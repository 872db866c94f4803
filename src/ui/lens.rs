//! What a typed line did, as lines of text: below it in its pane, and in the Journal panel.

use std::collections::BTreeMap;

use super::text::{cut, width};
use crate::snapshot::Call;
use crate::snapshot::lens::{Deed, Doer, Family, LetGo, Line};
use crate::word;

/// How many calls are shown below a line at most while they are folded.
pub const FEW: usize = 5;
/// How far what is told of a line is set in.
const INDENT: &str = "  ";

/// How much is shown below a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// The calls of all families but that of processes: a few of them.
    #[default]
    Few,
    /// The calls of all families, up to so many rows.
    All(usize),
}

/// The lines for a pane of so many columns, below a line that was typed. None if it made no call
/// that is worth it.
pub fn below(line: &Line, extent: Extent, columns: usize) -> Vec<String> {
    let told = |deed: &&Deed| extent != Extent::Few || deed.family != Family::Process;
    let deeds: Vec<&Deed> = line.deeds.iter().filter(told).collect();
    if deeds.is_empty() {
        return Vec::new();
    }
    let most = match extent {
        Extent::Few => FEW,
        Extent::All(rows) => rows.saturating_sub(1),
    };
    let mut lines: Vec<String> = deeds.iter().take(most).map(|d| deed(d, columns)).collect();
    if let Some(rest) = rest(
        line,
        deeds.len().saturating_sub(most),
        line.deeds.len() - deeds.len(),
    ) {
        lines.push(cut(&format!("{INDENT}{rest}"), columns));
    }
    lines
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

/// A call in so many columns; what it came to is always there.
fn deed(deed: &Deed, columns: usize) -> String {
    let end = end(deed);
    let room = columns.saturating_sub(width(&end) + width(INDENT));
    format!("{INDENT}{}{end}", cut(&beginning(&deed.call), room))
}

fn beginning(call: &Call) -> String {
    format!("{}({})", call.name, call.args)
}

fn end(deed: &Deed) -> String {
    let result = super::text::clean(&deed.call.result);
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
        for columns in [30, 60, 200] {
            let lines = below(&line(&[Family::Mount]), Extent::Few, columns);
            assert!(lines[0].ends_with(" = -1 EPERM"), "{lines:?}");
            assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
        }
    }

    #[test]
    fn who_only_starts_programs_has_nothing_below_it_and_many_calls_are_counted() {
        let plain = line(&[Family::Process, Family::Process]);
        assert!(below(&plain, Extent::Few, 80).is_empty());
        assert_eq!(below(&plain, Extent::All(9), 80).len(), 3);
        let many = below(&line(&[Family::Mount; 9]), Extent::Few, 80);
        assert_eq!(many.len(), FEW + 1);
        assert!(
            many[FEW].contains('4') && many[FEW].contains("61"),
            "{many:?}"
        );
    }
}
