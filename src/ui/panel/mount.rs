//! Mounts: the table of each mount namespace.

use ratatui::text::Span;

use super::Facts;
use crate::snapshot::{Actor, Mount};
use crate::ui::text::{Page, clean};

/// A section for each mount namespace and root, with who is in it.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> &'static str {
    let mut seen: Vec<(i64, &str)> = Vec::new();
    for (_, actor) in facts.actors {
        if !seen.contains(&place(actor)) {
            seen.push(place(actor));
            section(page, facts, actor);
        }
    }
    "read from /proc/PID/mountinfo; targets as seen from each root directory"
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
        head = format!("{head}  root {}", clean(&actor.root));
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
    for mount in &actor.mounts {
        let new = !known.is_empty() && !known.contains(&mount.id);
        row(page, mount, new);
    }
    if actor.mounts.is_empty() {
        page.say("  no mounts to see", page.theme.dim(), 2);
    }
}

fn row(page: &mut Page, mount: &Mount, new: bool) {
    let theme = page.theme;
    let (mark, style) = if new {
        ("+ ", theme.own())
    } else {
        ("  ", theme.plain())
    };
    let mut rest = format!("  {} {}", clean(&mount.kind), clean(&mount.source));
    if mount.root != "/" && !mount.root.is_empty() {
        rest = format!("{rest} [{}]", clean(&mount.root));
    }
    let options = mount.options.iter().chain(&mount.propagation);
    let options: Vec<String> = options.map(|option| clean(option)).collect();
    let spans = [
        Span::styled(mark, style),
        Span::styled(clean(&mount.target), style),
        Span::styled(rest, theme.plain()),
        Span::styled(format!("  {}", options.join(",")), theme.dim()),
    ];
    page.spans(&spans, 6);
}
