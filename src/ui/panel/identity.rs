//! Identity: who each shell is, and what it may do: a table with a column for each actor.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Facts;
use crate::snapshot::{Actor, IdMap, NamespaceKind, Space};
use crate::ui::text::{Page, clean, column, width, wrap};
use crate::word;

/// The columns of a fact's name.
const NAME: usize = 13;

/// The fewest columns of an actor, with the mark of a change.
const COLUMN: usize = 8;

/// How many capabilities Linux has (`CAP_LAST_CAP` is 40).
pub(super) const ALL: usize = 41;

/// A table of as many actors side by side as fit, and below it what is too long for a table.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> String {
    let fitting = (page.width.saturating_sub(NAME) / COLUMN).max(1);
    let all: Vec<Who<'_>> = facts
        .actors
        .iter()
        .map(|(name, actor)| Who {
            name,
            actor,
            before: facts.before.actors.get(*name).map(rows),
            rows: rows(actor),
        })
        .collect();
    for block in all.chunks(fitting) {
        page.gap();
        table(page, block);
    }
    page.gap();
    for who in &all {
        sets(page, who);
    }
    for who in &all {
        let words = format!(
            "{}: {}",
            clean(who.name),
            power(who.actor, facts.namespaces)
        );
        named(page, &word!("id-power"), &words);
    }
    format!("{} · {}", word!("id-changed"), word!("id-source"))
}

/// An actor, and its facts now and when the step began.
struct Who<'a> {
    name: &'a str,
    actor: &'a Actor,
    rows: Vec<Row>,
    before: Option<Vec<Row>>,
}

impl Who<'_> {
    fn value(&self, index: usize) -> &str {
        self.rows.get(index).map_or("", |row| row.value.as_str())
    }

    /// Whether a fact is another than when the step began.
    fn is_changed(&self, index: usize) -> bool {
        let old = self.before.as_ref().and_then(|rows| rows.get(index));
        old.is_some_and(|old| old.value != self.value(index))
    }
}

/// A fact of an actor.
struct Row {
    name: String,
    /// All of it.
    value: String,
    /// As it stands in a table.
    short: String,
    /// Whether it is a set of capabilities.
    is_set: bool,
}

impl Row {
    fn new(name: String, value: String) -> Self {
        Self {
            name,
            short: value.clone(),
            value,
            is_set: false,
        }
    }

    fn of_map(name: String, ids: &[IdMap]) -> Self {
        Self {
            name,
            value: map(ids),
            short: short_map(ids),
            is_set: false,
        }
    }

    fn of_set(name: String, set: &[String]) -> Self {
        let short = match set.len() {
            0 | ALL.. => names(set),
            some => word!("id-some", count = some),
        };
        Self {
            name,
            value: names(set),
            short,
            is_set: true,
        }
    }
}

/// The facts as rows. What changed comes first, then what differs, then what is the same for all.
fn table(page: &mut Page, block: &[Who<'_>]) {
    let theme = page.theme;
    let columns = page.width.saturating_sub(NAME) / block.len().max(1);
    let mut head = vec![Span::raw(" ".repeat(NAME))];
    head.extend(
        block
            .iter()
            .map(|who| Span::styled(column(who.name, columns), theme.strong())),
    );
    page.lines.push(Line::from(head));
    let count = block.first().map_or(0, |who| who.rows.len());
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|index| rank(block, *index));
    for index in order {
        row(page, block, index, columns);
    }
}

/// How far above a row stands.
fn rank(block: &[Who<'_>], index: usize) -> usize {
    let first = block.first().map_or("", |who| who.value(index));
    if block.iter().any(|who| who.is_changed(index)) {
        0
    } else if block.iter().any(|who| who.value(index) != first) {
        1
    } else {
        2
    }
}

/// A row of the table, as high as its highest cell.
fn row(page: &mut Page, block: &[Who<'_>], index: usize, columns: usize) {
    let theme = page.theme;
    let cells: Vec<Vec<String>> = block.iter().map(|who| cell(who, index, columns)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let name = block.first().and_then(|who| who.rows.get(index));
    let name = name.map_or("", |row| row.name.as_str());
    let first = page.lines.len();
    for at in 0..height {
        let shown = if at == 0 { name } else { "" };
        let mut spans = vec![Span::styled(column(shown, NAME), theme.dim())];
        for (who, cell) in block.iter().zip(&cells) {
            let text = cell.get(at).map_or("", String::as_str);
            let (mark, style) = match who.is_changed(index) {
                true if at == 0 => ("◀", theme.own()),
                true => ("", theme.own()),
                false => ("", theme.plain()),
            };
            let words = format!("{text}{mark}");
            spans.push(Span::styled(column(&words, columns), style));
        }
        page.lines.push(Line::from(spans));
    }
    if block.iter().any(|who| who.is_changed(index)) {
        page.is_news(first);
    }
}

/// The lines of a cell, with room for a mark behind each.
fn cell(who: &Who<'_>, index: usize, columns: usize) -> Vec<String> {
    let room = columns.saturating_sub(1).max(1);
    let Some(row) = who.rows.get(index) else {
        return Vec::new();
    };
    let text = if width(&row.value) <= room {
        &row.value
    } else {
        &row.short
    };
    let lines = wrap(&[Span::raw(clean(text))], room, 0);
    lines.iter().map(ToString::to_string).collect()
}

/// The sets of capabilities that a table only counts, by their names.
fn sets(page: &mut Page, who: &Who<'_>) {
    let mut told: Vec<&str> = Vec::new();
    for row in &who.rows {
        let counted = row.is_set && row.value != row.short;
        if counted && !told.contains(&row.value.as_str()) {
            told.push(&row.value);
            let words = format!("{}: {}", clean(who.name), row.value);
            named(page, &row.name, &words);
        }
    }
}

/// A fact's name and its words.
fn named(page: &mut Page, name: &str, words: &str) {
    let spans = [
        Span::styled(column(name, NAME), page.theme.dim()),
        Span::styled(clean(words), Style::new()),
    ];
    page.spans(&spans, NAME);
}

fn rows(actor: &Actor) -> Vec<Row> {
    let capabilities = &actor.capabilities;
    let process = format!("{} {}", actor.pid, actor.name);
    vec![
        Row::new(word!("id-uid"), format!("{}, {}", actor.uid, actor.gid)),
        Row::new(word!("id-host-name"), actor.hostname.clone()),
        Row::new(word!("id-root"), actor.root.clone()),
        Row::new(word!("id-directory"), actor.cwd.clone()),
        Row::of_map(word!("id-uid-map"), &actor.uid_map),
        Row::of_map(word!("id-gid-map"), &actor.gid_map),
        Row::of_set(word!("id-effective"), &capabilities.effective),
        Row::of_set(word!("id-permitted"), &capabilities.permitted),
        Row::of_set(word!("id-inheritable"), &capabilities.inheritable),
        Row::of_set(word!("id-bounding"), &capabilities.bounding),
        Row::of_set(word!("id-ambient"), &capabilities.ambient),
        Row::new(word!("id-no-new-privs"), yes_or_no(actor.no_new_privs)),
        Row::new(word!("id-seccomp"), seccomp(actor.seccomp)),
        Row::new(word!("id-process"), process),
    ]
}

/// Ranges of ids, for a narrow column.
fn short_map(map: &[IdMap]) -> String {
    let lines: Vec<String> = map.iter().map(short_range).collect();
    if lines.is_empty() {
        word!("none")
    } else {
        lines.join("; ")
    }
}

fn short_range(map: &IdMap) -> String {
    if map.count == 1 {
        return format!("{} →{}", map.inside, map.outside);
    }
    let (inside, outside) = (last(map.inside, map.count), last(map.outside, map.count));
    format!("{}–{inside} →{}–{outside}", map.inside, map.outside)
}

fn yes_or_no(set: bool) -> String {
    if set { word!("yes") } else { word!("no") }
}

/// Whether a namespace of an actor belongs to its user namespace.
fn is_owned(actor: &Actor, kind: NamespaceKind, namespaces: &[Space]) -> bool {
    let inode = actor.ns.get(kind);
    let mut all = namespaces.iter();
    let own = all.find(|space| space.kind == kind && space.inode == inode);
    own.is_some_and(|space| space.owner == actor.ns.user)
}

/// Kinds of namespace, in words.
fn kinds(kinds: &[NamespaceKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    names.join(" ")
}

/// In which of its namespaces an actor's capabilities count: those that its user namespace owns,
/// `user_namespaces(7)`.
fn power(actor: &Actor, namespaces: &[Space]) -> String {
    if actor.capabilities.effective.is_empty() {
        return word!("id-power-none");
    }
    let all = NamespaceKind::ALL.into_iter();
    let (owned, others): (Vec<NamespaceKind>, Vec<NamespaceKind>) = all
        .filter(|kind| *kind != NamespaceKind::User)
        .partition(|kind| is_owned(actor, *kind, namespaces));
    match (owned.as_slice(), others.as_slice()) {
        ([], others) => word!("id-power-user", others = kinds(others)),
        (owned, []) => kinds(owned),
        (owned, others) => word!(
            "id-power-some",
            owned = kinds(owned),
            others = kinds(others)
        ),
    }
}

/// Ranges of ids, in words.
pub(super) fn map(map: &[IdMap]) -> String {
    let lines: Vec<String> = map.iter().map(range).collect();
    if lines.is_empty() {
        word!("none")
    } else {
        lines.join("; ")
    }
}

/// The last of `count` ids.
fn last(first: i64, count: i64) -> i64 {
    first.saturating_add(count).saturating_sub(1)
}

fn range(map: &IdMap) -> String {
    if map.count == 1 {
        return word!("id-one", inside = map.inside, outside = map.outside);
    }
    let (inside, outside) = (last(map.inside, map.count), last(map.outside, map.count));
    word!(
        "id-range",
        inside = format!("{}–{inside}", map.inside),
        outside = format!("{}–{outside}", map.outside)
    )
}

/// The capabilities without the prefix they all have.
pub(super) fn names(set: &[String]) -> String {
    match set.len() {
        0 => word!("none"),
        ALL.. => word!("id-all", count = set.len()),
        _ => {
            let short = set
                .iter()
                .map(|name| name.trim_start_matches("CAP_").to_lowercase());
            short.collect::<Vec<_>>().join(" ")
        }
    }
}

/// The name of a mode of seccomp(2).
pub(super) fn seccomp(mode: i64) -> String {
    match mode {
        0 => word!("id-seccomp-off"),
        1 => word!("id-seccomp-strict"),
        2 => word!("id-seccomp-filter"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_ends_at_what_the_user_namespace_owns() {
        let space = |kind, inode, owner| Space {
            kind,
            inode,
            owner,
            ..Space::default()
        };
        let all = [
            space(NamespaceKind::Uts, 7, 3),
            space(NamespaceKind::Net, 8, 1),
        ];
        let mut actor = Actor::default();
        (actor.ns.user, actor.ns.uts, actor.ns.net) = (3, 7, 8);
        assert_eq!(power(&actor, &all), "nothing: it has no capability");
        actor.capabilities.effective = vec!["CAP_SYS_ADMIN".to_owned()];
        assert_eq!(power(&actor, &all), "uts; not cgroup ipc mnt net pid time");
    }
}
