//! Namespaces: actors against kinds.

use ratatui::text::{Line, Span};

use super::Facts;
use crate::snapshot::NamespaceKind;
use crate::ui::text::{Page, column};

/// The columns of an actor: an inode, and a mark.
const COLUMN: usize = 14;
/// The marks of namespaces that are not the host's.
const MARKS: [&str; 4] = ["*", "+", "#", "~"];
/// The columns of the kind.
const KIND: usize = 7;

/// The matrix, as many actors beside each other as fit.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> &'static str {
    let fitting = (page.width.saturating_sub(KIND) / COLUMN).max(1);
    let indices: Vec<usize> = (0..facts.actors.len()).collect();
    for block in indices.chunks(fitting) {
        page.gap();
        matrix(page, facts, block);
    }
    page.gap();
    page.say("= host's, *+ own (alike: same), ◀ new", page.theme.dim(), 2);
    "read from /proc/PID/ns/* per shell"
}

fn matrix(page: &mut Page, facts: &Facts<'_>, block: &[usize]) {
    let theme = page.theme;
    let names = block.iter().filter_map(|index| facts.actors.get(*index));
    let names = names.map(|(name, _)| Span::styled(column(name, COLUMN), theme.strong()));
    let mut spans = vec![Span::raw(" ".repeat(KIND))];
    spans.extend(names);
    page.lines.push(Line::from(spans));
    for kind in NamespaceKind::ALL {
        let mut spans = vec![Span::styled(column(kind.name(), KIND), theme.plain())];
        spans.extend(block.iter().map(|index| cell(page, facts, *index, kind)));
        page.lines.push(Line::from(spans));
    }
}

fn cell(page: &Page, facts: &Facts<'_>, index: usize, kind: NamespaceKind) -> Span<'static> {
    let theme = page.theme;
    let Some((name, actor)) = facts.actors.get(index) else {
        return Span::raw("");
    };
    let inode = actor.ns.get(kind);
    if inode == 0 {
        return Span::styled(column("—", COLUMN), theme.dim());
    }
    let was = facts
        .before
        .actors
        .get(*name)
        .map_or(0, |before| before.ns.get(kind));
    let changed = if was != 0 && was != inode { "◀" } else { "" };
    let host = facts
        .actors
        .first()
        .map_or(0, |(_, host)| host.ns.get(kind));
    let (mark, style) = match index {
        0 => (" ", theme.plain()),
        _ if inode == host => ("=", theme.dim()),
        _ => (mark(facts, kind, inode), theme.own()),
    };
    let text = format!("{mark}{inode} {changed}");
    Span::styled(column(&text, COLUMN), style)
}

/// The mark of a namespace that is not the host's: actors in the same one have the same.
fn mark(facts: &Facts<'_>, kind: NamespaceKind, inode: i64) -> &'static str {
    let mut inodes = facts.actors.iter().map(|(_, actor)| actor.ns.get(kind));
    let host = inodes.next().unwrap_or_default();
    let mut apart: Vec<i64> = Vec::new();
    for other in inodes.filter(|other| *other != host && *other != 0) {
        if !apart.contains(&other) {
            apart.push(other);
        }
    }
    let index = apart.iter().position(|other| *other == inode);
    index.map_or("*", |index| MARKS[index % MARKS.len()])
}
