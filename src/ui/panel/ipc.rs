//! IPC: the objects of each ipc namespace.

use super::Facts;
use crate::snapshot::{Actor, Ipc};
use crate::ui::text::{Page, clean};

/// A section for each ipc namespace, with who is in it.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> &'static str {
    let mut seen: Vec<i64> = Vec::new();
    for (_, actor) in facts.actors {
        if !seen.contains(&actor.ns.ipc) {
            seen.push(actor.ns.ipc);
            section(page, facts, actor);
        }
    }
    "read from /proc/sysvipc/{msg,shm,sem} and /dev/mqueue in each namespace"
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
        page.say("  no objects", page.theme.dim(), 2);
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

/// A line for each object.
fn lines(ipc: &Ipc) -> Vec<String> {
    let queues = ipc.queues.iter().map(|queue| {
        let (id, key, mode) = (queue.id, queue.key, queue.mode);
        let (messages, bytes) = (queue.messages, queue.bytes);
        format!("queue {id}  key {key:#010x}  mode {mode:o}  {messages} messages, {bytes} bytes")
    });
    let segments = ipc.segments.iter().map(|segment| {
        let (id, key, mode) = (segment.id, segment.key, segment.mode);
        let (bytes, attached) = (segment.bytes, segment.attached);
        format!("shared memory {id}  key {key:#010x}  mode {mode:o}  {bytes} bytes, attached {attached}×")
    });
    let semaphores = ipc.semaphores.iter().map(|set| {
        let (id, key, mode, count) = (set.id, set.key, set.mode, set.count);
        format!("semaphores {id}  key {key:#010x}  mode {mode:o}  {count} in the set")
    });
    let posix = ipc
        .posix_queues
        .iter()
        .map(|queue| format!("posix queue /{}  {} bytes", clean(&queue.name), queue.bytes));
    queues
        .chain(segments)
        .chain(semaphores)
        .chain(posix)
        .collect()
}
