//! Namespaces: a table of actors and kinds, and the tree of owners.

use ratatui::text::{Line, Span};

use super::Facts;
use crate::snapshot::{NamespaceKind, Namespaces, Space};
use crate::ui::text::{Page, clean, column, cut};
use crate::word;

/// The columns for an actor: an inode and a mark.
const COLUMN: usize = 14;
/// The marks of namespaces that are not the host's.
const MARKS: [&str; 4] = ["*", "+", "#", "~"];
/// The columns of the kind.
const KIND: usize = 7;

/// Adds the table, with as many actors side by side as fit, and the tree.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> String {
    let fitting = (page.width.saturating_sub(KIND) / COLUMN).max(1);
    let indices: Vec<usize> = (0..facts.actors.len()).collect();
    for block in indices.chunks(fitting) {
        page.gap();
        matrix(page, facts, block);
    }
    page.gap();
    spaces(page, facts);
    page.gap();
    page.say(&word!("ns-legend"), page.theme.dim(), 2);
    word!("ns-source")
}

/// The tree of namespaces that are not the host's, below the user namespaces that own them.
fn spaces(page: &mut Page, facts: &Facts<'_>) {
    let users = facts
        .namespaces
        .iter()
        .filter(|space| space.kind == NamespaceKind::User);
    let known: Vec<i64> = users.clone().map(|space| space.inode).collect();
    let tops = users.filter(|space| !known.contains(&space.parent));
    let host = facts.actors.first().map(|(_, host)| host.ns);
    let tree = Owners {
        facts,
        host: host.unwrap_or_default(),
    };
    if facts.namespaces.iter().any(|space| tree.is_own(space)) {
        page.say(&word!("ns-tree"), page.theme.strong(), 2);
        tops.for_each(|top| tree.user(page, top, 0));
    }
}

/// The tree of user namespaces and what they own.
struct Owners<'a> {
    facts: &'a Facts<'a>,
    host: Namespaces,
}

impl Owners<'_> {
    /// Whether the host is in another namespace of this kind.
    fn is_own(&self, space: &Space) -> bool {
        let kinds = NamespaceKind::ALL.into_iter();
        kinds
            .clone()
            .all(|kind| kind != space.kind || self.host.get(kind) != space.inode)
    }

    fn user(&self, page: &mut Page, user: &Space, depth: usize) {
        self.line(page, user, depth);
        let owned = self.facts.namespaces.iter().filter(|space| {
            space.owner == user.inode && space.kind != NamespaceKind::User && self.is_own(space)
        });
        owned.for_each(|space| self.line(page, space, depth + 1));
        let inner = self.facts.namespaces.iter().filter(|space| {
            space.parent == user.inode
                && space.kind == NamespaceKind::User
                && space.inode != user.inode
        });
        inner.for_each(|space| self.user(page, space, depth + 1));
    }

    fn line(&self, page: &mut Page, space: &Space, depth: usize) {
        let theme = page.theme;
        let style = if self.is_own(space) {
            theme.own()
        } else {
            theme.dim()
        };
        let who = match space.processes.as_slice() {
            [] => word!("ns-none"),
            [one] => word!("ns-one", pid = *one),
            [first, ..] => word!("ns-many", count = space.processes.len(), first = *first),
        };
        let held = held(space);
        let around = match space.parent {
            parent if space.kind == NamespaceKind::Pid && parent != 0 => {
                word!("ns-in", parent = parent)
            }
            _ => String::new(),
        };
        let name = format!(
            "{}{} {}",
            "  ".repeat(depth + 1),
            space.kind.name(),
            space.inode
        );
        let words = format!("  {who}{around}{held}");
        page.spans(
            &[
                Span::styled(name, style),
                Span::styled(words, theme.plain()),
            ],
            depth * 2 + 4,
        );
    }
}

/// What keeps a namespace alive besides its processes.
fn held(space: &Space) -> String {
    let mounts = space.mounts.iter().map(|mount| clean(mount));
    let descriptors = space
        .descriptors
        .iter()
        .map(|holder| word!("ns-descriptor", fd = holder.fd, pid = holder.pid));
    let by: Vec<String> = mounts.chain(descriptors).collect();
    match by.as_slice() {
        [] if space.processes.is_empty() => word!("ns-held-other"),
        [] => String::new(),
        by => word!("ns-held", what = by.join(", ")),
    }
}

fn matrix(page: &mut Page, facts: &Facts<'_>, block: &[usize]) {
    let theme = page.theme;
    let actors = block.iter().filter_map(|index| facts.actors.get(*index));
    let names = actors.map(|(name, _)| {
        let mark = if facts.is_news(name, |_| false) {
            "◀"
        } else {
            ""
        };
        let words = format!("{} {mark}", cut(name, COLUMN - 3));
        Span::styled(column(&words, COLUMN), theme.strong())
    });
    let mut spans = vec![Span::raw(" ".repeat(KIND))];
    spans.extend(names);
    let first = page.lines.len();
    page.lines.push(Line::from(spans));
    let mut all = block.iter().filter_map(|index| facts.actors.get(*index));
    if all.any(|(name, _)| facts.is_news(name, |_| false)) {
        page.is_news(first);
    }
    for kind in NamespaceKind::ALL {
        let mut spans = vec![Span::styled(column(kind.name(), KIND), theme.plain())];
        spans.extend(block.iter().map(|index| cell(page, facts, *index, kind)));
        let first = page.lines.len();
        page.lines.push(Line::from(spans));
        if block.iter().any(|index| is_changed(facts, *index, kind)) {
            page.is_news(first);
        }
    }
}

/// Whether an actor is in another namespace of a kind than when the step began.
fn is_changed(facts: &Facts<'_>, index: usize, kind: NamespaceKind) -> bool {
    let Some((name, actor)) = facts.actors.get(index) else {
        return false;
    };
    let before = facts.before.actors.get(*name);
    let was = before.map_or(0, |before| before.ns.get(kind));
    let inode = actor.ns.get(kind);
    inode != 0 && was != 0 && was != inode
}

fn cell(page: &Page, facts: &Facts<'_>, index: usize, kind: NamespaceKind) -> Span<'static> {
    let theme = page.theme;
    let Some((_, actor)) = facts.actors.get(index) else {
        return Span::raw("");
    };
    let inode = actor.ns.get(kind);
    if inode == 0 {
        return Span::styled(column("—", COLUMN), theme.dim());
    }
    let changed = if is_changed(facts, index, kind) {
        "◀"
    } else {
        ""
    };
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

/// The mark of a namespace that is not the host's; actors in the same one get the same mark.
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
