//! IPC: the objects of each ipc namespace.

use super::Facts;
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
    page.say(&head, page.theme.strong(), 2);
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
        page.say(&format!("{mark}{line}"), style, 4);
    }
}

/// A key as ipcs(1) prints it: 32 bits without a sign. The kernel prints it with one.
fn hex(key: i64) -> String {
    format!("{:#010x}", key & 0xffff_ffff)
}

/// A line for each object.
fn lines(ipc: &Ipc) -> Vec<String> {
    let queues = ipc.queues.iter().map(|queue| {
        let (id, key, mode) = (queue.id, queue.key, queue.mode);
        let (messages, bytes) = (queue.messages, queue.bytes);
        word!(
            "ipc-queue",
            id = id,
            key = hex(key),
            mode = format!("{mode:o}"),
            messages = messages,
            bytes = bytes
        )
    });
    let segments = ipc.segments.iter().map(|segment| {
        let (id, key, mode) = (segment.id, segment.key, segment.mode);
        let (bytes, attached) = (segment.bytes, segment.attached);
        word!(
            "ipc-segment",
            id = id,
            key = hex(key),
            mode = format!("{mode:o}"),
            bytes = bytes,
            attached = attached
        )
    });
    let semaphores = ipc.semaphores.iter().map(|set| {
        let (id, key, mode, count) = (set.id, set.key, set.mode, set.count);
        word!(
            "ipc-semaphores",
            id = id,
            key = hex(key),
            mode = format!("{mode:o}"),
            count = count
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
