//! The lines of a lab host, and what is to be told of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::decode;
use crate::snapshot::Call;
use crate::snapshot::lens::{CALLS, Family, Glimpse, LetGo};

/// How much waits at most to be told; what comes more is counted.
const WAITING: usize = 2000;

/// A line that was read, and may still do something.
#[derive(Debug, Default)]
struct Open {
    /// Whether its shell waits for the next one.
    is_over: bool,
    /// How many calls of a family were told.
    told: usize,
    /// How many were not.
    more: u64,
    /// The calls of no family, by their numbers.
    others: HashMap<u64, u64>,
    /// The processes that were told, by pid.
    known: BTreeSet<i64>,
}

/// What was seen, until it is told.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    last: u64,
    lines: BTreeMap<u64, Open>,
    waiting: Vec<Glimpse>,
    /// Whether a line has counts that were not told.
    counted: bool,
    /// Whether what waits is to be told at once.
    hurry: bool,
}

/// Who made a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Doer {
    /// The number of the line.
    pub line: u64,
    /// Its pid.
    pub pid: i64,
    /// The pid of its parent; 0 if it was there when the line was read.
    pub parent: i64,
}

impl Ledger {
    /// A shell of an actor has read a line; its number.
    pub(super) fn begin(&mut self, actor: &str, pid: i64) -> u64 {
        self.last += 1;
        let line = self.last;
        let known = BTreeSet::from([pid]);
        let open = Open {
            known,
            ..Open::default()
        };
        self.lines.insert(line, open);
        self.waiting.push(Glimpse::Line {
            actor: actor.to_owned(),
            line,
            pid,
        });
        line
    }

    /// The shell of a line waits for the next one; false if that is known.
    pub(super) fn over(&mut self, line: u64) -> bool {
        let Some(open) = self.lines.get_mut(&line).filter(|open| !open.is_over) else {
            return false;
        };
        open.is_over = true;
        // Order: what it did comes before its end.
        self.sum_up();
        self.waiting.push(Glimpse::Over { line });
        true
    }

    /// A process made a call of a family.
    pub(super) fn call(&mut self, doer: Doer, family: Family, call: Call) {
        if !self.has_room(doer.line) {
            return self.count_more(doer.line);
        }
        let same = |glimpse: &&mut Glimpse| matches!(glimpse, Glimpse::Call { pid, .. } if *pid == doer.pid);
        if let Some(Glimpse::Call {
            call: last, times, ..
        }) = self.waiting.iter_mut().rev().find(same)
            && *last == call
        {
            *times += 1;
            return;
        }
        self.know(doer);
        if let Some(open) = self.lines.get_mut(&doer.line) {
            open.told += 1;
        }
        self.waiting.push(Glimpse::Call {
            line: doer.line,
            pid: doer.pid,
            family,
            call,
            times: 1,
        });
    }

    fn has_room(&self, line: u64) -> bool {
        let open = self.lines.get(&line);
        open.is_some_and(|open| open.told < CALLS) && self.waiting.len() < WAITING
    }

    fn count_more(&mut self, line: u64) {
        if let Some(open) = self.lines.get_mut(&line) {
            open.more += 1;
            self.counted = true;
        }
    }

    /// A call of no family was made.
    pub(super) fn other(&mut self, line: u64, number: u64) {
        if let Some(open) = self.lines.get_mut(&line) {
            *open.others.entry(number).or_default() += 1;
            self.counted = true;
        }
    }

    /// Tells of a process, before the first that it does.
    fn know(&mut self, doer: Doer) {
        let Some(open) = self.lines.get_mut(&doer.line) else {
            return;
        };
        if open.known.insert(doer.pid) {
            self.waiting.push(Glimpse::Process {
                line: doer.line,
                pid: doer.pid,
                parent: doer.parent,
            });
        }
    }

    /// A process has executed a program.
    pub(super) fn program(&mut self, doer: Doer, words: String) {
        if self.waiting.len() < WAITING {
            self.know(doer);
            self.waiting.push(Glimpse::Program {
                line: doer.line,
                pid: doer.pid,
                words,
            });
        }
    }

    /// A process runs unwatched from now on.
    pub(super) fn free(&mut self, doer: Doer, why: LetGo) {
        if self.waiting.len() < WAITING {
            self.know(doer);
            let Doer { line, pid, .. } = doer;
            self.waiting.push(Glimpse::Free { line, pid, why });
        }
    }

    /// Something else about a process, which is told if the process was.
    pub(super) fn tell(&mut self, doer: Doer, glimpse: Glimpse) {
        let open = self.lines.get(&doer.line);
        if open.is_some_and(|open| open.known.contains(&doer.pid)) && self.waiting.len() < WAITING {
            self.waiting.push(glimpse);
        }
    }

    /// What waits is told at once.
    pub(super) fn hasten(&mut self) {
        self.hurry = true;
    }

    /// Whether what waits is to be told at once; asking ends it.
    pub(super) fn hurries(&mut self) -> bool {
        std::mem::take(&mut self.hurry)
    }

    /// Whether there is something to tell.
    pub(super) fn has_news(&self) -> bool {
        !self.waiting.is_empty() || self.counted
    }

    /// Adds the counts to what waits.
    pub(super) fn sum_up(&mut self) {
        if !std::mem::take(&mut self.counted) {
            return;
        }
        for (line, open) in &mut self.lines {
            let others = std::mem::take(&mut open.others);
            let more = std::mem::take(&mut open.more);
            if others.is_empty() && more == 0 {
                continue;
            }
            let mut calls = BTreeMap::new();
            for (number, count) in others {
                *calls.entry(decode::name(number)).or_default() += count;
            }
            self.waiting.push(Glimpse::Others {
                line: *line,
                calls,
                more,
            });
        }
    }

    /// The next part of what waits, at most so many.
    pub(super) fn part(&self, most: usize) -> &[Glimpse] {
        &self.waiting[..most.min(self.waiting.len())]
    }

    /// That part was told.
    pub(super) fn told(&mut self, count: usize) {
        self.waiting.drain(..count.min(self.waiting.len()));
    }

    /// Forgets the lines that are over and of which no process is left.
    pub(super) fn forget(&mut self, living: &BTreeSet<u64>) {
        self.lines
            .retain(|line, open| !open.is_over || living.contains(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOER: Doer = Doer {
        line: 1,
        pid: 9,
        parent: 5,
    };

    fn call(args: &str) -> Call {
        Call {
            name: "mount".to_owned(),
            args: args.to_owned(),
            result: "0".to_owned(),
        }
    }

    #[test]
    fn a_process_is_told_before_what_it_does_and_repeats_are_folded() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.begin("b", 5), 1);
        for args in ["a", "a", "b"] {
            ledger.call(DOER, Family::Mount, call(args));
        }
        let kinds: Vec<String> = ledger.part(10).iter().map(kind).collect();
        assert_eq!(kinds, ["line", "process", "a 2", "b 1"]);
    }

    fn kind(glimpse: &Glimpse) -> String {
        match glimpse {
            Glimpse::Line { .. } => "line".to_owned(),
            Glimpse::Process { .. } => "process".to_owned(),
            Glimpse::Call { call, times, .. } => format!("{} {times}", call.args),
            Glimpse::Others { more, .. } => format!("more {more}"),
            Glimpse::Over { .. } => "over".to_owned(),
            _ => "other".to_owned(),
        }
    }

    #[test]
    fn of_one_line_only_so_many_calls_are_told_and_the_rest_is_counted() {
        let mut ledger = Ledger::default();
        ledger.begin("b", 5);
        for i in 0..CALLS + 7 {
            ledger.call(DOER, Family::Mount, call(&i.to_string()));
        }
        assert!(ledger.over(1) && !ledger.over(1));
        let kinds: Vec<String> = ledger.part(usize::MAX).iter().map(kind).collect();
        assert_eq!(kinds.len(), CALLS + 4);
        assert_eq!(kinds[kinds.len() - 2..], ["more 7", "over"]);
    }

    #[test]
    fn what_nobody_takes_is_bounded() {
        let mut ledger = Ledger::default();
        for i in 0..100 {
            let line = ledger.begin("b", 5);
            for args in 0..CALLS {
                let doer = Doer { line, ..DOER };
                ledger.call(doer, Family::Mount, call(&format!("{i} {args}")));
            }
        }
        assert!(ledger.part(usize::MAX).len() < WAITING + 200);
    }
}
