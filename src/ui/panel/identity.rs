//! Identity: who each shell is, and what it may do.

use ratatui::text::Span;

use super::Facts;
use crate::snapshot::{Actor, IdMap, NamespaceKind, Space};
use crate::ui::text::{Page, clean, column};
use crate::word;

/// The columns of a fact's name.
const NAME: usize = 13;

/// How many capabilities Linux has (`CAP_LAST_CAP` is 40).
pub(super) const ALL: usize = 41;

/// A section for each actor.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> String {
    for (name, actor) in facts.actors {
        page.gap();
        let head = format!(
            "{}  pid {} ({})",
            clean(name),
            actor.pid,
            clean(&actor.name)
        );
        page.say(&head, page.theme.strong(), 2);
        let before = facts.before.actors.get(*name).map(rows);
        for (index, (fact, value)) in rows(actor).into_iter().enumerate() {
            let old = before.as_ref().and_then(|before| before.get(index));
            let changed = old.is_some_and(|(_, old)| *old != value);
            row(page, &fact, &value, changed);
        }
        row(
            page,
            &word!("id-power"),
            &power(actor, facts.namespaces),
            false,
        );
    }
    word!("id-source")
}

fn row(page: &mut Page, fact: &str, value: &str, changed: bool) {
    let theme = page.theme;
    let (mark, style) = if changed {
        (format!(" {}", word!("id-changed")), theme.own())
    } else {
        (String::new(), theme.plain())
    };
    let spans = [
        Span::styled(format!("  {}", column(fact, NAME)), theme.dim()),
        Span::styled(clean(value), style),
        Span::styled(mark, style),
    ];
    page.spans(&spans, NAME + 2);
}

fn rows(actor: &Actor) -> Vec<(String, String)> {
    vec![
        (word!("id-uid"), format!("{}, {}", actor.uid, actor.gid)),
        (word!("id-host-name"), actor.hostname.clone()),
        (word!("id-root"), actor.root.clone()),
        (word!("id-directory"), actor.cwd.clone()),
        (word!("id-uid-map"), map(&actor.uid_map)),
        (word!("id-gid-map"), map(&actor.gid_map)),
        (word!("id-effective"), names(&actor.capabilities.effective)),
        (word!("id-permitted"), names(&actor.capabilities.permitted)),
        (
            word!("id-inheritable"),
            names(&actor.capabilities.inheritable),
        ),
        (word!("id-bounding"), names(&actor.capabilities.bounding)),
        (word!("id-ambient"), names(&actor.capabilities.ambient)),
        (word!("id-no-new-privs"), yes_or_no(actor.no_new_privs)),
        (word!("id-seccomp"), seccomp(actor.seccomp)),
    ]
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
