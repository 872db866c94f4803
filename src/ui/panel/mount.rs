//! Mounts: the table of each mount namespace.

use ratatui::text::Span;

use super::Facts;
use crate::snapshot::{Actor, Mount};
use crate::ui::text::{Page, clean};
use crate::word;

/// A section for each mount namespace and root, with who is in it.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> String {
    let mut seen: Vec<(i64, &str)> = Vec::new();
    for (_, actor) in facts.actors {
        if !seen.contains(&place(actor)) {
            seen.push(place(actor));
            section(page, facts, actor);
        }
    }
    word!("mnt-source")
}

/// What decides which mounts a process sees: its namespace and its root.
fn place(actor: &Actor) -> (i64, &str) {
    (actor.ns.mnt, actor.root.as_str())
}

fn section(page: &mut Page, facts: &Facts<'_>, actor: &Actor) {
    let inside = facts
        .actors
        .iter()
        .filter(|(_, other)| place(other) == place(actor));
    let names: Vec<String> = inside.map(|(name, _)| clean(name)).collect();
    let mut head = format!("mnt:[{}]  {}", actor.ns.mnt, names.join(", "));
    if actor.root != "/" && !actor.root.is_empty() {
        head = format!("{head}  {}", word!("mnt-root", path = clean(&actor.root)));
    }
    page.gap();
    page.say(&head, page.theme.strong(), 2);
    let known: Vec<i64> = facts
        .before
        .actors
        .values()
        .flat_map(|before| &before.mounts)
        .map(|mount| mount.id)
        .collect();
    let tree = Tree {
        mounts: &actor.mounts,
        known: &known,
    };
    let is_under = |mount: &Mount, other: &Mount| other.id == mount.parent && other.id != mount.id;
    let is_top = |mount: &&Mount| !actor.mounts.iter().any(|other| is_under(mount, other));
    for mount in actor.mounts.iter().filter(is_top) {
        tree.add(page, mount, 0);
    }
    if actor.mounts.is_empty() {
        page.say(&format!("  {}", word!("mnt-none")), page.theme.dim(), 2);
    }
}

/// The mounts of a namespace as a tree.
struct Tree<'a> {
    mounts: &'a [Mount],
    /// The ids of all mounts when the step began; empty before the first snapshot.
    known: &'a [i64],
}

impl Tree<'_> {
    fn add(&self, page: &mut Page, mount: &Mount, depth: usize) {
        let on_it = |other: &&Mount| other.parent == mount.id && other.id != mount.id;
        let mut inner: Vec<&Mount> = self.mounts.iter().filter(on_it).collect();
        // Mounts that every lab host has come last.
        inner.sort_by_key(|other| other.is_of_every_host());
        // A mount on the very same place hides this one and all below it.
        let covered = inner.iter().any(|other| other.target == mount.target);
        self.row(page, mount, depth, covered);
        for other in inner {
            self.add(page, other, depth + 1);
        }
    }

    fn row(&self, page: &mut Page, mount: &Mount, depth: usize, covered: bool) {
        let theme = page.theme;
        let new = !self.known.is_empty() && !self.known.contains(&mount.id);
        let (mark, style) = match new {
            true => ("+ ", theme.own()),
            false if covered => ("  ", theme.dim()),
            false => ("  ", theme.plain()),
        };
        let mut rest = format!("  {} {}", clean(&mount.kind), clean(&mount.source));
        if mount.root != "/" && !mount.root.is_empty() {
            rest = format!("{rest} [{}]", clean(&mount.root));
        }
        let options: Vec<String> = mount.options.iter().map(|option| clean(option)).collect();
        let travels: Vec<String> = mount.propagation.iter().map(|word| clean(word)).collect();
        let travels = match travels.as_slice() {
            [] => String::new(),
            words => format!("  {}", words.join(" ")),
        };
        let hidden = if covered {
            format!("  {}", word!("mnt-covered"))
        } else {
            String::new()
        };
        let spans = [
            Span::styled(mark, style),
            Span::styled(
                format!("{}{}", "  ".repeat(depth), clean(&mount.target)),
                style,
            ),
            Span::styled(rest, theme.plain()),
            Span::styled(format!("  {}", options.join(",")), theme.dim()),
            Span::styled(travels, theme.notice()),
            Span::styled(hidden, theme.dim()),
        ];
        page.spans(&spans, 2 * depth + 6);
    }
}
