//! Processes: the tree of the lab host, with every number a process has.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Facts;
use crate::snapshot::Process;
use crate::ui::text::{Page, column, cut};
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
    let orphan = |process: &&&Process| {
        !tree.all.contains_key(&process.parent) || process.parent == process.pid
    };
    for process in tree.all.values().filter(orphan) {
        tree.add(page, process, 0, &mut drawn);
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

/// The pids when the step began.
fn known(facts: &Facts<'_>) -> BTreeSet<i64> {
    let actors = facts.before.actors.values();
    actors
        .flat_map(|actor| &actor.processes)
        .map(|process| process.pid)
        .collect()
}

struct Tree<'a> {
    all: BTreeMap<i64, &'a Process>,
    faces: BTreeMap<i64, String>,
    known: BTreeSet<i64>,
}

impl Tree<'_> {
    fn add(&self, page: &mut Page, process: &Process, depth: usize, drawn: &mut BTreeSet<i64>) {
        if !drawn.insert(process.pid) {
            return;
        }
        page.lines.push(self.line(page, process, depth));
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
        let mut words = format!("  {branch}{} {}", process.name, state(&process.state));
        if let Some(face) = self.faces.get(&process.pid) {
            words = format!("{words} ← {face}");
        }
        if process.orphan {
            words = format!("{words} {}", word!("ps-orphan"));
        }
        if !self.known.is_empty() && !self.known.contains(&process.pid) {
            words = format!("{words} {}", word!("ps-new"));
        }
        let room = page.width.saturating_sub(3 * NUMBER);
        let style = if self.faces.contains_key(&process.pid) {
            theme.strong()
        } else {
            theme.plain()
        };
        spans.push(Span::styled(cut(&words, room), style));
        Line::from(spans)
    }
}

/// The state letter in words.
fn state(letter: &str) -> String {
    match letter {
        "R" => word!("ps-running"),
        "S" => word!("ps-sleeping"),
        "D" => word!("ps-device"),
        "T" => word!("ps-stopped"),
        "t" => word!("ps-traced"),
        "Z" => word!("ps-zombie"),
        "I" => word!("ps-idle"),
        "X" => word!("ps-dead"),
        other => other.to_owned(),
    }
}
