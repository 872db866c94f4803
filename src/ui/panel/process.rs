//! Processes: the tree of the lab host, with every number a process has.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Facts;
use crate::snapshot::{Process, ProcessState};
use crate::ui::text::{Page, column, cut, width};
use crate::word;

/// The columns of a number.
const NUMBER: usize = 8;

/// The tree of all processes that any actor can see.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> String {
    let all = facts.actors.iter().flat_map(|(_, actor)| &actor.processes);
    let tree = Tree {
        all: all.map(|process| (process.pid, process)).collect(),
        faces: faces(facts),
        known: known(facts),
    };
    let head = format!(
        "{}{}{}  {}",
        column(&word!("ps-inside"), NUMBER),
        column(&word!("ps-lab"), NUMBER),
        column(&word!("ps-outside"), NUMBER),
        word!("ps-process")
    );
    page.lines
        .push(Line::styled(cut(&head, page.width), page.theme.strong()));
    let mut drawn = BTreeSet::new();
    for process in tree.all.values() {
        if tree.is_root(process) {
            tree.add(page, process, 0, &mut drawn);
        }
    }
    word!("ps-source")
}

/// The actors whose face a process is, by pid.
fn faces(facts: &Facts<'_>) -> BTreeMap<i64, String> {
    let mut whose: BTreeMap<i64, String> = BTreeMap::new();
    for (name, actor) in facts.actors.iter().filter(|(_, actor)| actor.alive) {
        let names = whose.entry(actor.pid).or_default();
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(name);
    }
    whose
}

/// The processes when the step began, by pid.
fn known<'a>(facts: &Facts<'a>) -> BTreeMap<i64, &'a Process> {
    let actors = facts.before.actors.values();
    actors
        .flat_map(|actor| &actor.processes)
        .map(|process| (process.pid, process))
        .collect()
}

struct Tree<'a> {
    all: BTreeMap<i64, &'a Process>,
    faces: BTreeMap<i64, String>,
    known: BTreeMap<i64, &'a Process>,
}

impl Tree<'_> {
    /// Whether no other process of the tree is its parent.
    fn is_root(&self, process: &Process) -> bool {
        !self.all.contains_key(&process.parent) || process.parent == process.pid
    }

    /// Whether it was not there when the step began.
    fn is_new(&self, process: &Process) -> bool {
        let then = self.known.get(&process.pid);
        !self.known.is_empty() && then.is_none_or(|then| then.outer_pid != process.outer_pid)
    }

    /// Whether it has another parent or name than when the step began, or has ended or stopped.
    fn is_changed(&self, process: &Process) -> bool {
        let then = self.known.get(&process.pid);
        then.is_some_and(|then| {
            let still = |process: &'_ Process| {
                let state = process.state;
                let states = [ProcessState::Zombie, ProcessState::Stopped];
                states.map(|still| still == state)
            };
            (then.parent, &then.name, still(then))
                != (process.parent, &process.name, still(process))
        })
    }

    fn add(&self, page: &mut Page, process: &Process, depth: usize, drawn: &mut BTreeSet<i64>) {
        if !drawn.insert(process.pid) {
            return;
        }
        let first = page.lines.len();
        page.lines.push(self.line(page, process, depth));
        if self.is_new(process) || self.is_changed(process) {
            page.is_news(first);
        }
        let children = self
            .all
            .values()
            .filter(|child| child.parent == process.pid);
        for child in children {
            self.add(page, child, depth + 1, drawn);
        }
    }

    fn line(&self, page: &Page, process: &Process, depth: usize) -> Line<'static> {
        let theme = page.theme;
        let inside = process.pids.last().copied().unwrap_or(process.pid);
        let own = inside != process.pid;
        let numbers = [inside, process.pid, process.outer_pid];
        let styles: [Style; 3] = [
            if own { theme.own() } else { theme.plain() },
            theme.plain(),
            theme.dim(),
        ];
        let mut spans: Vec<Span<'static>> = numbers
            .iter()
            .zip(styles)
            .map(|(number, style)| Span::styled(column(&number.to_string(), NUMBER), style))
            .collect();
        let branch = if depth == 0 {
            String::new()
        } else {
            format!("{}└ ", "  ".repeat(depth.min(8) - 1))
        };
        let mut marks = String::new();
        if let Some(face) = self.faces.get(&process.pid) {
            marks = format!(" ← {face}");
        }
        if process.orphan {
            marks = format!("{marks} {}", word!("ps-orphan"));
        }
        if self.is_new(process) {
            marks = format!("{marks} {}", word!("ps-new"));
        }
        let words = format!("  {branch}{} {}", process.name, state(process.state));
        let room = page.width.saturating_sub(3 * NUMBER);
        let style = if self.faces.contains_key(&process.pid) {
            theme.strong()
        } else {
            theme.plain()
        };
        spans.push(Span::styled(marked(&words, &marks, room), style));
        Line::from(spans)
    }
}

/// Words and marks in so many columns: the marks are kept, the words are cut.
fn marked(words: &str, marks: &str, columns: usize) -> String {
    let room = columns.saturating_sub(width(marks)).max(columns / 3);
    cut(&format!("{}{marks}", cut(words, room)), columns)
}

/// The state in words.
fn state(state: ProcessState) -> String {
    match state {
        ProcessState::Running => word!("ps-running"),
        ProcessState::Sleeping => word!("ps-sleeping"),
        ProcessState::Blocked => word!("ps-device"),
        ProcessState::Stopped => word!("ps-stopped"),
        ProcessState::Traced => word!("ps-traced"),
        ProcessState::Zombie => word!("ps-zombie"),
        ProcessState::Idle => word!("ps-idle"),
        ProcessState::Dead => word!("ps-dead"),
        ProcessState::Other => "?".to_owned(),
    }
}
