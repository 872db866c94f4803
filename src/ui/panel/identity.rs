//! Identity: who each shell is, and what it may do.

use ratatui::text::Span;

use super::Facts;
use crate::snapshot::{Actor, IdMap};
use crate::ui::text::{Page, clean, column};

/// The columns of a fact's name.
const NAME: usize = 13;

/// How many capabilities Linux has (`CAP_LAST_CAP` is 40).
const ALL: usize = 41;

/// A section for each actor.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> &'static str {
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
            row(page, fact, &value, changed);
        }
    }
    "read from /proc/PID/{status,root,cwd,uid_map,gid_map} and uname(2)"
}

fn row(page: &mut Page, fact: &str, value: &str, changed: bool) {
    let theme = page.theme;
    let (mark, style) = if changed {
        (" ◀ changed", theme.own())
    } else {
        ("", theme.plain())
    };
    let spans = [
        Span::styled(format!("  {}", column(fact, NAME)), theme.dim()),
        Span::styled(clean(value), style),
        Span::styled(mark, style),
    ];
    page.spans(&spans, NAME + 2);
}

fn rows(actor: &Actor) -> Vec<(&'static str, String)> {
    let yes = |set: bool| if set { "yes" } else { "no" }.to_owned();
    vec![
        ("uid, gid", format!("{}, {}", actor.uid, actor.gid)),
        ("host name", actor.hostname.clone()),
        ("root", actor.root.clone()),
        ("directory", actor.cwd.clone()),
        ("uid map", map(&actor.uid_map)),
        ("gid map", map(&actor.gid_map)),
        ("effective", names(&actor.capabilities.effective)),
        ("permitted", names(&actor.capabilities.permitted)),
        ("inheritable", names(&actor.capabilities.inheritable)),
        ("bounding", names(&actor.capabilities.bounding)),
        ("ambient", names(&actor.capabilities.ambient)),
        ("no new privs", yes(actor.no_new_privs)),
        ("seccomp", seccomp(actor.seccomp)),
    ]
}

fn map(map: &[IdMap]) -> String {
    let lines: Vec<String> = map.iter().map(range).collect();
    if lines.is_empty() {
        "none".to_owned()
    } else {
        lines.join("; ")
    }
}

fn range(map: &IdMap) -> String {
    let last = |first: i64| first.saturating_add(map.count).saturating_sub(1);
    if map.count == 1 {
        return format!("{} is {} outside", map.inside, map.outside);
    }
    let (inside, outside) = (last(map.inside), last(map.outside));
    format!(
        "{}–{inside} are {}–{outside} outside",
        map.inside, map.outside
    )
}

/// The capabilities without the prefix they all have.
fn names(set: &[String]) -> String {
    match set.len() {
        0 => "none".to_owned(),
        ALL.. => format!("all {}", set.len()),
        _ => {
            let short = set
                .iter()
                .map(|name| name.trim_start_matches("CAP_").to_lowercase());
            short.collect::<Vec<_>>().join(" ")
        }
    }
}

fn seccomp(mode: i64) -> String {
    match mode {
        0 => "off".to_owned(),
        1 => "strict".to_owned(),
        2 => "filter".to_owned(),
        other => other.to_string(),
    }
}
