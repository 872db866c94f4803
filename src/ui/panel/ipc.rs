//! IPC: the objects of each ipc namespace.

use super::{Facts, titled};
use crate::snapshot::{Actor, Ipc};
use crate::ui::text::{Page, clean};
use crate::word;

/// A section for each ipc namespace, with who is in it.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> String {
    let mut seen: Vec<i64> = Vec::new();
    for (_, actor) in facts.actors {
        if !seen.contains(&actor.ns.ipc) {
            seen.push(actor.ns.ipc);
            section(page, facts, actor);
        }
    }
    word!("ipc-source")
}

fn section(page: &mut Page, facts: &Facts<'_>, actor: &Actor) {
    let inode = actor.ns.ipc;
    let inside = facts
        .actors
        .iter()
        .filter(|(_, other)| other.ns.ipc == inode);
    let names: Vec<String> = inside.map(|(name, _)| clean(name)).collect();
    let head = format!("ipc:[{inode}]  {}", names.join(", "));
    page.gap();
    let first = page.lines.len();
    let is_news = facts.actors.iter().any(|(name, other)| {
        other.ns.ipc == inode && facts.is_news(name, |then| then.ns.ipc != inode)
    });
    page.spans(&titled(&head, is_news, page.theme), 2);
    if is_news {
        page.is_news(first);
    }
    let before = facts
        .before
        .actors
        .values()
        .find(|before| before.ns.ipc == inode);
    let old = before.map(|before| lines(&before.ipc));
    let lines = lines(&actor.ipc);
    if lines.is_empty() {
        page.say(&format!("  {}", word!("ipc-none")), page.theme.dim(), 2);
    }
    for line in lines {
        let new = old.as_ref().is_none_or(|old| !old.contains(&line));
        let (mark, style) = if new {
            ("+ ", page.theme.own())
        } else {
            ("  ", page.theme.plain())
        };
        let first = page.lines.len();
        page.say(&format!("{mark}{line}"), style, 4);
        if new {
            page.is_news(first);
        }
    }
}

/// A key as ipcs(1) prints it: 32 bits without a sign. The kernel prints it with one.
fn hex(key: i64) -> String {
    format!("{:#010x}", key & 0xffff_ffff)
}

/// A line for each object.
fn lines(ipc: &Ipc) -> Vec<String> {
    let queues = ipc.queues.iter().map(|queue| {
        word!(
            "ipc-queue",
            id = queue.id,
            key = hex(queue.key),
            mode = format!("{:o}", queue.mode),
            messages = queue.messages,
            bytes = queue.bytes
        )
    });
    let segments = ipc.segments.iter().map(|segment| {
        word!(
            "ipc-segment",
            id = segment.id,
            key = hex(segment.key),
            mode = format!("{:o}", segment.mode),
            bytes = segment.bytes,
            attached = segment.attached
        )
    });
    let semaphores = ipc.semaphores.iter().map(|set| {
        word!(
            "ipc-semaphores",
            id = set.id,
            key = hex(set.key),
            mode = format!("{:o}", set.mode),
            count = set.count
        )
    });
    let posix = ipc
        .posix_queues
        .iter()
        .map(|queue| word!("ipc-posix", name = clean(&queue.name), bytes = queue.bytes));
    queues
        .chain(segments)
        .chain(semaphores)
        .chain(posix)
        .collect()
}
